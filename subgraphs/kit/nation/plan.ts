import { addMinutes, between, dayNumberOf, toDateText } from './days.ts';
import type { NationIncident, Situation } from './family.ts';
import type { NationPerson } from './people.ts';
import { getOrganisation, type NationDistrict, type OrganisationKind } from './places.ts';
import { idFor, type Random, uniqueNumberFor } from './random.ts';

export type SupportKind =
  | 'PSYCHOLOGICAL'
  | 'LEGAL'
  | 'SOCIAL'
  | 'MEDICAL'
  | 'EMPLOYMENT'
  | 'EDUCATION_SUPPORT'
  | 'TARGETED_SOCIAL_ASSISTANCE'
  | 'HOUSING'
  | 'PREVENTIVE_WORK'
  | 'AGGRESSOR_CORRECTION'
  | 'SPORT_AND_CULTURE'
  | 'FAMILY_OWN_ACTION';

/** How far a measure has come: what its body did until now. */
export type MeasureOutcome = 'SENT' | 'ACCEPTED' | 'IN_PROGRESS' | 'DONE' | 'NOT_DONE' | 'DECLINED' | 'CANCELLED';

export interface NationMeasure {
  readonly id: string;
  readonly number: string;
  readonly kind: SupportKind;
  readonly titleRu: string;
  readonly bodyKind: OrganisationKind | 'FAMILY';
  readonly organisationId: string | null;
  readonly organisationRu: string;
  readonly beneficiary: NationPerson;
  readonly dueOn: string;
  readonly outcome: MeasureOutcome;
  /** When the outcome was reached; between approval and now. */
  readonly outcomeAt: Temporal.Instant;
  /** Id of the agency's own record that shows it, of the kind that belongs to the kind of support. */
  readonly evidenceId: string | null;
}

/** How a plan ended; an evaluation follows a plan that was performed. */
export interface PlanEnding {
  readonly status: 'COMPLETED' | 'EVALUATED' | 'TERMINATED' | 'EXPIRED';
  readonly at: Temporal.Instant;
  readonly evaluatedAt: Temporal.Instant | null;
}

export interface NationPlan {
  readonly id: string;
  readonly number: string;
  readonly startOn: string;
  readonly endOn: string;
  readonly createdAt: Temporal.Instant;
  readonly signedAt: Temporal.Instant | null;
  readonly approvedAt: Temporal.Instant | null;
  readonly ending: PlanEnding | null;
  readonly measures: readonly NationMeasure[];
}

interface MeasureTemplate {
  readonly kind: SupportKind;
  readonly body: OrganisationKind | 'FAMILY';
  readonly titleRu: string;
  readonly for: 'ADULT' | 'CHILD' | 'AGGRESSOR';
}
const measure = (
  kind: SupportKind,
  body: OrganisationKind | 'FAMILY',
  titleRu: string,
  who: MeasureTemplate['for'] = 'ADULT',
) => ({ kind, body, titleRu, for: who }) satisfies MeasureTemplate;

/** The first stands in every plan for its situation; of the others as many are chosen as the plan has measures. */
const MEASURES: Record<Situation, readonly [MeasureTemplate, ...MeasureTemplate[]]> = {
  VIOLENCE: [
    measure('PREVENTIVE_WORK', 'INTERNAL_AFFAIRS', 'Контроль исполнения защитного предписания'),
    measure('PSYCHOLOGICAL', 'CENTRE', 'Индивидуальные консультации психолога'),
    measure('LEGAL', 'CENTRE', 'Помощь юриста в подготовке заявления в суд'),
    measure('MEDICAL', 'HEALTH', 'Обследование и лечение в рамках гарантированного объёма'),
    measure('EDUCATION_SUPPORT', 'EDUCATION', 'Сопровождение ребёнка школьным психологом', 'CHILD'),
    measure('AGGRESSOR_CORRECTION', 'NGO', 'Психокоррекционный курс', 'AGGRESSOR'),
    measure('FAMILY_OWN_ACTION', 'FAMILY', 'Посещение группы поддержки'),
  ],
  POVERTY: [
    measure('TARGETED_SOCIAL_ASSISTANCE', 'SOCIAL_PROTECTION', 'Назначение адресной социальной помощи'),
    measure('EMPLOYMENT', 'EMPLOYMENT', 'Содействие в трудоустройстве'),
    measure('EDUCATION_SUPPORT', 'EDUCATION', 'Обеспечение питанием и учебниками', 'CHILD'),
    measure('HOUSING', 'HOUSING', 'Постановка на учёт нуждающихся в жилье'),
    measure('FAMILY_OWN_ACTION', 'FAMILY', 'Оформление документов для назначения помощи'),
  ],
  ILLNESS: [
    measure('MEDICAL', 'HEALTH', 'Плановое лечение и наблюдение'),
    measure('TARGETED_SOCIAL_ASSISTANCE', 'SOCIAL_PROTECTION', 'Назначение адресной социальной помощи'),
    measure('SOCIAL', 'CENTRE', 'Сопровождение социальным работником'),
    measure('EDUCATION_SUPPORT', 'EDUCATION', 'Обучение ребёнка с учётом ухода за больным', 'CHILD'),
    measure('FAMILY_OWN_ACTION', 'FAMILY', 'Соблюдение назначений врача'),
  ],
  NEGLECT: [
    measure('EDUCATION_SUPPORT', 'EDUCATION', 'Возвращение ребёнка к занятиям в школе', 'CHILD'),
    measure('SPORT_AND_CULTURE', 'SPORT', 'Занятия в спортивной секции', 'CHILD'),
    measure('PREVENTIVE_WORK', 'INTERNAL_AFFAIRS', 'Профилактическая беседа участкового инспектора'),
    measure('PSYCHOLOGICAL', 'CENTRE', 'Семейные консультации психолога'),
    measure('FAMILY_OWN_ACTION', 'FAMILY', 'Ежедневный контроль посещения школы'),
  ],
  PROBATION: [
    measure('PREVENTIVE_WORK', 'INTERNAL_AFFAIRS', 'Посещение инспектором службы пробации'),
    measure('EMPLOYMENT', 'EMPLOYMENT', 'Содействие в трудоустройстве'),
    measure('PSYCHOLOGICAL', 'CENTRE', 'Консультации психолога'),
    measure('SOCIAL', 'CENTRE', 'Сопровождение социальным работником'),
    measure('FAMILY_OWN_ACTION', 'FAMILY', 'Посещение занятий по управлению гневом'),
  ],
};

