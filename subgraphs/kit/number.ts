import { randomBytes } from 'node:crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A number for people to read aloud, such as P-2025-7K3M9Q2X: without order, so that it reveals nothing about others
 * (decision A6), and without letters that look like digits. The database refuses the rare double, the command tries again.
 */
export function createNumber(prefix: string, now: Temporal.PlainDate): string {
  const characters = Array.from(randomBytes(8), (byte) => CROCKFORD[byte & 31]).join('');
  return `${prefix}-${now.year}-${characters}`;
}
