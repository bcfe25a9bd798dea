import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/** Under which name the input of a command has its measures. */
export type MeasureList = 'measures' | 'addMeasures';

/** A measure as the case manager wants it. */
export interface RequestedMeasure {
  readonly kind: string;
  readonly beneficiaryPersonId: string | null;
  readonly organisationId: string | null;
  readonly dueDate: string;
  readonly otherDescription: string | null;
  readonly overrideReason: string | null;
}

/**
 * The dates of a plan and its measures (Rules p.15–16, I-07): not more than one calendar year from the start, so that
 * 366 days across 29 February are lawful (decision C4), and every measure due inside it.
 */
export function checkPlanDates(
  plan: { startDate: string; endDate: string },
  measures: readonly { dueDate: string }[],
  pathOf: (index: number) => readonly string[] = (index) => ['input', 'measures', String(index), 'dueDate'],
): Decision {
  if (plan.endDate <= plan.startDate) {
    return refuse('INVALID_INPUT', `The end must be after the start ${plan.startDate}, not ${plan.endDate}.`, {
      path: ['input', 'endDate'],
    });
  }
  const latest = Temporal.PlainDate.from(plan.startDate).add({ years: 1 }).toString();
  if (plan.endDate > latest) {
    return refuse('PLAN_TOO_LONG', `A plan from ${plan.startDate} must end by ${latest}, not ${plan.endDate}.`, {
      path: ['input', 'endDate'],
    });
  }
  for (const [index, { dueDate }] of measures.entries()) {
    if (dueDate < plan.startDate || dueDate > plan.endDate) {
      return refuse(
        'MEASURE_DUE_OUTSIDE_PLAN',
        `A measure must be due from ${plan.startDate} to ${plan.endDate}, not on ${dueDate}.`,
        { path: pathOf(index) },
      );
    }
  }
  return allow();
}

/** What every measure must have by itself: a description where its kind is OTHER, and the family where it is the family's own action. */
export function checkMeasures(
  measures: readonly (Pick<RequestedMeasure, 'kind' | 'otherDescription'> & { readonly responsible: string })[],
  list: MeasureList = 'measures',
): Decision {
  for (const [index, measure] of measures.entries()) {
    if (measure.kind === 'FAMILY_OWN_ACTION' && measure.responsible !== 'FAMILY') {
      return refuse('INVALID_INPUT', "The family's own action must have FAMILY as the one responsible.", {
        path: ['input', list, String(index), 'responsible'],
      });
    }
    if (measure.kind === 'OTHER' && !measure.otherDescription) {
      return refuse('OTHER_REQUIRES_DESCRIPTION', 'A measure of kind OTHER must say in otherDescription what it is.', {
        path: ['input', list, String(index), 'otherDescription'],
      });
    }
  }
  return allow();
}

/** An open measure that the family has already. */
export interface OpenMeasure {
  readonly id: string;
  readonly kind: string;
  readonly beneficiaryId: string | null;
  readonly organisationId: string | null;
  readonly overrideNumber: number;
}

/** How a measure stands to those that are open: its override number, and the open one that it repeats for a reason. */
export interface NumberedMeasure {
  readonly overrideNumber: number;
  readonly repeatsId: string | null;
}

/**
 * The override number of each measure: 0, or with a reason the next one after those that are open (I-11, decision C2).
 * A second open measure of the same kind, beneficiary and body without a reason is MEASURE_DUPLICATE.
 */
