import { z } from 'zod';
import { LIMITS } from '../../schema/limits.ts';
import { isUuid } from './uuid.ts';

// The parts of command inputs. GraphQL has checked their types; the limits of schema/limits.ts are enforced here.

/** Characters that show as nothing, or turn the direction of what follows: two names that look alike must be alike. */
const UNSEEN = /[\p{Cc}\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]|\p{Surrogate}/u;
/** A narrative has lines, and emoji that are joined; what turns its direction would show another text than was written. */
const UNSEEN_BUT_LINES = /(?![\t\n\r])\p{Cc}|[\u202A-\u202E\u2066-\u2069]|\p{Surrogate}/u;

const text = (limit: number, unseen: RegExp) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .min(1, 'The text must not be empty.')
    .max(limit, `The text must have at most ${limit.toLocaleString('en')} characters.`)
    .refine((value) => !unseen.test(value), 'The text must not have characters that cannot be seen.');

/** A name, number, reference or key. */
export const shortText = text(LIMITS.shortText, UNSEEN);

/** A narrative, reason or note. */
export const longText = text(LIMITS.longText, UNSEEN_BUT_LINES);

/** An id of this graph. */
export const entityId = z.string().refine(isUuid, 'The id must be one that this graph gave out.');

/** A date that GraphQL has checked. */
export const dateText = z.string();

/** An instant that GraphQL has read. */
export const instant = z.custom<Temporal.Instant>((value) => value instanceof Temporal.Instant);

export const idempotencyKey = shortText;

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(LIMITS.list, `The list must have at most ${LIMITS.list} items.`);
}

/** An optional field: left out and null mean the same. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? null);
}
