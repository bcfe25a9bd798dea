import type { Purpose, Role } from '../../../schema/access.ts';
import type { PlaygroundSettings } from '../routes.ts';

/** A GraphQL answer as it came. */
export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly AnswerError[];
  readonly extensions?: { readonly masked?: readonly { readonly group: string; readonly reason: string }[] };
}

export interface AnswerError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly agency?: string };
}

export interface Request {
  readonly query: string;
  readonly variables?: Record<string, unknown> | undefined;
  readonly operationName?: string | undefined;
}

/** With whose token, and for what, requests are sent. */
export interface Credentials {
  readonly token: string;
  readonly purpose: Purpose | null;
}

export async function fetchSettings(): Promise<PlaygroundSettings> {
  const response = await fetch('/playground/settings');
  return (await response.json()) as PlaygroundSettings;
}

/** A token of the demonstration for a role. */
export async function openSession(role: Role, districtKato: string): Promise<string> {
  const response = await fetch('/playground/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role, districtKato }),
  });
  if (!response.ok) throw new Error(`The session of ${role} was refused with status ${response.status}.`);
  return ((await response.json()) as { token: string }).token;
}

/** Refusals come as answers, too: every status of the gateway has coded errors in its body. */
export async function ask({ token, purpose }: Credentials, request: Request): Promise<Answer> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      // A header takes no other letters; a token has none.
      ...(token ? { authorization: `Bearer ${token.replace(/[^\x21-\x7e]/g, '')}` } : {}),
      ...(purpose ? { 'x-purpose': purpose } : {}),
    },
    body: JSON.stringify(request),
  });
  return (await response.json()) as Answer;
}
