import { maskIin } from '../../../schema/iin.ts';
import { TIME_ZONE } from '../../../schema/scalars.ts';
import { ageAt, identityAt, type Place } from './ages.ts';
import { createFamilyName, createFullName, createGivenName, type FamilyName, type Sex } from './names.ts';
import { getOrganisation, type NationDistrict, type NationEmployee, type OrganisationKind } from './places.ts';
import { idFor, numberFor, type Random, randomFor } from './random.ts';

export type FamilyRole = 'HEAD' | 'SPOUSE' | 'CHILD' | 'PARENT';

export interface NationPerson {
  readonly id: string;
  readonly iin: string;
  readonly iinMasked: string;
  readonly fullName: string;
  readonly sex: Sex;
  readonly birthDate: string;
  readonly role: FamilyRole;
  readonly minor: boolean;
  readonly address: string;
  readonly phone: string;
}

export type Category = 'A' | 'B' | 'C' | 'D' | 'E';
export type IndicatorDomain = 'ECONOMIC' | 'SOCIAL' | 'HOUSING' | 'HEALTH' | 'EDUCATION';

export interface NationRating {
  readonly category: Category;
  readonly calculatedAt: Temporal.Instant;
  readonly deprived: readonly IndicatorDomain[];
}

export interface NationIncident {
  readonly id: string;
  readonly registryNumber: string;
  readonly occurredAt: Temporal.Instant;
  readonly kind: 'PHYSICAL_VIOLENCE' | 'PSYCHOLOGICAL_VIOLENCE' | 'ECONOMIC_VIOLENCE';
  readonly victim: NationPerson;
  readonly aggressor: NationPerson;
  readonly children: readonly NationPerson[];
  readonly threatToLife: boolean;
  readonly order: NationOrder | null;
}

export interface NationOrder {
  readonly id: string;
  readonly number: string;
  readonly issuedAt: Temporal.Instant;
  readonly servedAt: Temporal.Instant;
}

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
export type MeasureOutcome = 'SENT' | 'ACCEPTED' | 'IN_PROGRESS' | 'DONE' | 'NOT_DONE' | 'DECLINED';

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

export interface NationPlan {
  readonly id: string;
  readonly number: string;
  readonly startOn: string;
  readonly endOn: string;
  readonly createdAt: Temporal.Instant;
  readonly signedAt: Temporal.Instant;
  readonly approvedAt: Temporal.Instant | null;
  readonly measures: readonly NationMeasure[];
}

export type SignalSource =
  'SELF' | 'CONTACT_CENTRE_111' | 'POLICE' | 'PROBATION' | 'HEALTH' | 'EDUCATION' | 'SOCIAL_PROTECTION';

export interface NationSignal {
  readonly id: string;
  readonly source: SignalSource;
  readonly sourceRecordId: string;
  readonly receivedAt: Temporal.Instant;
}

export interface NationAppeal {
  readonly id: string;
  readonly number: string;
  readonly registeredAt: Temporal.Instant;
  readonly threatToLife: boolean;
  readonly textRu: string;
  readonly signals: readonly NationSignal[];
  readonly assessmentId: string;
  /** Null while the primary assessment is due. */
  readonly assessedAt: Temporal.Instant | null;
  readonly caseManager: NationEmployee;
}

/** How far the centre has come with a family. */
export type Stage = 'REGISTERED' | 'ASSESSED' | 'AWAITING_APPROVAL' | 'ACTIVE';
export type Situation = 'VIOLENCE' | 'POVERTY' | 'ILLNESS' | 'NEGLECT' | 'PROBATION';

