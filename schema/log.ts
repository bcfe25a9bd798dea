import { type Logger, pino } from 'pino';

/** Structured log, a JSON line each on standard error; standard output belongs to the start-up messages. */
export type ServerLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Twelve digits in a row may be an IIN, wherever they come from: an operation name, a library's message. */
const IIN_LIKE = /\d{12}/g;

export function createLog(level: string): ServerLog {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => line.replace(IIN_LIKE, '************') },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
