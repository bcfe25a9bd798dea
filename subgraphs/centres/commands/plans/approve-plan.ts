import { z } from 'zod';
import { conflictWith } from '../../../kit/command.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import { isFinished } from '../../rules/measure-state.ts';
import { checkBeneficiaries, checkOtherBodies, type OpenMeasure } from '../../rules/plan-draft.ts';
import { type ContentDiff, diffContents, type PlanContent } from '../../rules/plan-diff.ts';
import { checkApprover, checkHead } from '../../rules/plan-signing.ts';
import { movePlan } from '../../rules/plan-state.ts';
import { findFamilyOfPlan, lockPlan, type IndividualPlanRow, type PlanMeasureRow } from '../../store.ts';
import { changeMeasures, replaceRows } from './content-changes.ts';
import { type FamilyFacts, readFamilyFacts } from './family-facts.ts';
import { checkNoConflict, findActingEmployee, planAnswer, type PlanCommand } from './plan-answer.ts';
import { openPlanJournal } from './plan-journal.ts';
import { findRepeatedBenefits } from './wanted-measures.ts';

const ApprovePlanInput = z.object({ idempotencyKey, planId: entityId, planVersion: z.int() });

type FamilyRead = Awaited<ReturnType<typeof readFamilyFacts>>;

/**
 * The head of the lead centre puts a signed version in force (Rules p.17): its measures are sent to the bodies that must
 * carry them out, of a revision also what it changes and cancels; every agency learns who has become responsible for the
 * family, and who no longer is.
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
    const { now } = context;
    const plan = await lockPlan(trx, input.planId);
    if (!plan) return refuse('NOT_FOUND', 'There must be such a plan.', { path: ['input', 'planId'] });
    const journal = openPlanJournal(trx, plan, now);
    const { write, plans } = journal;
    const head = checkHead(plan, await findActingEmployee(write, context));
    if (!head.ok) return head;
    const unbiased = await checkNoConflict(trx, plan, context);
    if (!unbiased.ok) return unbiased;
    if (plan.version !== input.planVersion) {
      return conflictWith(planAnswer(plan.id), {
        entityId: plan.id,
        expected: input.planVersion,
        version: plan.version,
        code: 'SIGNATURE_STALE_VERSION',
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
        { entityId: plan.id, currentState: plan.status },
      );
    }
    const other = checkApprover(plan, head.value, byEmployee.employeeId);
    if (!other.ok) return other;
    const content = await plans.getContent(plan.id, plan.version);
    const measures = await write.listMeasuresOfPlan(plan.id);
    const planned = measures.filter(({ status }) => status === 'PLANNED');
    const checked = checkHelp(plan, planned, facts);
    if (!checked.ok) return checked;
    const before = plan.versionInForce === null ? content : await plans.getContent(plan.id, plan.versionInForce);
    const diff = diffContents(before, content);
    const due = checkDue(plan, content, diff, measures, toLocalDate(now).toString());
    if (!due.ok) return due;
    const fits = checkFits(plan, content, diff, measures, await write.listOpenMeasuresOfFamily(plan.familyId));
    if (!fits.ok) return fits;

    const centre = await write.getCentre(plan.leadCentreId);
    const by = { organisation: centre.titleRu };
    await journal.step('APPROVED', by, {
      status: next.value,
      versionInForce: plan.version,
      startDate: content.startDate,
      endDate: content.endDate,
      approvedAt: now,
      approvedById: head.value.id,
      duplicatesChecked: true,
      returnedBecause: null,
    });
    const changed = await changeMeasures(journal, measures, diff, by);
    const toSend = changed.filter(({ status }) => status === 'PLANNED');
    const standing = replaceRows(changed, await journal.stepMeasures(toSend, ['SENT'], by));
    const known = typeof facts === 'string' ? null : facts;
    await journal.assignBodies(standing, known?.members.map(({ id }) => id) ?? []);
    return {
      answer: planAnswer(plan.id, { duplicates: known ? findRepeatedBenefits(planned, known) : [] }),
      audit: {
        entityIds: [plan.id, ...standing.map(({ id }) => id)],
        before: { status: plan.status, versionInForce: plan.versionInForce },
        after: { status: next.value, version: plan.version, approvedBy: head.value.id },
      },
      events: await journal.close(),
    };
  },
};

/** A version made while social protection was down is checked now, or waits until it answers (decision B3). */
function checkHelp(plan: IndividualPlanRow, planned: readonly PlanMeasureRow[], facts: FamilyRead): Decision {
  if (plan.duplicatesChecked) return allow();
  if (typeof facts === 'string') {
    return refuse(
      'AGENCY_UNAVAILABLE',
      'Social protection must have said which help the family gets already; it does not answer now.',
      { entityId: plan.id },
    );
  }
  const beneficiaries = planned.map(({ beneficiaryId }) => ({ beneficiaryPersonId: beneficiaryId }));
  const lawful = checkBeneficiaries(beneficiaries, (facts satisfies FamilyFacts).members);
  return lawful.ok ? lawful : { ...lawful, path: ['input', 'planId'] };
}

/** Nobody is given a plan, or work, whose last day is over: a body would be late before it has heard of it. */
function checkDue(
  plan: IndividualPlanRow,
  content: PlanContent,
  { changed }: ContentDiff,
  measures: readonly PlanMeasureRow[],
  today: string,
): Decision {
  const moved = new Set(
    changed.flatMap(({ before, after }) =>
      before.dueDate === after.dueDate && before.organisationId === after.organisationId ? [] : after.measureId,
    ),
  );
  const given = new Set(
    measures.flatMap(({ id, status }) => (status === 'PLANNED' || (moved.has(id) && !isFinished(status)) ? id : [])),
  );
  const late = content.measures.some(({ measureId, dueDate }) => dueDate < today && given.has(measureId));
  if (!late && content.endDate >= today) return allow();
  return refuse(
    'INVALID_STATE',
    `The plan, and what the bodies are given by it, must be due on ${today} or later: it was waited too long, revise again.`,
    { path: ['input', 'planVersion'], entityId: plan.id, currentState: plan.status },
  );
}

/**
 * Whether the version still fits what has become of the plan since it was written: it has measures (I-06), what was finished
 * in the meantime lies within its dates (I-07), and a body that gets a measure has none like it (I-11).
 */
function checkFits(
  plan: IndividualPlanRow,
  content: PlanContent,
  diff: ContentDiff,
  measures: readonly PlanMeasureRow[],
  open: readonly OpenMeasure[],
): Decision {
  const details = { path: ['input', 'planVersion'], entityId: plan.id, currentState: plan.status };
  if (content.measures.length === 0) {
    return refuse('INVALID_STATE', 'A plan must have at least one measure to be approved.', details);
  }
  const outside = measures.some(
    ({ status, dueDate }) =>
      (status === 'DONE' || status === 'NOT_DONE') && (dueDate < content.startDate || dueDate > content.endDate),
  );
  if (outside) {
    return refuse(
      'INVALID_STATE',
      'A measure that the revision meant to cancel was finished in the meantime and is due outside the new dates: revise again.',
      details,
    );
  }
  const dropped = new Set(diff.cancelled.map(({ measureId }) => measureId));
  const kept = open.filter(({ id }) => !dropped.has(id));
  return checkOtherBodies(diff.changed, kept, () => details.path);
}
