import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { toLocalDate } from '../../kit/deadline.ts';
import { dateText, entityId, idempotencyKey, listOf, longText, optional, shortText } from '../../kit/input.ts';
import { createNumber } from '../../kit/number.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import type { PlanMeasureInput, ResponsibleBodyKind, SupportKind } from '../__generated__/resolvers.ts';
import {
  checkBeneficiaries,
  checkMeasures,
  checkPlanDates,
  findBenefitDuplicates,
  numberOverrides,
} from '../rules/plan-draft.ts';
import { movePlan, type PlanStatus } from '../rules/plan-state.ts';
import { createWriter, type IndividualPlanRow, type OrganisationRow, type PlanMeasureRow } from '../store.ts';
import { type FamilyFacts, readFamilyFacts } from './family-facts.ts';
import { historyEntry, planAnswer, type PlanCommand } from './plan-answer.ts';

const MeasureInput = z.object({
  kind: z.custom<SupportKind>(),
  title: shortText,
  beneficiaryPersonId: optional(entityId),
  responsible: z.custom<ResponsibleBodyKind>(),
  organisation: shortText,
  dueDate: dateText,
  otherDescription: optional(longText),
  overrideReason: optional(longText),
}) satisfies z.ZodType<unknown, PlanMeasureInput>;
type MeasureInput = z.output<typeof MeasureInput>;

const CreatePlanInput = z.object({
  idempotencyKey,
  familyId: entityId,
  assessmentId: entityId,
  startDate: dateText,
  endDate: dateText,
  measures: listOf(MeasureInput),
  specialists: listOf(z.custom<ResponsibleBodyKind>()),
  submit: z
    .boolean()
    .nullish()
    .transform((submit) => submit ?? true),
});
type CreatePlanInput = z.output<typeof CreatePlanInput>;

/**
 * Drafts the family's individual plan from a recognised primary assessment with confirmed needs (Rules p.15–16) and, unless
 * told otherwise, submits it for signature. Help that the family gets already is shown as duplicates; while social
 * protection is down the plan is made with a warning and checked later (decision B3).
 */
