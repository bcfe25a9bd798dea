import type { z } from 'zod';
import type { CommandContext } from './command.ts';
import { deriveId } from './derived-id.ts';
import { findNamedPerson, type NamedPerson, type PersonHint } from './person-hint.ts';
import { allow, type Decision } from './refusal.ts';

/**
 * Whom a command is about. While social protection is down, an id is taken as it is given: help for a person must not wait
 * for the registry, and a record under an id that nobody has is seen by nobody. Only a person without an id cannot be named then.
 */
export async function findSubject(
  command: string,
  input: { idempotencyKey: string; personId: string | null; person?: z.output<typeof PersonHint> | null },
  { caller, peers }: Pick<CommandContext, 'caller' | 'peers'>,
  path?: { personId: string; person: string },
): Promise<Decision<NamedPerson>> {
  const { personId, person = null } = input;
  const found = await findNamedPerson(
    peers,
    { personId, person },
    scopeKey(command, input.idempotencyKey, caller),
    path,
  );
  if (found.ok || found.code !== 'AGENCY_UNAVAILABLE' || personId === null) return found;
  return allow({ id: personId, provisional: false, familyId: null });
}

/** Keys are unique within a caller's organisation, but this agency speaks to the registry for all of them. */
function scopeKey(command: string, idempotencyKey: string, caller: CommandContext['caller']): string {
  const scope = caller.kind === 'USER' ? (caller.organisationId ?? caller.userId) : caller.agency;
  return deriveId(command, scope, idempotencyKey);
}
