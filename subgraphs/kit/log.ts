/**
 * Structured log of a server: objects first, a fixed sentence after them. No IIN, name, input or text of a person ever
 * goes into it; ids of requests, operations and codes do.
 */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
