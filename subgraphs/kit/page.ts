import { z } from 'zod';
import { LIMITS } from '../../schema/limits.ts';
import { CodedError } from './coded-error.ts';

/** Which part of a list is asked for: at most `limit` rows after the row with that sort key. */
export interface PageRequest<Key> {
  readonly limit: number;
  readonly after: Key | null;
}

/** Rows in their stable order and whether more follow. */
export interface Page<Row> {
  readonly nodes: Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The sort key of most lists: an instant and, where it is shared, the id. */
export const InstantKey = z.tuple([z.iso.datetime({ offset: true }), z.uuid()]);
export type InstantKey = z.output<typeof InstantKey>;

/** The sort key of lists by date. */
export const DateKey = z.tuple([z.iso.date(), z.uuid()]);
export type DateKey = z.output<typeof DateKey>;

/** The sort key of lists by title or name. */
export const TextKey = z.tuple([z.string(), z.uuid()]);
export type TextKey = z.output<typeof TextKey>;

/** The sort key of lists ordered by id alone. */
export const IdKey = z.tuple([z.uuid()]);
export type IdKey = z.output<typeof IdKey>;

/** The sort key of lists by an instant that may be missing, last then. */
export const DueKey = z.tuple([z.iso.datetime({ offset: true }).nullable(), z.uuid()]);
export type DueKey = z.output<typeof DueKey>;

/**
 * Reads `first` and `after` of a connection; refuses what is not a page of 1 to 100 or not a cursor of this list.
 *
 * @param name what the cursor's argument is called
 */
export function toPageRequest<Key>(
  args: { first: number; after?: string | null | undefined },
  key: z.ZodType<Key>,
  name = 'after',
): PageRequest<Key> {
  if (args.first < 1 || args.first > LIMITS.page) {
    throw new CodedError('INVALID_INPUT', `first must be from 1 to ${LIMITS.page}, not ${args.first}.`);
  }
  return { limit: args.first, after: args.after == null ? null : readCursor(args.after, key, name) };
}

/**
 * The page made of rows that were asked for with one more than the limit.
 *
 * @param keyOf the sort key of a row, in the order of the list's columns
 */
export function toPage<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => readonly unknown[]): Page<Row> {
  const nodes = rows.slice(0, limit);
  const last = nodes.at(-1);
  return {
    nodes,
    pageInfo: { hasNextPage: rows.length > limit, endCursor: last === undefined ? null : toCursor(keyOf(last)) },
  };
}

/** The text that stands for a sort key outside. */
export function toCursor(key: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function readCursor<Key>(cursor: string, key: z.ZodType<Key>, name: string): Key {
  const found = findCursor(cursor, key);
  if (found === null) throw new CodedError('INVALID_INPUT', `${name} must be the endCursor of a page of this list.`);
  return found;
}

/** The sort key that a text stands for, or null. */
export function findCursor<Key>(cursor: string, key: z.ZodType<Key>): Key | null {
  try {
    return key.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    return null;
  }
}