export function numberOverrides(
  measures: readonly RequestedMeasure[],
  open: readonly OpenMeasure[],
  list: MeasureList = 'measures',
): Decision<readonly NumberedMeasure[]> {
  const taken = new Map<string, { number: number; id: string | undefined }>();
  const keyOf = (kind: string, beneficiary: string | null, organisation: string | null) =>
    [kind, beneficiary ?? '', organisation ?? ''].join('/');
  for (const { id, kind, beneficiaryId, organisationId, overrideNumber } of open) {
    const key = keyOf(kind, beneficiaryId, organisationId);
    const known = taken.get(key);
    if (!known || known.number < overrideNumber) taken.set(key, { number: overrideNumber, id });
  }
  const numbers: NumberedMeasure[] = [];
  for (const [index, measure] of measures.entries()) {
    const key = keyOf(measure.kind, measure.beneficiaryPersonId, measure.organisationId);
    const known = taken.get(key);
    if (known && !measure.overrideReason) {
      return refuse(
        'MEASURE_DUPLICATE',
        'The family must not have two open measures of the same kind, beneficiary and body without an overrideReason.',
        { path: ['input', list, String(index)], ...(known.id ? { entityId: known.id } : {}) },
      );
    }
    const overrideNumber = known ? known.number + 1 : 0;
    taken.set(key, { number: overrideNumber, id: undefined });
    numbers.push({ overrideNumber, repeatsId: known?.id ?? null });
  }
  return allow(numbers);
}

/** What the registry says of a family member, when it could be asked. */
export interface KnownMember {
  readonly id: string;
  readonly provisional: boolean;
}

/** Beneficiaries belong to the family and are identified: there is no individual plan for the unidentified (I-23). */
export function checkBeneficiaries(
  measures: readonly Pick<RequestedMeasure, 'beneficiaryPersonId'>[],
  members: readonly KnownMember[],
  list: MeasureList = 'measures',
): Decision {
  for (const [index, { beneficiaryPersonId }] of measures.entries()) {
    if (beneficiaryPersonId === null) continue;
    const path = ['input', list, String(index), 'beneficiaryPersonId'];
    const member = members.find(({ id }) => id === beneficiaryPersonId);
    if (!member) return refuse('INVALID_INPUT', 'The beneficiary must be a member of the family.', { path });
    if (member.provisional) {
      return refuse('PERSON_PROVISIONAL', 'The beneficiary must be identified before a plan is made.', {
        path,
        entityId: member.id,
      });
    }
  }
  return allow();
}

/**
 * Whether an open measure could be given to another body: the family must not have another open one of the same kind,
 * beneficiary and body (I-11). The measure keeps its override number.
 */
export function checkOtherBody(
  measure: OpenMeasure,
  organisationId: string | null,
  open: readonly OpenMeasure[],
  path: readonly string[],
): Decision {
  const same = open.find(
    (other) =>
      other.id !== measure.id &&
      other.kind === measure.kind &&
      other.beneficiaryId === measure.beneficiaryId &&
      other.organisationId === organisationId,
  );
  if (!same) return allow();
  return refuse(
    'MEASURE_DUPLICATE',
    'The body must not have another open measure of the same kind for the same beneficiary.',
    { path, entityId: same.id },
  );
}

/** The same for all measures that a revision gives to other bodies, one after the other. */
export function checkOtherBodies(
  changed: readonly { readonly before: GivenMeasure; readonly after: GivenMeasure }[],
  open: readonly OpenMeasure[],
  pathOf: (measureId: string) => readonly string[],
): Decision {
  let present = open;
  for (const { before, after } of changed) {
    const { measureId, organisationId } = after;
    const measure = present.find(({ id }) => id === measureId);
    if (!measure || organisationId === null || organisationId === before.organisationId) continue;
    const free = checkOtherBody(measure, organisationId, present, pathOf(measureId));
    if (!free.ok) return free;
    present = present.map((other) => (other === measure ? { ...measure, organisationId } : other));
  }
  return allow();
}

interface GivenMeasure {
  readonly measureId: string;
  readonly organisationId: string | null;
}

/** Help that the family gets already. */
export interface ActiveBenefit {
  readonly id: string;
  readonly personId: string;
  readonly supportKind: string;
}

/** Measures that ask for a kind of support which their beneficiary gets already: shown, not refused (I-11). */
export function findBenefitDuplicates(
  measures: readonly { kind: string; title: string; beneficiaryPersonId: string | null }[],
  benefits: readonly ActiveBenefit[],
): { requested: string; benefitId: string }[] {
  return measures.flatMap((measure) =>
    benefits
      .filter((benefit) => benefit.supportKind === measure.kind && benefit.personId === measure.beneficiaryPersonId)
      .map((benefit) => ({ requested: measure.title, benefitId: benefit.id })),
  );
}