/** Three measures on average, around it and back to it: five neighbouring plans have fifteen together. */
const VARIATION = [0, 1, -1, 2, -2] as const;
export const MEASURES_OF_PLAN = 3;

/**
 * How many measures the plan `index` of its group has. All together have three times as many as there are plans, and
 * `left` more.
 *
 * @param left 0, 1 or 2
 */
export function countMeasures(index: number, plans = Infinity, left = 0): number {
  const position = index % VARIATION.length;
  const inWholeFive = index - position + VARIATION.length <= plans;
  const varied = MEASURES_OF_PLAN + (inWholeFive ? (VARIATION[position] ?? 0) : 0);
  return position === 0 && index < left * VARIATION.length ? varied + 1 : varied;
}

export interface PlanStory {
  readonly seed: number;
  readonly familyIndex: number;
  readonly situation: Situation;
  readonly district: NationDistrict;
  readonly members: readonly NationPerson[];
  readonly incident: NationIncident | null;
  readonly measures: number;
  readonly createdAt: Temporal.Instant;
  readonly signedAt: Temporal.Instant | null;
  readonly approvedAt: Temporal.Instant | null;
  /** How many days after its approval a plan ended that has ended. */
  readonly endedAfterDays: number | null;
  readonly asOf: Temporal.Instant;
}

const DAYS_OF_YEAR = 365;
const SHORTEST_PLAN_DAYS = 240;

export function createPlan(story: PlanStory, random: Random): NationPlan {
  const { seed, familyIndex, asOf, createdAt, signedAt, approvedAt, endedAfterDays } = story;
  const startDay = dayNumberOf(approvedAt ?? signedAt ?? createdAt) + 1;
  const today = dayNumberOf(asOf);
  const expired = endedAfterDays !== null && random.chance(0.08);
  const endDay = expired
    ? startDay + Math.min(SHORTEST_PLAN_DAYS, endedAfterDays)
    : random.integer(
        Math.max(startDay + SHORTEST_PLAN_DAYS, endedAfterDays === null ? today + 10 : 0),
        startDay + DAYS_OF_YEAR,
      );
  const ending =
    endedAfterDays !== null && approvedAt
      ? createEnding({ approvedAt, endDay, expired, endedAfterDays, asOf }, random)
      : null;
  return {
    id: idFor(seed, 'plan', familyIndex),
    number: `P-${toDateText(startDay).slice(0, 4)}-${uniqueNumberFor(seed, 'plan', familyIndex)}`,
    startOn: toDateText(startDay),
    endOn: toDateText(endDay),
    createdAt,
    signedAt,
    approvedAt,
    ending,
    measures: chooseTemplates(story, random).map((template, position) =>
      createMeasure(story, { template, position, startDay, endDay, ending }, random),
    ),
  };
}

