import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Role } from '../../../../schema/access.ts';
import type { CommandContext } from '../../../kit/command.ts';
import { tell } from '../../../kit/events.ts';
import type { DomainEvent } from '../../../kit/outbox.ts';
import { signalIdOf } from '../../../kit/signal-id.ts';
import { isUuid } from '../../../kit/uuid.ts';
import { createChildHelpWriter } from '../../case-store.ts';
import { listRecipients } from '../../rules/child-help-notices.ts';
import { moveCase } from '../../rules/child-help-state.ts';
import type { ChildHelpCaseRow } from '../../store.ts';
import { CASE_ROLES, type CaseCommand, changeCase, ExpectedCase, findExpectedCase } from './case-answer.ts';
import { warnOfRooms } from './rooms-in-region.ts';

const RegisterChildHelpCaseInput = z.object(ExpectedCase);

/** Registers a signalled case and tells whom the rules name; to the centres, where no room works, the notice is a signal. */
export const registerChildHelpCase: CaseCommand<z.output<typeof RegisterChildHelpCaseInput>> = {
  name: 'registerChildHelpCase',
  writes: 'CHILD_HELP_CASE',
  roles: CASE_ROLES,
  input: RegisterChildHelpCaseInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const write = createChildHelpWriter(trx);
    const found = await findExpectedCase(write, input);
    if (!found.ok) return found;
    const { helpCase } = found;
    const status = moveCase(helpCase, 'register');
    if (!status.ok) return status;
    const warnings = await warnOfRooms(write, helpCase, context.now);
    const recipients = listRecipients({ reason: helpCase.reason, roomOpen: warnings.length === 0 });
    await write.insertNotices(
      recipients.map((recipient) => ({
        id: randomUUID(),
        caseId: helpCase.id,
        recipient,
        sentAt: context.now,
        deliveredAt: null,
      })),
    );
    const events = recipients.includes('CENTRE') ? [signalToCentre(helpCase, context)] : [];
    return changeCase(write, helpCase, { status: status.value }, { warnings, events });
  },
};

const SOURCE_SYSTEM = 'EDUCATION';
const SOURCES: Partial<Record<Role, 'GUARDIANSHIP'>> = { GUARDIANSHIP: 'GUARDIANSHIP' };

/** Number and child, no account of the violence. The child is protected by law without a consent (domain.md 8.4). */
function signalToCentre(helpCase: ChildHelpCaseRow, { caller, now }: CommandContext): DomainEvent {
  const { id, number, childId, kato, regionKato, detectedAt } = helpCase;
  const body = caller.kind === 'USER' ? caller.organisationId : null;
  return tell('SignalReported', {
    signalId: signalIdOf(SOURCE_SYSTEM, id),
    source: (caller.kind === 'USER' && SOURCES[caller.role]) || 'EDUCATION',
    sourceSystem: SOURCE_SYSTEM,
    sourceRecordId: id,
    personId: childId,
    kind: null,
    kato: kato ?? regionKato,
    occurredAt: detectedAt.toString(),
    receivedAt: now.toString(),
    threatToLife: false,
    summary: `Дело о помощи ребёнку ${number}`,
    senderId: isUuid(body) ? body : null,
  });
}