/** Everything that the five agencies know about one family, told once: each projects its own records from it. */
export interface NationFamily {
  readonly index: number;
  readonly id: string;
  readonly district: NationDistrict;
  readonly situation: Situation;
  readonly stage: Stage;
  readonly members: readonly NationPerson[];
  readonly ratings: readonly NationRating[];
  readonly incident: NationIncident | null;
  readonly probationer: { readonly person: NationPerson; readonly since: string; readonly until: string } | null;
  readonly appeal: NationAppeal;
  readonly plan: NationPlan | null;
  /** The victim lives at the centre for now, or in a crisis centre: never both. */
  readonly refuge: 'TEMPORARY_RESIDENCE' | 'CRISIS_CENTRE' | null;
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

const MEASURES: Record<Situation, readonly MeasureTemplate[]> = {
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
    measure('FAMILY_OWN_ACTION', 'FAMILY', 'Посещение занятий по управлению гневом'),
  ],
};

const APPEAL_TEXT: Record<Situation, string> = {
  VIOLENCE: 'Сообщение о физическом насилии в семье, нужна помощь пострадавшей и детям.',
  POVERTY: 'Семья без постоянного дохода, просит помочь с работой и пособием.',
  ILLNESS: 'Тяжёлая болезнь взрослого, семья не справляется с уходом и расходами.',
  NEGLECT: 'Дети пропускают школу, родители не следят за ними.',
  PROBATION: 'Член семьи состоит на учёте службы пробации, в семье частые конфликты.',
};

const SOURCES: Record<Situation, readonly (readonly [SignalSource, number])[]> = {
  VIOLENCE: [
    ['POLICE', 6],
    ['CONTACT_CENTRE_111', 2],
    ['HEALTH', 2],
  ],
  POVERTY: [
    ['SELF', 5],
    ['SOCIAL_PROTECTION', 3],
    ['CONTACT_CENTRE_111', 2],
  ],
  ILLNESS: [
    ['HEALTH', 4],
    ['SELF', 3],
    ['SOCIAL_PROTECTION', 3],
  ],
  NEGLECT: [
    ['EDUCATION', 6],
    ['POLICE', 2],
    ['CONTACT_CENTRE_111', 2],
  ],
  PROBATION: [['PROBATION', 10]],
};

/** The fewest and the most days since the appeal: enough for all that has happened since, up to signatures or approval. */
const DAYS_SINCE_APPEAL: Record<Stage, readonly [number, number]> = {
  REGISTERED: [1, 12],
  ASSESSED: [3, 12],
  AWAITING_APPROVAL: [4, 12],
  ACTIVE: [10, 200],
};

