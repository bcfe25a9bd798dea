import { z } from 'zod';
import { LIMITS } from '../../schema/limits.ts';
import { isUuid } from './uuid.ts';

// The parts of command inputs. GraphQL has checked their types; the limits of schema/limits.ts are enforced here.

/** A name, number, reference or key. */
export const shortText = z
  .string()
  .trim()
  .min(1, 'The text must not be empty.')
  .max(LIMITS.shortText, `The text must have at most ${LIMITS.shortText} characters.`);

/** A narrative, reason or note. */
export const longText = z
  .string()
  .trim()
  .min(1, 'The text must not be empty.')
  .max(LIMITS.longText, `The text must have at most ${LIMITS.longText.toLocaleString('en')} characters.`);

/** An id of this graph. */
export const entityId = z.string().refine(isUuid, 'The id must be one that this graph gave out.');

/** A date that GraphQL has checked. */
export const dateText = z.string();

export const idempotencyKey = shortText;

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(LIMITS.list, `The list must have at most ${LIMITS.list} items.`);
}

/** An optional field: left out and null mean the same. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? null);
}
