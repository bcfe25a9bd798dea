import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { CommandContext } from '../../../kit/command.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import { createNumber } from '../../../kit/number.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import type { ResponsibleBodyKind } from '../../__generated__/resolvers.ts';
import { checkPlanDates } from '../../rules/plan-draft.ts';
import { checkCentreEmployee } from '../../rules/plan-signing.ts';
import { movePlan } from '../../rules/plan-state.ts';
import { toContent } from '../../rules/plan-diff.ts';
import {
  createWriter,
  type EmployeeRow,
  type IndividualPlanRow,
  type PlanMeasureRow,
  type Tables,
} from '../../store.ts';
import type { FamilyFacts } from './family-facts.ts';
import { checkNoConflict, type PlanAnswer } from './plan-answer.ts';
import { openPlanJournal, type PlanJournal } from './plan-journal.ts';
import { type MeasureInput, prepareMeasures, toContentMeasure } from './wanted-measures.ts';

/** What `createPlan` and `restartPlan` have in common. */
export interface WantedPlan {
  readonly familyId: string;
  readonly assessmentId: string | null;
  readonly predecessor: { readonly id: string; readonly mobileGroupId: string } | null;
  readonly startDate: string;
  readonly endDate: string;
  readonly measures: readonly MeasureInput[];
  readonly specialists: readonly ResponsibleBodyKind[];
  readonly submit: boolean;
}

export interface DraftedPlan {
  readonly plan: IndividualPlanRow;
  readonly measures: readonly PlanMeasureRow[];
  readonly more: Pick<PlanAnswer, 'duplicates' | 'warnings'>;
  /** Still open: the command closes it. */
  readonly journal: PlanJournal;
}

/** Writes the family's only current plan down, and unless told otherwise hands it over for signature. */
export async function draftPlan(
  trx: Transaction<Tables & KitTables>,
  wanted: WantedPlan,
  facts: FamilyFacts | 'UNAVAILABLE',
  {
    familyPath,
    employee,
    caller,
    now,
  }: { familyPath: string; employee: EmployeeRow | null } & Pick<CommandContext, 'caller' | 'now'>,
): Promise<Decision<DraftedPlan>> {
  const write = createWriter(trx);
  const current = await write.findCurrentPlan(wanted.familyId);
  if (current) {
    return refuse('PLAN_ALREADY_ACTIVE', 'A family must have one current plan; it has one already.', {
      path: ['input', familyPath],
      entityId: current.id,
      currentState: current.status,
    });
  }
  const familyCase = await write.findFamilyCase(wanted.familyId);
  if (!familyCase) {
    return refuse('NOT_FOUND', 'The family must be one whose case a centre leads.', { path: ['input', familyPath] });
  }
  const id = randomUUID();
  const worker = checkCentreEmployee({ id, leadCentreId: familyCase.leadCentreId }, employee);
  if (!worker.ok) return { ...worker, entityId: wanted.familyId };
  const unbiased = await checkNoConflict(trx, { id: wanted.familyId, familyId: wanted.familyId }, { caller, now });
  if (!unbiased.ok) return unbiased;
  const dates = checkPlanDates(wanted, []);
  if (!dates.ok) return dates;
  const centre = await write.getCentre(familyCase.leadCentreId);
  const prepared = await prepareMeasures(write, wanted.measures, {
    plan: { id, familyId: wanted.familyId },
    centre,
    facts,
    dates: wanted,
    list: 'measures',
    now,
  });
  if (!prepared.ok) return prepared;
  const { rows, more } = prepared.value;
  if (wanted.submit && rows.length === 0) {
    return refuse('INVALID_INPUT', 'A plan that is submitted must have at least one measure.', {
      path: ['input', 'measures'],
    });
  }
  const plan: IndividualPlanRow = {
    id,
    number: createNumber('P', toLocalDate(now)),
    familyId: wanted.familyId,
    leadCentreId: centre.id,
    assessmentId: wanted.assessmentId,
    predecessorId: wanted.predecessor?.id ?? null,
    mobileGroupId: wanted.predecessor?.mobileGroupId ?? null,
    status: 'DRAFT',
    version: 1,
    versionInForce: null,
    startDate: wanted.startDate,
    endDate: wanted.endDate,
    specialists: [...wanted.specialists],
    duplicatesChecked: facts !== 'UNAVAILABLE',
    returnedBecause: null,
    approvedAt: null,
    approvedById: null,
    terminationGround: null,
    terminationExplanation: null,
    categoryBefore: null,
    categoryAfter: null,
    result: null,
    evaluatedAt: null,
    createdAt: now,
  };
  const journal = openPlanJournal(trx, plan, now);
  const by = { organisation: centre.titleRu };
  await journal.begin(rows, by);
  await journal.plans.insertVersion(id, 1, toContent({ ...wanted, measures: rows.map(toContentMeasure) }), now);
  await journal.step('CREATED', by);
  if (wanted.submit) {
    const submitted = movePlan(plan, 'submit');
    if (!submitted.ok) return submitted;
    await journal.step('SUBMITTED', by, { status: submitted.value });
  }
  return allow({ plan: journal.plan(), measures: rows, more, journal });
}