/** Family `index` of the country; the same whenever and in whatever order it is asked for. */
export function createFamily(
  seed: number,
  index: number,
  district: NationDistrict,
  asOf: Temporal.Instant,
): NationFamily {
  const random = randomFor(seed, 'family', index);
  const id = idFor(seed, 'family', index);
  const situation = random.weighted<Situation>([
    ['VIOLENCE', 35],
    ['POVERTY', 25],
    ['ILLNESS', 12],
    ['NEGLECT', 16],
    ['PROBATION', 12],
  ]);
  const stage = random.weighted<Stage>([
    ['ACTIVE', 86],
    ['ASSESSED', 7],
    ['AWAITING_APPROVAL', 3],
    ['REGISTERED', 4],
  ]);
  const members = createMembers(seed, index, district, asOf, random);
  const [woman, man] = members as [NationPerson, NationPerson, ...NationPerson[]];
  const children = members.filter((member) => member.minor);
  const daysAgo = random.integer(...DAYS_SINCE_APPEAL[stage]);
  const appealAt = atWork(asOf.subtract({ hours: 24 * daysAgo }), random);
  const threatToLife = situation === 'VIOLENCE' && random.chance(0.25);

  const incident =
    situation === 'VIOLENCE'
      ? createIncident(seed, index, { woman, man, children, threatToLife, appealAt, random })
      : null;
  const probationer =
    situation === 'PROBATION'
      ? {
          person: man,
          since: toDate(appealAt.subtract({ hours: 24 * random.integer(20, 200) })),
          until: toDate(asOf.add({ hours: 24 * random.integer(60, 500) })),
        }
      : null;
  const manager = random.pick(
    district.centre.employees.filter(({ post }) => post === 'CASE_MANAGER') as [NationEmployee, ...NationEmployee[]],
  );
  const assessedAt =
    stage === 'REGISTERED'
      ? null
      : appealAt.add({ hours: threatToLife ? random.integer(2, 7) : random.integer(20, 26) });
  const appeal: NationAppeal = {
    id: idFor(seed, 'appeal', index),
    number: `A-${toDate(appealAt).slice(0, 4)}-${numberFor(seed, 'appeal', index)}`,
    registeredAt: appealAt,
    threatToLife,
    textRu: APPEAL_TEXT[situation],
    signals: createSignals(seed, index, situation, incident, appealAt, random),
    assessmentId: idFor(seed, 'assessment', index),
    assessedAt,
    caseManager: manager,
  };
  const plan =
    assessedAt && (stage === 'ACTIVE' || stage === 'AWAITING_APPROVAL')
      ? createPlan(seed, index, {
          situation,
          stage,
          assessedAt,
          asOf,
          district,
          woman,
          man,
          children,
          incident,
          random,
        })
      : null;
  return {
    index,
    id,
    district,
    situation,
    stage,
    members,
    ratings: createRatings(asOf, appealAt, random),
    incident,
    probationer,
    appeal,
    plan,
    refuge:
      incident && stage === 'ACTIVE'
        ? random.weighted([
            [null, 88],
            ['TEMPORARY_RESIDENCE' as const, 7],
            ['CRISIS_CENTRE' as const, 5],
          ])
        : null,
  };
}

const CHILDREN = ['CHILD_1', 'CHILD_2', 'CHILD_3', 'CHILD_4', 'CHILD_5'] as const satisfies readonly Place[];

function createMembers(
  seed: number,
  index: number,
  district: NationDistrict,
  asOf: Temporal.Instant,
  random: Random,
): NationPerson[] {
  const name = createFamilyName(random);
  const address = `${district.titleRu}, ул. Примерная, д. ${random.integer(1, 180)}, кв. ${random.integer(1, 90)}`;
  const today = Temporal.PlainDate.from(toDate(asOf));
  const man = createGivenName(name, 'MALE', random);
  const person = (place: Place, role: FamilyRole, sex: Sex): NationPerson =>
    createPerson(seed, index, place, { role, sex, name, man, address, today });
  const childCount = random.weighted([
    [1, 25],
    [2, 35],
    [3, 25],
    [4, 10],
    [5, 5],
  ]);
  return [
    person('WOMAN', 'SPOUSE', 'FEMALE'),
    person('MAN', 'HEAD', 'MALE'),
    ...CHILDREN.slice(0, childCount)
      .filter((place) => ageAt(place, index) !== null)
      .map((place) => person(place, 'CHILD', random.chance(0.5) ? 'MALE' : 'FEMALE')),
    ...(random.chance(0.12) ? [person('GRANDMOTHER', 'PARENT', 'FEMALE')] : []),
  ];
}

function createPerson(
  seed: number,
  family: number,
  place: Place,
  of: { role: FamilyRole; sex: Sex; name: FamilyName; man: string; address: string; today: Temporal.PlainDate },
): NationPerson {
  const random = randomFor(seed, 'person', family, place);
  const { birthDate, iin } = identityAt(place, family, of.sex, of.today);
  return {
    id: idFor(seed, 'person', family, place),
    iin,
    iinMasked: maskIin(iin),
    fullName: createFullName(
      of.name,
      of.sex,
      place === 'MAN' ? of.man : createGivenName(of.name, of.sex, random),
      of.role === 'CHILD' ? of.man : createGivenName(of.name, 'MALE', random),
    ),
    sex: of.sex,
    birthDate,
    role: of.role,
    minor: (ageAt(place, family) ?? 0) < ADULT_AGE,
    address: of.address,
    phone: `+7 700 ${String(random.integer(0, 9_999_999)).padStart(7, '0')}`,
  };
}

