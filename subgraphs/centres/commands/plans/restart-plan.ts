import { z } from 'zod';
import { conflictWith } from '../../../kit/command.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { dateText, entityId, idempotencyKey, listOf, optional } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { createPlanWriter } from '../../plan-store.ts';
import { checkRestart } from '../../rules/plan-restart.ts';
import { checkCentreEmployee } from '../../rules/plan-signing.ts';
import { createWriter, findFamilyOfPlan, lockPlan } from '../../store.ts';
import { beginLead } from '../intake/case-steps.ts';
import { toCaseWriter } from '../intake/own-appeal.ts';
import { draftPlan } from './draft-plan.ts';
import { type FamilyFacts, readFamilyFacts } from './family-facts.ts';
import { findActingEmployee, planAnswer, type PlanCommand } from './plan-answer.ts';
import { openPlanJournal } from './plan-journal.ts';
import { MeasureInput } from './wanted-measures.ts';

const RestartPlanInput = z.object({
  idempotencyKey,
  planId: entityId,
  expectedVersion: optional(z.int()),
  mobileGroupId: entityId,
  startDate: dateText,
  endDate: dateText,
  measures: listOf(MeasureInput),
});

/**
 * A family that is still in category D or E after its plan was carried out gets a new one with a mobile group (R-041, I-16).
 * It follows the evaluation, not a new assessment; nothing is copied from the plan before.
 */
export const restartPlan: PlanCommand<z.output<typeof RestartPlanInput>, FamilyFacts | 'UNKNOWN' | 'UNAVAILABLE'> = {
  name: 'restartPlan',
  writes: 'CASE_HEADER',
  input: RestartPlanInput,
  read: async (db, { planId }, { peers }) => {
    const familyId = await findFamilyOfPlan(db, planId);
    return familyId === null ? 'UNKNOWN' : readFamilyFacts(peers, familyId);
  },
  carryOut: async (trx, input, facts, context) => {
    const write = createWriter(trx);
    const plans = createPlanWriter(trx);
    const { now } = context;
    const before = await lockPlan(trx, input.planId);
    if (!before || facts === 'UNKNOWN') {
      return refuse('NOT_FOUND', 'There must be such a plan.', { path: ['input', 'planId'] });
    }
    const familyCase = await write.findFamilyCase(before.familyId);
    const centre = await write.getCentre(familyCase?.leadCentreId ?? before.leadCentreId);
    // Whoever may not act here is told nothing of the plan.
    const worker = checkCentreEmployee(
      { id: before.id, leadCentreId: centre.id },
      await findActingEmployee(write, context),
    );
    if (!worker.ok) return worker;
    if (input.expectedVersion !== null && before.version !== input.expectedVersion) {
      return conflictWith(planAnswer(before.id), {
        entityId: before.id,
        expected: input.expectedVersion,
        version: before.version,
        path: 'expectedVersion',
      });
    }
    const group = (await plans.findMobileGroup(input.mobileGroupId)) ?? null;
    const lawful = checkRestart({ ...before, followed: await plans.hasSuccessor(before.id) }, group, {
      districtKato: centre.districtKato,
      today: toLocalDate(now),
    });
    if (!lawful.ok) return lawful;
    const drafted = await draftPlan(
      trx,
      {
        ...input,
        familyId: before.familyId,
        assessmentId: null,
        predecessor: { id: before.id, mobileGroupId: input.mobileGroupId },
        specialists: [...new Set(await plans.listMemberBodies(input.mobileGroupId))],
        submit: true,
      },
      facts,
      { familyPath: 'planId', employee: await findActingEmployee(write, context), ...context },
    );
    if (!drafted.ok) return drafted;
    const { plan, measures, more, journal } = drafted.value;
    const predecessor = openPlanJournal(trx, before, now);
    await predecessor.step('RESTARTED', { organisation: centre.titleRu, note: plan.number });
    // The centre's lead ended with the plan before.
    const personIds =
      facts === 'UNAVAILABLE'
        ? measures.flatMap(({ beneficiaryId }) => beneficiaryId ?? [])
        : facts.members.map(({ id }) => id);
    const led = { familyId: plan.familyId, centreId: plan.leadCentreId, personIds };
    journal.tell(await beginLead(toCaseWriter(trx, context), led));
    return {
      answer: planAnswer(plan.id, more),
      audit: { entityIds: [plan.id, before.id, plan.familyId], after: { plan, measures } },
      events: [...(await predecessor.close()), ...(await journal.close())],
    };
  },
};
