import type { ErrorCode } from '../../schema/codes.ts';

/** An error whose code and message the client may see. Every other error is masked. */
export class CodedError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'CodedError';
    this.code = code;
  }
}
