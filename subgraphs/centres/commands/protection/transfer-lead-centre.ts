import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accessFactsChanged, listAccessFactsAbout } from '../../../kit/access-facts.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { type AccessFactRow, kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { isOpposed } from '../../../kit/visible.ts';
import { checkCentreHead } from '../../rules/centre-head.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import type { LeadAnswer } from './assign-case-manager.ts';
import { type FamilyRead, membersOf, readFamily } from './family-members.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

const TransferLeadCentreInput = z.object({
  idempotencyKey,
  familyId: entityId,
  toCentreId: entityId,
  reason: longText,
});

/**
 * A family that has moved is led by another centre from now on: its open appeals and its newest plan go with it under the ids
 * that they have (I-22), and every agency learns who leads. The new head names a case manager.
 */
export const transferLeadCentre: ProtectionCommand<z.output<typeof TransferLeadCentreInput>, LeadAnswer, FamilyRead> = {
  name: 'transferLeadCentre',
  writes: 'CASE_HEADER',
  input: TransferLeadCentreInput,
  read: (_, { familyId }, { peers }) => readFamily(peers, familyId),
  carryOut: async (trx, input, members, context) => {
    const write = createWriters(trx);
    const { now } = context;
    const lead = await write.lockFamilyCase(input.familyId);
    if (!lead || (await isOpposed(kitPart(trx), context, [lead.familyId, ...membersOf(members)]))) {
      return refuse('NOT_FOUND', 'The family must be one whose case a centre leads.', { path: ['input', 'familyId'] });
    }
    const head = checkCentreHead(await findActingEmployee(write, context), lead.leadCentreId);
    if (!head.ok) return head;
    const to = await write.findCentreOpenOn(input.toCentreId, toLocalDate(now).toString());
    if (!to) return refuse('NOT_FOUND', 'There must be such a centre, open today.', { path: ['input', 'toCentreId'] });
    if (to.id === lead.leadCentreId) {
      return refuse('INVALID_INPUT', 'The family must be transferred to another centre; this one leads already.', {
        path: ['input', 'toCentreId'],
        entityId: to.id,
      });
    }
    if (members === 'UNAVAILABLE') {
      return refuse(
        'AGENCY_UNAVAILABLE',
        'Social protection must say who belongs to the family; it does not answer now.',
        {
          path: ['input', 'familyId'],
        },
      );
    }

    const from = await write.getCentre(lead.leadCentreId);
    await write.updateFamilyCase(lead.familyId, { leadCentreId: to.id, leadCaseManagerId: null });
    const plan = await write.lockNewestPlan(lead.familyId);
    const moved = plan && plan.status !== 'TERMINATED' ? plan : null;
    if (moved) await write.updatePlan(moved.id, { leadCentreId: to.id });
    const appeals = await write.lockOpenAppeals(lead.familyId);
    for (const { id } of appeals) await write.updateAppeal(id, { centreId: to.id, districtKato: to.districtKato });
    await write.insertLeadChange({
      id: randomUUID(),
      familyId: lead.familyId,
      at: now,
      what: 'CENTRE',
      fromId: from.id,
      toId: to.id,
      byOrganisation: from.titleRu,
    });
    const subjects = [lead.familyId, ...members];
    const known = await listAccessFactsAbout(kitPart(trx), 'LEAD_CENTRE', subjects, now);
    if (moved) {
      await write.recordChanges([{ kind: 'PLAN', planId: moved.id, concerns: [from.id, to.id] }], now);
    }
    return {
      answer: { familyId: lead.familyId },
      audit: {
        entityIds: [lead.familyId, ...(moved ? [moved.id] : []), ...appeals.map(({ id }) => id)],
        before: { leadCentreId: from.id, leadCaseManagerId: lead.leadCaseManagerId },
        after: { leadCentreId: to.id, leadCaseManagerId: null, reason: input.reason },
      },
      events: [
        accessFactsChanged(
          subjects.map((subjectId) => leadBy(to.id, subjectId)),
          known,
        ),
      ],
    };
  },
};

function leadBy(organisationId: string, subjectId: string): AccessFactRow {
  return {
    id: randomUUID(),
    subjectId,
    kind: 'LEAD_CENTRE',
    organisationId,
    userId: null,
    otherPersonId: null,
    scope: null,
    validUntil: null,
  };
}
