import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accessFactsChanged } from '../../kit/access-facts.ts';
import { conflictWith } from '../../kit/command.ts';
import { entityId, idempotencyKey } from '../../kit/input.ts';
import type { AccessFactRow } from '../../kit/kit-tables.ts';
import { refuse } from '../../kit/refusal.ts';
import { checkApprover } from '../rules/plan-signing.ts';
import { movePlan } from '../rules/plan-state.ts';
import { createWriter, findFamilyOfPlan, lockPlan, type PlanMeasureRow } from '../store.ts';
import { readFamilyFacts } from './family-facts.ts';
import { findActingEmployee, historyEntry, planAnswer, type PlanCommand } from './plan-answer.ts';

const ApprovePlanInput = z.object({ idempotencyKey, planId: entityId, planVersion: z.int() });

type FamilyRead = Awaited<ReturnType<typeof readFamilyFacts>>;

/**
 * The head of the lead centre puts a signed version in force (Rules p.17): its measures are sent to the bodies that must
 * carry them out, and every agency learns who has become responsible for the family.
 */
export const approvePlan: PlanCommand<z.output<typeof ApprovePlanInput>, FamilyRead> = {
  name: 'approvePlan',
  writes: 'CASE_HEADER',
  input: ApprovePlanInput,
  read: async (db, { planId }, { peers }) => {
    const familyId = await findFamilyOfPlan(db, planId);
    return familyId === null ? 'UNKNOWN' : readFamilyFacts(peers, familyId);
  },
  carryOut: async (trx, input, facts, context) => {
    const write = createWriter(trx);
    const { now } = context;
    const plan = await lockPlan(trx, input.planId);
    if (!plan) return refuse('NOT_FOUND', 'There must be such a plan.', { path: ['input', 'planId'] });
    if (plan.version !== input.planVersion) {
      return conflictWith(planAnswer(plan.id), {
        entityId: plan.id,
        expected: input.planVersion,
        version: plan.version,
        path: 'planVersion',
      });
    }
    const next = movePlan(plan, 'approve');
    if (!next.ok) return next;
    const signatures = await write.listSignatures(plan.id, plan.version);
    const byEmployee = signatures.find(({ party }) => party === 'CENTRE_EMPLOYEE');
    if (!byEmployee || signatures.length < 2) {
      return refuse(
        'INVALID_STATE',
        'The newest version must be signed by the centre and by the family before it is approved.',
        {
          entityId: plan.id,
          currentState: plan.status,
        },
      );
    }
    const head = checkApprover(plan, await findActingEmployee(write, context), byEmployee.employeeId);
    if (!head.ok) return head;
    // A plan made while social protection was down is checked now, or waits until it answers (decision B3).
    if (!plan.duplicatesChecked && typeof facts === 'string') {
      return refuse(
        'AGENCY_UNAVAILABLE',
        'Social protection must have said which help the family gets already; it does not answer now.',
        {
          entityId: plan.id,
        },
      );
    }

    const centre = await write.getCentre(plan.leadCentreId);
    await write.updatePlan(plan.id, {
      status: next.value,
      versionInForce: plan.version,
      approvedAt: now,
      approvedById: head.value.id,
      duplicatesChecked: true,
      returnedBecause: null,
    });
    await write.insertHistory(historyEntry(plan, next.value, 'APPROVED', { organisation: centre.titleRu, now }));
    const sent = (await write.listMeasuresOfPlan(plan.id)).filter(({ status }) => status === 'PLANNED');
    for (const measure of sent) {
      await write.updateMeasure(measure.id, { status: 'SENT', version: measure.version + 1 });
      await write.appendStatusEntries(measure.id, [
        {
          id: randomUUID(),
          at: now,
          status: 'SENT',
          byOrganisation: centre.titleRu,
          onBehalf: false,
          correction: false,
          note: null,
        },
      ]);
    }
    await write.recordChanges(
      [
        { kind: 'PLAN', planId: plan.id, concerns: [plan.leadCentreId] },
        ...sent.map(({ id, organisationId }) => ({
          kind: 'MEASURE' as const,
          measureId: id,
          concerns: [organisationId, plan.leadCentreId],
        })),
      ],
      now,
    );
    const members = typeof facts === 'string' ? [] : facts.members.map(({ id }) => id);
    return {
      answer: planAnswer(plan.id),
      audit: {
        entityIds: [plan.id, ...sent.map(({ id }) => id)],
        before: { status: plan.status },
        after: { status: next.value, version: plan.version, approvedBy: head.value.id },
      },
      events: [accessFactsChanged(assignBodies(plan.familyId, members, sent))],
    };
  },
};

/** From now on every body with a measure in the plan is assigned to the family and to its members. */
function assignBodies(
  familyId: string,
  memberIds: readonly string[],
  measures: readonly PlanMeasureRow[],
): AccessFactRow[] {
  const organisations = new Set(measures.flatMap(({ organisationId }) => organisationId ?? []));
  const subjects = new Set([familyId, ...memberIds, ...measures.flatMap(({ beneficiaryId }) => beneficiaryId ?? [])]);
  return [...organisations].flatMap((organisationId) =>
    [...subjects].map((subjectId): AccessFactRow => ({
      id: randomUUID(),
      subjectId,
      kind: 'ASSIGNED',
      organisationId,
      userId: null,
      otherPersonId: null,
      scope: null,
      validUntil: null,
    })),
  );
}