export const createPlan: PlanCommand<CreatePlanInput, Awaited<ReturnType<typeof readFamilyFacts>>> = {
  name: 'createPlan',
  writes: 'CASE_HEADER',
  input: CreatePlanInput,
  read: (_, { familyId }, { peers }) => readFamilyFacts(peers, familyId),
  carryOut: async (trx, input, facts, context) => {
    const write = createWriter(trx);
    const { now } = context;
    const assessment = await write.findAssessment(input.assessmentId);
    const familyCase = await write.findFamilyCase(input.familyId);
    if (!familyCase || facts === 'UNKNOWN') {
      return refuse('NOT_FOUND', 'The family must be one whose case a centre leads.', { path: ['input', 'familyId'] });
    }
    if (!assessment || assessment.familyId !== input.familyId) {
      return refuse('NOT_FOUND', 'The primary assessment must be one of this family.', {
        path: ['input', 'assessmentId'],
      });
    }
    const recognised = checkAssessment(assessment);
    if (!recognised.ok) return recognised;
    const current = await write.findCurrentPlan(input.familyId);
    if (current) {
      return refuse('PLAN_ALREADY_ACTIVE', 'A family must have one current plan; it has one already.', {
        path: ['input', 'familyId'],
        entityId: current.id,
        currentState: current.status,
      });
    }

    const centre = await write.getCentre(familyCase.leadCentreId);
    const named = await write.listOrganisationsNamed(
      input.measures.map(({ organisation }) => organisation),
      centre.districtKato,
    );
    const resolved = resolveOrganisations(input.measures, named);
    if (!resolved.ok) return resolved;
    const measures = input.measures.map((measure, index) => ({
      ...measure,
      organisationId: resolved.value[index]?.id ?? null,
    }));
    for (const checked of [
      checkPlanDates(input, measures),
      checkMeasures(measures),
      facts === 'UNAVAILABLE' ? allow() : checkBeneficiaries(measures, facts.members),
    ]) {
      if (!checked.ok) return checked;
    }
    const overrides = numberOverrides(measures, await write.listOpenMeasuresOfFamily(input.familyId));
    if (!overrides.ok) return overrides;

    const status = input.submit ? submitDraft(measures.length) : allow<PlanStatus>('DRAFT');
    if (!status.ok) return status;
    const plan: IndividualPlanRow = {
      id: randomUUID(),
      number: createNumber('P', toLocalDate(now)),
      familyId: input.familyId,
      leadCentreId: centre.id,
      assessmentId: assessment.id,
      predecessorId: null,
      status: status.value,
      version: 1,
      versionInForce: null,
      startDate: input.startDate,
      endDate: input.endDate,
      specialists: [...input.specialists],
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
    const rows = measures.map((measure, index) =>
      toMeasureRow(plan, measure, resolved.value[index] ?? null, overrides.value[index] ?? 0, centre.districtKato, now),
    );
    await write.insertPlan(plan);
    if (rows.length > 0) await write.insertMeasures(rows);
    for (const row of rows) {
      await write.appendStatusEntries(row.id, [
        {
          id: randomUUID(),
          at: now,
          status: 'PLANNED',
          byOrganisation: centre.titleRu,
          onBehalf: false,
          correction: false,
          note: row.overrideReason,
        },
      ]);
    }
    await write.insertHistory(historyEntry(plan, 'DRAFT', 'CREATED', { organisation: centre.titleRu, now }));
    if (input.submit) {
      await write.insertHistory(historyEntry(plan, plan.status, 'SUBMITTED', { organisation: centre.titleRu, now }));
    }
    await write.updateAppeal(assessment.appealId, { status: 'PLAN_OPENED' });
    await write.recordChanges([{ kind: 'PLAN', planId: plan.id, concerns: [centre.id] }], now);
    return {
      answer: planAnswer(plan.id, findDuplicates(measures, facts)),
      audit: { entityIds: [plan.id, input.familyId], after: { plan, measures: rows } },
    };
  },
};

/** A plan follows a completed assessment that found a difficult life situation, and its confirmed needs (Rules p.13(3), 15). */
function checkAssessment(assessment: {
  id: string;
  status: string;
  recognised: boolean | null;
  needsConfirmedAt: Temporal.Instant | null;
}): Decision {
  const details = { path: ['input', 'assessmentId'], entityId: assessment.id, currentState: assessment.status };
  if (assessment.status !== 'COMPLETED' || !assessment.recognised) {
    return refuse(
      'ASSESSMENT_NOT_RECOGNISED',
      'The primary assessment must have found a difficult life situation.',
      details,
    );
  }
  if (!assessment.needsConfirmedAt) {
    return refuse('INVALID_STATE', 'The needs of the family must be confirmed before a plan is made.', details);
  }
  return allow();
}

function submitDraft(measureCount: number): Decision<PlanStatus> {
  if (measureCount > 0) return movePlan({ id: '', status: 'DRAFT' }, 'submit');
  return refuse('INVALID_INPUT', 'A plan that is submitted must have at least one measure.', {
    path: ['input', 'measures'],
  });
}

/** The directory entry of each measure, null for the family's own actions (decision C2). */
function resolveOrganisations(
  measures: readonly MeasureInput[],
  named: readonly OrganisationRow[],
): Decision<readonly (OrganisationRow | null)[]> {
  const found: (OrganisationRow | null)[] = [];
  for (const [index, { responsible, organisation }] of measures.entries()) {
    const match = named.find(
      ({ id, kind, titleRu, titleKk }) => kind === responsible && [id, titleRu, titleKk].includes(organisation),
    );
    if (!match && responsible !== 'FAMILY') {
      return refuse(
        'ORGANISATION_NOT_FOUND',
        `The organisation must be the id or the exact title of a body of kind ${responsible} in the directory of the district.`,
        { path: ['input', 'measures', String(index), 'organisation'] },
      );
    }
    found.push(match ?? null);
  }
  return allow(found);
}

function findDuplicates(measures: readonly MeasureInput[], facts: FamilyFacts | 'UNAVAILABLE') {
  if (facts === 'UNAVAILABLE') return { warnings: ['DUPLICATES_NOT_CHECKED' as const] };
  return { duplicates: findBenefitDuplicates(measures, facts.benefits) };
}

function toMeasureRow(
  plan: IndividualPlanRow,
  measure: MeasureInput,
  organisation: OrganisationRow | null,
  overrideNumber: number,
  districtKato: string,
  now: Temporal.Instant,
): PlanMeasureRow {
  return {
    id: randomUUID(),
    number: createNumber('M', toLocalDate(now)),
    planId: plan.id,
    familyId: plan.familyId,
    kind: measure.kind,
    title: measure.title,
    otherDescription: measure.otherDescription,
    beneficiaryId: measure.beneficiaryPersonId,
    bodyKind: measure.responsible,
    organisationId: organisation?.id ?? null,
    districtKato: organisation?.districtKato ?? districtKato,
    dueDate: measure.dueDate,
    status: 'PLANNED',
    finishedAt: null,
    overrideNumber,
    overrideReason: measure.overrideReason,
    escalation: 'NONE',
    createdAt: now,
    version: 1,
  };
}