const ADULT_AGE = 18;

function createRatings(asOf: Temporal.Instant, appealAt: Temporal.Instant, random: Random): NationRating[] {
  const before = random.weighted<Category>([
    ['C', 20],
    ['D', 50],
    ['E', 30],
  ]);
  const domains: readonly IndicatorDomain[] = ['ECONOMIC', 'SOCIAL', 'HOUSING', 'HEALTH', 'EDUCATION'];
  const deprived = domains.filter(() => random.chance(0.5));
  const ratings: NationRating[] = [
    { category: before, calculatedAt: appealAt.subtract({ hours: 24 * random.integer(5, 40) }), deprived },
  ];
  if (random.chance(0.4)) {
    const better: Record<Category, Category> = { A: 'A', B: 'A', C: 'B', D: 'C', E: 'D' };
    const laterBy = Math.floor(asOf.since(appealAt).total('hours') / 2);
    ratings.push({
      category: better[before],
      calculatedAt: appealAt.add({ hours: laterBy }),
      deprived: deprived.slice(1),
    });
  }
  return ratings;
}

function createIncident(
  seed: number,
  index: number,
  of: {
    woman: NationPerson;
    man: NationPerson;
    children: readonly NationPerson[];
    threatToLife: boolean;
    appealAt: Temporal.Instant;
    random: Random;
  },
): NationIncident {
  const { random } = of;
  const occurredAt = of.appealAt.subtract({ hours: random.integer(3, 20) });
  const issuedAt = occurredAt.add({ hours: random.integer(1, 2) });
  return {
    id: idFor(seed, 'incident', index),
    registryNumber: `КУИ-${numberFor(seed, 'incident', index)}`,
    occurredAt,
    kind: random.weighted([
      ['PHYSICAL_VIOLENCE', 6],
      ['PSYCHOLOGICAL_VIOLENCE', 3],
      ['ECONOMIC_VIOLENCE', 1],
    ]),
    victim: of.woman,
    aggressor: of.man,
    children: of.children.filter(() => random.chance(0.6)),
    threatToLife: of.threatToLife,
    order: random.chance(0.8)
      ? {
          id: idFor(seed, 'order', index),
          number: `ЗП-${numberFor(seed, 'order', index)}`,
          issuedAt,
          servedAt: issuedAt.add({ hours: 1 }),
        }
      : null,
  };
}

function createSignals(
  seed: number,
  index: number,
  situation: Situation,
  incident: NationIncident | null,
  appealAt: Temporal.Instant,
  random: Random,
): NationSignal[] {
  const source = incident ? 'POLICE' : random.weighted(SOURCES[situation]);
  const first: NationSignal = {
    id: idFor(seed, 'signal', index, 0),
    source,
    sourceRecordId: incident?.registryNumber ?? numberFor(seed, 'signal', index, 0),
    receivedAt: appealAt,
  };
  if (!incident || !random.chance(0.3)) return [first];
  return [
    first,
    {
      id: idFor(seed, 'signal', index, 1),
      source: 'HEALTH',
      sourceRecordId: numberFor(seed, 'signal', index, 1),
      receivedAt: appealAt.add({ hours: random.integer(1, 5) }),
    },
  ];
}

