import type { EventPayload } from '../../../schema/events.ts';
import type { CommandContext } from '../../kit/command.ts';
import { tell } from '../../kit/events.ts';
import type { DomainEvent } from '../../kit/outbox.ts';

/** Tells the centres what was recorded, where it was recorded for a measure of a plan (decision C3). */
export function factRecorded(
  measureId: string | null,
  fact: Pick<EventPayload<'FactRecorded'>, 'evidenceKind' | 'evidenceId' | 'state'>,
  { caller, now }: CommandContext,
): DomainEvent[] {
  if (measureId === null) return [];
  const organisationId = caller.kind === 'USER' ? caller.organisationId : null;
  return [tell('FactRecorded', { ...fact, measureId, organisationId, at: now.toString(), note: null })];
}
