import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { listAccessFactsAbout } from '../../../kit/access-facts.ts';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { isOpposed } from '../../../kit/visible.ts';
import { checkCentreHead } from '../../rules/centre-head.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import { type FamilyRead, membersOf, readFamily } from './family-members.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

const AssignCaseManagerInput = z.object({ idempotencyKey, familyId: entityId, employeeId: entityId });

export interface LeadAnswer {
  readonly familyId: string;
}

/** The head names the one employee who leads the family's case from now on (I-22); nobody who is in conflict with it. */
export const assignCaseManager: ProtectionCommand<z.output<typeof AssignCaseManagerInput>, LeadAnswer, FamilyRead> = {
  name: 'assignCaseManager',
  writes: 'CASE_HEADER',
  input: AssignCaseManagerInput,
  read: (_, { familyId }, { peers }) => readFamily(peers, familyId),
  carryOut: async (trx, input, read, context) => {
    const write = createWriters(trx);
    const { now } = context;
    const lead = await write.lockFamilyCase(input.familyId);
    if (!lead || (await isOpposed(kitPart(trx), context, [lead.familyId, ...membersOf(read)]))) {
      return refuse('NOT_FOUND', 'The family must be one whose case a centre leads.', { path: ['input', 'familyId'] });
    }
    const head = checkCentreHead(await findActingEmployee(write, context), lead.leadCentreId);
    if (!head.ok) return head;
    const manager = await write.findEmployee(input.employeeId);
    if (manager?.centreId !== lead.leadCentreId || manager.post !== 'CASE_MANAGER') {
      return refuse('NOT_FOUND', 'The employee must be a case manager of the lead centre.', {
        path: ['input', 'employeeId'],
      });
    }
    const subjects = [lead.familyId, ...membersOf(read)];
    const conflicts = await listAccessFactsAbout(kitPart(trx), 'CONFLICT', subjects, now);
    if (conflicts.some(({ userId }) => userId === manager.userId)) {
      return refuse('CONFLICT_OF_INTEREST', 'The employee must not be in conflict with a member of the family.', {
        path: ['input', 'employeeId'],
        entityId: manager.id,
      });
    }

    if (manager.id !== lead.leadCaseManagerId) {
      const { titleRu } = await write.getCentre(lead.leadCentreId);
      await write.updateFamilyCase(lead.familyId, { leadCaseManagerId: manager.id });
      await write.insertLeadChange({
        id: randomUUID(),
        familyId: lead.familyId,
        at: now,
        what: 'CASE_MANAGER',
        fromId: lead.leadCaseManagerId,
        toId: manager.id,
        byOrganisation: titleRu,
      });
    }
    return {
      answer: { familyId: lead.familyId },
      audit: {
        entityIds: [lead.familyId],
        before: { leadCaseManagerId: lead.leadCaseManagerId },
        after: { leadCaseManagerId: manager.id },
      },
    };
  },
};
