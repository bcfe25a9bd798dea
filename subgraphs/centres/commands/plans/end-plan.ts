import { toLocalDate } from '../../../kit/deadline.ts';
import { allow, type Decision } from '../../../kit/refusal.ts';
import { isFinished } from '../../rules/measure-state.ts';
import { type EndingGround, endPlanOn } from '../../rules/plan-ending.ts';
import type { PlanJournal } from './plan-journal.ts';

/**
 * Ends a plan on one of the four grounds (Rules p.19): the one way for all commands that end plans, `closePlan`,
 * `refuseAccompaniment` and the withdrawal of consent. The journal stays open; the command closes it.
 */
export async function endPlan(
  journal: PlanJournal,
  { ground, explanation }: { ground: EndingGround; explanation: string },
  now: Temporal.Instant,
): Promise<Decision> {
  const plan = journal.plan();
  const measures = await journal.write.listMeasuresOfPlan(plan.id);
  const next = endPlanOn(plan, ground, { measures, warnings: await journal.plans.countWarnings(plan.id) });
  if (!next.ok) return next;
  const { titleRu: organisation } = await journal.write.getCentre(plan.leadCentreId);
  await journal.step(
    'CLOSED',
    { organisation, note: explanation },
    { status: next.value, terminationGround: ground, terminationExplanation: explanation },
  );
  await releaseBodies(journal, { organisation }, now);
  return allow();
}

/**
 * What ends with a plan: open measures are cancelled, those that were late then are submitted first; the bodies no
 * longer see the family by it; the appeal from which it was made closes.
 */
export async function releaseBodies(
  journal: PlanJournal,
  by: { organisation: string },
  now: Temporal.Instant,
): Promise<void> {
  const plan = journal.plan();
  await journal.plans.submitLateMeasures(plan.id, toLocalDate(now).toString(), now);
  for (const measure of await journal.write.listMeasuresOfPlan(plan.id)) {
    if (!isFinished(measure.status)) await journal.stepMeasure(measure, ['CANCELLED'], by);
  }
  await journal.endAssignments();
  const appeal = plan.assessmentId === null ? null : await journal.plans.findAppealOfAssessment(plan.assessmentId);
  if (appeal?.status === 'PLAN_OPENED') {
    const closingNote = 'Закрыто вместе с индивидуальным планом.';
    await journal.write.updateAppeal(appeal.id, { status: 'CLOSED', closedAt: now, closingNote });
  }
}