function createPlan(
  seed: number,
  index: number,
  of: {
    situation: Situation;
    stage: Stage;
    assessedAt: Temporal.Instant;
    asOf: Temporal.Instant;
    district: NationDistrict;
    woman: NationPerson;
    man: NationPerson;
    children: readonly NationPerson[];
    incident: NationIncident | null;
    random: Random;
  },
): NationPlan {
  const { random, asOf } = of;
  const createdAt = of.assessedAt.add({ hours: random.integer(1, 20) });
  const signedAt = createdAt.add({ hours: random.integer(1, 24) });
  const approvedAt = of.stage === 'ACTIVE' ? signedAt.add({ hours: random.integer(1, 30) }) : null;
  const start = Temporal.PlainDate.from(toDate(approvedAt ?? signedAt)).add({ days: 1 });
  const end = start.add({ months: random.integer(8, 12) });
  const templates = MEASURES[of.situation];
  const chosen = templates.filter((_, position) => position === 0 || random.chance(0.75));
  return {
    id: idFor(seed, 'plan', index),
    number: `P-${start.year}-${numberFor(seed, 'plan', index)}`,
    startOn: start.toString(),
    endOn: end.toString(),
    createdAt,
    signedAt,
    approvedAt,
    measures: chosen.map((chosenTemplate, position) => {
      const dueOn = start.add({ days: random.integer(14, start.until(end).total('days') - 1) });
      const organisation = chosenTemplate.body === 'FAMILY' ? null : getOrganisation(of.district, chosenTemplate.body);
      const outcome = approvedAt ? chooseOutcome(dueOn, asOf, random) : 'SENT';
      const outcomeAt = approvedAt
        ? approvedAt.add({
            hours: Math.max(1, Math.floor(asOf.since(approvedAt).total('hours') * (0.2 + 0.7 * random.next()))),
          })
        : signedAt;
      return {
        id: idFor(seed, 'measure', index, position),
        number: `M-${numberFor(seed, 'measure', index, position)}`,
        kind: chosenTemplate.kind,
        titleRu: chosenTemplate.titleRu,
        bodyKind: chosenTemplate.body,
        organisationId: organisation?.id ?? null,
        organisationRu: organisation?.titleRu ?? 'Семья',
        beneficiary: chooseBeneficiary(chosenTemplate.for, of),
        dueOn: dueOn.toString(),
        outcome,
        outcomeAt,
        evidenceId: chooseEvidence(seed, index, position, chosenTemplate.kind, outcome, of.incident),
      };
    }),
  };
}

function chooseOutcome(dueOn: Temporal.PlainDate, asOf: Temporal.Instant, random: Random): MeasureOutcome {
  const past = Temporal.PlainDate.compare(dueOn, toDate(asOf)) < 0;
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

function chooseBeneficiary(
  who: MeasureTemplate['for'],
  of: { woman: NationPerson; man: NationPerson; children: readonly NationPerson[]; situation: Situation },
): NationPerson {
  switch (who) {
    case 'ADULT':
      return of.situation === 'PROBATION' ? of.man : of.woman;
    case 'CHILD':
      return of.children[0] ?? of.woman;
    case 'AGGRESSOR':
      return of.man;
  }
}

/** Measures that an agency's own record carries: an appointment, a benefit, a protection order. */
function chooseEvidence(
  seed: number,
  index: number,
  position: number,
  kind: SupportKind,
  outcome: MeasureOutcome,
  incident: NationIncident | null,
): string | null {
  if (outcome !== 'DONE' && outcome !== 'IN_PROGRESS') return null;
  if (kind === 'MEDICAL') return idFor(seed, 'appointment', index, position);
  if (kind === 'TARGETED_SOCIAL_ASSISTANCE') return outcome === 'DONE' ? idFor(seed, 'benefit', index, position) : null;
  if (kind === 'PREVENTIVE_WORK') return incident?.order?.id ?? null;
  return null;
}

/** An hour of that day at which an office is open. */
function atWork(instant: Temporal.Instant, random: Random): Temporal.Instant {
  return instant
    .toZonedDateTimeISO(TIME_ZONE)
    .with({
      hour: random.integer(9, 16),
      minute: random.integer(0, 59),
      second: 0,
      millisecond: 0,
      microsecond: 0,
      nanosecond: 0,
    })
    .toInstant();
}

function toDate(instant: Temporal.Instant): string {
  return instant.toZonedDateTimeISO(TIME_ZONE).toPlainDate().toString();
}
