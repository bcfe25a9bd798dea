import type { Role } from '../../../../schema/access.ts';
import type { CommandContext } from '../../../kit/command.ts';
import { tell } from '../../../kit/events.ts';
import type { DomainEvent } from '../../../kit/outbox.ts';
import { signalIdOf } from '../../../kit/signal-id.ts';
import { isUuid } from '../../../kit/uuid.ts';
import type { ChildHelpCaseRow } from '../../store.ts';

const SOURCE_SYSTEM = 'EDUCATION';
const SOURCES: Partial<Record<Role, 'GUARDIANSHIP'>> = { GUARDIANSHIP: 'GUARDIANSHIP' };

/** What the centre is told of a case: each is a record of its own, and so a signal of its own, told once. */
const STEPS = {
  REGISTERED: { record: '', summary: '', at: ({ detectedAt }: ChildHelpCaseRow) => detectedAt },
  ACCOMPANIED: {
    record: '/ACCOMPANIED',
    summary: ' передано на сопровождение',
    at: (_: ChildHelpCaseRow, now: Temporal.Instant) => now,
  },
} as const;

/**
 * Number and child, no account of the violence. The child is protected by law without a consent (domain.md 8.4). A signal is
 * read by the centre alone, while what stands in a plan is read by every body that has a measure in it.
 */
export function signalToCentre(
  helpCase: ChildHelpCaseRow,
  step: keyof typeof STEPS,
  { caller, now }: Pick<CommandContext, 'caller' | 'now'>,
): DomainEvent {
  const { id, number, childId, kato, regionKato } = helpCase;
  const { record, summary, at } = STEPS[step];
  const body = caller.kind === 'USER' ? caller.organisationId : null;
  const sourceRecordId = `${id}${record}`;
  return tell('SignalReported', {
    signalId: signalIdOf(SOURCE_SYSTEM, sourceRecordId),
    source: (caller.kind === 'USER' && SOURCES[caller.role]) || 'EDUCATION',
    sourceSystem: SOURCE_SYSTEM,
    sourceRecordId,
    personId: childId,
    kind: null,
    kato: kato ?? regionKato,
    occurredAt: at(helpCase, now).toString(),
    receivedAt: now.toString(),
    threatToLife: false,
    summary: `Дело о помощи ребёнку ${number}${summary}`,
    senderId: isUuid(body) ? body : null,
  });
}
