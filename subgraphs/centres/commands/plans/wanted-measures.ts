import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { toLocalDate } from '../../../kit/deadline.ts';
import { dateText, entityId, longText, optional, shortText } from '../../../kit/input.ts';
import { createNumber } from '../../../kit/number.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import type { PlanMeasureInput, ResponsibleBodyKind, SupportKind } from '../../__generated__/resolvers.ts';
import {
  checkBeneficiaries,
  checkMeasures,
  checkPlanDates,
  findBenefitDuplicates,
  type MeasureList,
  numberOverrides,
} from '../../rules/plan-draft.ts';
import type { ContentMeasure } from '../../rules/plan-diff.ts';
import type { CentreRow, createWriter, OrganisationRow, PlanMeasureRow } from '../../store.ts';
import type { FamilyFacts } from './family-facts.ts';
import type { PlanAnswer, Repetition } from './plan-answer.ts';

export const MeasureInput = z.object({
  kind: z.custom<SupportKind>(),
  title: shortText,
  beneficiaryPersonId: optional(entityId),
  responsible: z.custom<ResponsibleBodyKind>(),
  organisation: shortText,
  dueDate: dateText,
  otherDescription: optional(longText),
  overrideReason: optional(longText),
}) satisfies z.ZodType<unknown, PlanMeasureInput>;
export type MeasureInput = z.output<typeof MeasureInput>;

/** The plan for which measures are wanted. */
export interface MeasuresFor {
  readonly plan: { readonly id: string; readonly familyId: string };
  readonly centre: CentreRow;
  readonly facts: FamilyFacts | 'UNAVAILABLE';
  /** Within which the measures must be due; null where that is checked elsewhere. */
  readonly dates: { readonly startDate: string; readonly endDate: string } | null;
  readonly list: MeasureList;
  readonly now: Temporal.Instant;
}

/** The measures as rows, checked by all that holds for new measures, with what they would repeat. */
export async function prepareMeasures(
  write: ReturnType<typeof createWriter>,
  wanted: readonly MeasureInput[],
  { plan, centre, facts, dates, list, now }: MeasuresFor,
): Promise<Decision<{ rows: PlanMeasureRow[]; more: Pick<PlanAnswer, 'duplicates' | 'warnings'> }>> {
  const named = await write.listOrganisationsNamed(
    wanted.map(({ organisation }) => organisation),
    centre.districtKato,
  );
  const resolved = resolveOrganisations(wanted, named, list);
  if (!resolved.ok) return resolved;
  const measures = wanted.map((measure, index) => ({ ...measure, organisationId: resolved.value[index]?.id ?? null }));
  for (const checked of [
    dates ? checkPlanDates(dates, measures) : allow(),
    checkMeasures(measures, list),
    facts === 'UNAVAILABLE' ? allow() : checkBeneficiaries(measures, facts.members, list),
  ]) {
    if (!checked.ok) return checked;
  }
  const numbered = numberOverrides(measures, await write.listOpenMeasuresOfFamily(plan.familyId), list);
  if (!numbered.ok) return numbered;
  const rows = measures.map((measure, index): PlanMeasureRow => {
    const organisation = resolved.value[index] ?? null;
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
      districtKato: organisation?.districtKato ?? centre.districtKato,
      dueDate: measure.dueDate,
      status: 'PLANNED',
      finishedAt: null,
      overrideNumber: numbered.value[index]?.overrideNumber ?? 0,
      overrideReason: measure.overrideReason,
      escalation: 'NONE',
      createdAt: now,
      version: 1,
    };
  });
  const repeated = measures.flatMap(({ title }, index): Repetition[] => {
    const measureId = numbered.value[index]?.repeatsId ?? null;
    return measureId === null ? [] : [{ requested: title, benefitId: null, measureId }];
  });
  if (facts === 'UNAVAILABLE') {
    return allow({ rows, more: { duplicates: repeated, warnings: ['DUPLICATES_NOT_CHECKED'] } });
  }
  return allow({ rows, more: { duplicates: [...repeated, ...findRepeatedBenefits(rows, facts)], warnings: [] } });
}

/** Measures that ask for help which their beneficiary gets already. */
export function findRepeatedBenefits(measures: readonly PlanMeasureRow[], { benefits }: FamilyFacts): Repetition[] {
  const asked = measures.map((measure) => ({ ...measure, beneficiaryPersonId: measure.beneficiaryId }));
  return findBenefitDuplicates(asked, benefits).map((found) => ({ ...found, measureId: null }));
}

export function toContentMeasure(row: PlanMeasureRow): ContentMeasure {
  return {
    measureId: row.id,
    kind: row.kind,
    title: row.title,
    organisationId: row.organisationId,
    dueDate: row.dueDate,
  };
}

/** The directory entry of each measure, null for the family's own actions (decision C2). */
function resolveOrganisations(
  measures: readonly MeasureInput[],
  named: readonly OrganisationRow[],
  list: MeasureList,
): Decision<readonly (OrganisationRow | null)[]> {
  const found: (OrganisationRow | null)[] = [];
  for (const [index, { responsible, organisation }] of measures.entries()) {
    const match = named.find(({ kind, ...entry }) => kind === responsible && isNamed(entry, organisation));
    if (!match && responsible !== 'FAMILY') {
      return refuse(
        'ORGANISATION_NOT_FOUND',
        `The organisation must be the id or the exact title of a body of kind ${responsible} in the directory of the district.`,
        { path: ['input', list, String(index), 'organisation'] },
      );
    }
    found.push(match ?? null);
  }
  return allow(found);
}

/** The one organisation that a text means, whatever its kind; a title that two bodies have means none (decision C2). */
export function resolveOrganisation(
  text: string,
  named: readonly OrganisationRow[],
  path: readonly string[],
): Decision<OrganisationRow> {
  const matches = named.filter((organisation) => isNamed(organisation, text));
  const [match] = matches;
  if (match && matches.length === 1) return allow(match);
  return refuse(
    'ORGANISATION_NOT_FOUND',
    'The organisation must be the id or the exact title of one body in the directory of the district.',
    { path },
  );
}

function isNamed({ id, titleRu, titleKk }: Omit<OrganisationRow, 'kind'>, text: string): boolean {
  return [id, titleRu, titleKk].includes(text);
}
