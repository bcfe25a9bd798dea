import type { UserErrorCode } from '../../schema/__generated__/user-error-codes.ts';

export type { UserErrorCode };

/** Why a command was refused: data for the client, never thrown. */
export interface Refusal {
  readonly ok: false;
  readonly code: UserErrorCode;
  /** What must hold, then what was given; free of personal data. */
  readonly message: string;
  readonly path: string[] | null;
  readonly entityId: string | null;
  readonly currentState: string | null;
}

/** A decision of a rule: allowed, with what follows from it, or refused. */
export type Decision<T = undefined> = { readonly ok: true; readonly value: T } | Refusal;

export function allow(): Decision;
export function allow<T>(value: T): Decision<T>;
export function allow<T>(value?: T): Decision<T | undefined> {
  return { ok: true, value };
}

export function refuse(
  code: UserErrorCode,
  message: string,
  details: { path?: readonly string[]; entityId?: string; currentState?: string } = {},
): Refusal {
  return {
    ok: false,
    code,
    message,
    path: details.path ? [...details.path] : null,
    entityId: details.entityId ?? null,
    currentState: details.currentState ?? null,
  };
}