function createEnding(
  of: {
    approvedAt: Temporal.Instant;
    endDay: number;
    expired: boolean;
    endedAfterDays: number;
    asOf: Temporal.Instant;
  },
  random: Random,
): PlanEnding {
  if (of.expired) {
    const afterLastDay = addMinutes(of.approvedAt, (of.endDay + 1 - dayNumberOf(of.approvedAt)) * 24 * 60);
    return { status: 'EXPIRED', at: afterLastDay, evaluatedAt: null };
  }
  const at = addMinutes(of.approvedAt, of.endedAfterDays * 24 * 60 + random.integer(1, 90));
  const status = random.weighted([
    ['COMPLETED' as const, 45],
    ['EVALUATED' as const, 38],
    ['TERMINATED' as const, 17],
  ]);
  return { status, at, evaluatedAt: status === 'EVALUATED' ? between(at, of.asOf, 0.3 + 0.5 * random.next()) : null };
}

function chooseTemplates({ situation, measures }: PlanStory, random: Random): MeasureTemplate[] {
  const [first, ...others] = MEASURES[situation];
  // Reservoir by position: keeps the order of the table and chooses exactly as many as asked for.
  let left = Math.min(measures - 1, others.length);
  const chosen = others.filter((_, position) => {
    const taken = random.next() * (others.length - position) < left;
    if (taken) left -= 1;
    return taken;
  });
  return [first, ...chosen];
}

function createMeasure(
  story: PlanStory,
  of: { template: MeasureTemplate; position: number; startDay: number; endDay: number; ending: PlanEnding | null },
  random: Random,
): NationMeasure {
  const { seed, familyIndex, approvedAt, signedAt, createdAt, asOf } = story;
  const { template, position, ending } = of;
  const dueDay = random.integer(of.startDay + 14, of.endDay - 1);
  const organisation = template.body === 'FAMILY' ? null : getOrganisation(story.district, template.body);
  const until = ending?.at ?? asOf;
  const outcome = approvedAt ? chooseOutcome(dueDay < dayNumberOf(asOf), ending, random) : 'SENT';
  return {
    id: idFor(seed, 'measure', familyIndex, position),
    number: `M-${uniqueNumberFor(seed, 'measure', familyIndex * MOST_MEASURES + position)}`,
    kind: template.kind,
    titleRu: template.titleRu,
    bodyKind: template.body,
    organisationId: organisation?.id ?? null,
    organisationRu: organisation?.titleRu ?? 'Семья',
    beneficiary: chooseBeneficiary(template.for, story),
    dueOn: toDateText(dueDay),
    outcome,
    outcomeAt:
      outcome === 'CANCELLED'
        ? until
        : approvedAt
          ? between(addMinutes(approvedAt, 10), until, 0.2 + 0.7 * random.next())
          : (signedAt ?? createdAt),
    evidenceId: findEvidenceId(story, template.kind, outcome, position),
  };
}

/** Decision D2: a plan has one to twelve. */
const MOST_MEASURES = 12;

function chooseOutcome(past: boolean, ending: PlanEnding | null, random: Random): MeasureOutcome {
  if (ending?.status === 'TERMINATED') {
    return random.weighted([
      ['DONE', 4],
      ['CANCELLED', 6],
    ]);
  }
  if (ending?.status === 'EXPIRED') {
    return random.weighted([
      ['DONE', 5],
      ['NOT_DONE', 3],
      ['IN_PROGRESS', 2],
    ]);
  }
  if (ending) {
    return random.weighted([
      ['DONE', 95],
      ['NOT_DONE', 5],
    ]);
  }
  return past
    ? random.weighted([
        ['DONE', 80],
        ['IN_PROGRESS', 8],
        ['SENT', 3],
        ['NOT_DONE', 9],
      ])
    : random.weighted([
        ['SENT', 20],
        ['ACCEPTED', 25],
        ['IN_PROGRESS', 35],
        ['DONE', 18],
        ['DECLINED', 2],
      ]);
}

function chooseBeneficiary(who: MeasureTemplate['for'], { members, situation }: PlanStory): NationPerson {
  const [woman, man] = members as [NationPerson, NationPerson];
  switch (who) {
    case 'ADULT':
      return situation === 'PROBATION' ? man : woman;
    case 'CHILD':
      return members.find(({ minor }) => minor) ?? woman;
    case 'AGGRESSOR':
      return man;
  }
}

/** Measures that an agency's own record carries: an appointment, a benefit, a protection order. */
function findEvidenceId(
  { seed, familyIndex, incident }: PlanStory,
  kind: SupportKind,
  outcome: MeasureOutcome,
  position: number,
): string | null {
  if (outcome !== 'DONE' && outcome !== 'IN_PROGRESS') return null;
  if (kind === 'MEDICAL') return idFor(seed, 'appointment', familyIndex, position);
  if (kind === 'TARGETED_SOCIAL_ASSISTANCE')
    return outcome === 'DONE' ? idFor(seed, 'benefit', familyIndex, position) : null;
  if (kind === 'PREVENTIVE_WORK') return incident?.order?.id ?? null;
  return null;
}
