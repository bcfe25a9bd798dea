import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import type { ErrorCode } from './codes.ts';
import { findIin } from './iin.ts';
import { findRegion } from './regions.ts';

/** The time zone in which the law's days are counted: all of Kazakhstan, UTC+5 since 1 March 2024. */
export const TIME_ZONE = 'Asia/Almaty';

/** How each custom scalar is read from input, or why it is refused. Inside the process dates and codes are text, instants `Temporal.Instant`. */
export interface ScalarOptions {
  /** Accept demonstration IINs (month + 80). */
  readonly allowSyntheticIin: boolean;
}

/** The four scalars of common.graphql; the gateway and every agency refuse the same input with the same words. */
export function createScalars(options: ScalarOptions): Record<'Date' | 'DateTime' | 'IIN' | 'KATO', GraphQLScalarType> {
  return {
    Date: textScalar('Date', 'INVALID_INPUT', 'a calendar date like 2026-03-26', toDate),
    DateTime: textScalar(
      'DateTime',
      'INVALID_INPUT',
      'an instant with an offset like 2026-03-26T09:00:00+05:00',
      toInstant,
    ),
    IIN: textScalar('IIN', 'IIN_INVALID', 'an IIN of 12 digits with a real date and the right check digit', (text) =>
      findIin(text, { allowSynthetic: options.allowSyntheticIin }) ? text : null,
    ),
    KATO: textScalar('KATO', 'INVALID_INPUT', 'a KATO code of 9 digits that begins with a region', (text) =>
      /^\d{9}$/.test(text) && findRegion(text) ? text : null,
    ),
  };
}

function toDate(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !isPlausibleYear(text)) return null;
  try {
    return Temporal.PlainDate.from(text).toString();
  } catch {
    return null;
  }
}

/** Nobody lives, and no deadline falls, outside these years; databases do not take all of them. */
function isPlausibleYear(text: string): boolean {
  const year = Number(text.slice(0, 4));
  return year >= 1900 && year <= 2200;
}

function toInstant(text: string): Temporal.Instant | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return null;
  if (!isPlausibleYear(text)) return null;
  try {
    return Temporal.Instant.from(text);
  } catch {
    return null;
  }
}

function textScalar(
  name: string,
  code: ErrorCode,
  expected: string,
  parse: (text: string) => string | Temporal.Instant | null,
): GraphQLScalarType {
  // The value given is not repeated: it may be somebody's IIN.
  const refuse = () => new GraphQLError(`${name} must be ${expected}.`, { extensions: { code } });
  const parseValue = (value: unknown): string | Temporal.Instant => {
    const parsed = typeof value === 'string' ? parse(value) : null;
    if (parsed === null) throw refuse();
    return parsed;
  };
  return new GraphQLScalarType({
    name,
    serialize: (value) => (value instanceof Temporal.Instant ? value.toString({ timeZone: TIME_ZONE }) : String(value)),
    parseValue,
    parseLiteral: (node) => {
      if (node.kind !== Kind.STRING) throw refuse();
      return parseValue(node.value);
    },
  });
}
