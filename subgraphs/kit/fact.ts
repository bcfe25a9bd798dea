import type { EventPayload } from '../../schema/events.ts';
import type { CommandContext } from './command.ts';
import { tell } from './events.ts';
import type { DomainEvent } from './outbox.ts';
import { isUuid } from './uuid.ts';

/** Tells the centres of a record that may move a plan measure, when the command named one (decision C3). */
export function tellFact(
  measureId: string | null,
  fact: Pick<EventPayload<'FactRecorded'>, 'evidenceKind' | 'evidenceId' | 'state' | 'subject'>,
  { caller, now }: Pick<CommandContext, 'caller' | 'now'>,
): DomainEvent[] {
  if (measureId === null) return [];
  const body = caller.kind === 'USER' ? caller.organisationId : null;
  const organisationId = isUuid(body) ? body : null;
  return [tell('FactRecorded', { ...fact, measureId, organisationId, at: now.toString(), note: null })];
}
