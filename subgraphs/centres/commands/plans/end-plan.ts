import type { CommandContext } from '../../../kit/command.ts';
import { allow, type Decision } from '../../../kit/refusal.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { moveWhatStayed } from '../../../kit/merges.ts';
import { move } from '../../../kit/state-machine.ts';
import { ONE_AT_A_TIME } from '../../merge-store.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { isFinished } from '../../rules/measure-state.ts';
import { type EndingGround, endPlanOn } from '../../rules/plan-ending.ts';
import { closeCase, endLead } from '../intake/case-steps.ts';
import { toCaseWriter } from '../intake/own-appeal.ts';
import type { PlanJournal } from './plan-journal.ts';

/**
 * Ends a plan on one of the four grounds (Rules p.19), for `closePlan` and `refuseAccompaniment`. The journal stays open; the
 * command closes it.
 */
export async function endPlan(
  journal: PlanJournal,
  { ground, explanation }: { ground: EndingGround; explanation: string },
  context: Pick<CommandContext, 'now' | 'calendar'>,
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
  await releaseBodies(journal, { organisation }, context);
  return allow();
}

/**
 * What ends with a plan, however it ends: open measures are cancelled; the bodies no longer see the family by it; the appeal
 * from which it was made closes, and unless another is open nobody leads the case any more.
 */
export async function releaseBodies(
  journal: PlanJournal,
  by: { organisation: string },
  context: Pick<CommandContext, 'now' | 'calendar'>,
): Promise<void> {
  const plan = journal.plan();
  const measures = await journal.write.listMeasuresOfPlan(plan.id);
  const open = measures.filter(({ status }) => !isFinished(status));
  await journal.stepMeasures(open, ['CANCELLED'], by);
  await journal.endAssignments();
  const at = toCaseWriter(journal.trx, context);
  const appeal = plan.assessmentId === null ? undefined : await journal.plans.lockAppealOfAssessment(plan.assessmentId);
  if (appeal && move(APPEAL, appeal, 'closeWithPlan').ok) {
    journal.tell(await closeCase(at, appeal, 'Закрыто вместе с индивидуальным планом.'));
  } else if (!(await at.intake.findOpenAppeal(plan.familyId, null))) {
    journal.tell(await endLead(at, { familyId: plan.familyId, applicantId: null, centreId: plan.leadCentreId }));
  }
  // Where two families had a current plan each when they were merged, only one of them could be the family's.
  await moveWhatStayed(kitPart(journal.trx), ONE_AT_A_TIME, plan.familyId);
}
