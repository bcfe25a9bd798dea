import { type AppealEnding, chooseClosing, createAppeal, type NationAppeal } from './appeal.ts';
import { addDays, addMinutes, between, dayNumberOf, toDateText, type WorkingDays } from './days.ts';
import { createApplicants, createMembers, type NationPerson } from './people.ts';
import type { NationDistrict, NationEmployee } from './places.ts';
import { createPlan, type NationPlan } from './plan.ts';
import { idFor, type Random, randomFor, uniqueNumberFor } from './random.ts';

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

/** How far the centre has come with a family; PASSING for one that came with a matter that was soon settled. */
export type Stage =
  'REGISTERED' | 'ASSESSED' | 'AWAITING_SIGNATURES' | 'AWAITING_APPROVAL' | 'ACTIVE' | 'ENDED' | 'PASSING';
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
  /** The newest; all else belongs to it. */
  readonly appeal: NationAppeal;
  /** The one before it, long closed. */
  readonly earlierAppeal: NationAppeal | null;
  readonly plan: NationPlan | null;
  /** The victim lives at the centre for now, or in a crisis centre: never both. */
  readonly refuge: 'TEMPORARY_RESIDENCE' | 'CRISIS_CENTRE' | null;
}

/** What the country's totals ask of one family; everything else about it is chance. */
export interface FamilyPlace {
  readonly index: number;
  /** Its number among the families of its kind, for the identities of its members. */
  readonly rank: number;
  readonly stage: Stage;
  readonly district: NationDistrict;
  /** Working days between which its newest appeal was registered. */
  readonly appealBetween: readonly [first: number, last: number];
  readonly measures: number;
  /** Which appeals, the newest first, ended with a consultation; a second entry is an earlier appeal. */
  readonly consulted: readonly boolean[];
  /** Who called in a mobile group with the oldest appeal, if anybody. */
  readonly mobile: 'PROBATION' | 'OTHER' | null;
}

export interface Story {
  readonly seed: number;
  readonly asOf: Temporal.Instant;
  readonly today: Temporal.PlainDate;
  readonly days: WorkingDays;
}

/** A family as its place in the country's totals asks; the same whenever and in whatever order it is asked for. */
export function createFamily(story: Story, place: FamilyPlace): NationFamily {
  return place.stage === 'PASSING' ? createPassingFamily(story, place) : createSupportedFamily(story, place);
}

function createSupportedFamily(story: Story, place: FamilyPlace): NationFamily {
  const { seed, asOf, days } = story;
  const { index, district, stage } = place;
  const random = randomFor(seed, 'family', index);
  const situation = chooseSituation(place, random);
  const members = createMembers({ ...story, familyIndex: index, rank: place.rank, district }, random);
  const day = random.integer(...place.appealBetween);
  const threatToLife = situation === 'VIOLENCE' && random.chance(0.25);
  const registeredAt = days.at(day, random.integer(9, threatToLife ? 11 : 15), random);
  const incident =
    situation === 'VIOLENCE' ? createIncident(story, index, members, registeredAt, threatToLife, random) : null;
  const steps = createSteps(stage, day, threatToLife, days, random);
  const endedAfterDays =
    stage === 'ENDED' && steps.approvedAt
      ? random.integer(120, dayNumberOf(asOf) - dayNumberOf(steps.approvedAt) - ENDED_BEFORE_DAYS)
      : null;
  const plan = steps.createdAt
    ? createPlan(
        {
          seed,
          familyIndex: index,
          situation,
          district,
          members,
          incident,
          measures: place.measures,
          createdAt: steps.createdAt,
          signedAt: steps.signedAt,
          approvedAt: steps.approvedAt,
          endedAfterDays,
          asOf,
        },
        random,
      )
    : null;
  const appeal = createAppeal(
    {
      seed,
      familyIndex: index,
      position: 0,
      situation,
      incident,
      registeredAt,
      threatToLife,
      caseManager: chooseCaseManager(district, random),
      mobileGroupId: place.mobile && findMobileGroup(district, registeredAt),
      assessedAt: steps.assessedAt,
      consulted: stage !== 'REGISTERED',
      ending: plan?.ending ? 'CLOSED_WITH_PLAN' : null,
      closedAt: plan?.ending?.at ?? null,
    },
    random,
  );
  return {
    index,
    id: idFor(seed, 'family', index),
    district,
    situation,
    stage,
    members,
    ratings: createRatings(asOf, appeal, plan, random),
    incident,
    probationer: situation === 'PROBATION' ? createProbationer(story, members, registeredAt, random) : null,
    appeal,
    earlierAppeal: null,
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

/** Between the end of a plan and now lie the evaluation and some quiet. */
const ENDED_BEFORE_DAYS = 20;

interface Steps {
  readonly assessedAt: Temporal.Instant | null;
  readonly createdAt: Temporal.Instant | null;
  readonly signedAt: Temporal.Instant | null;
  readonly approvedAt: Temporal.Instant | null;
}

/** The most working days from an appeal to the approval of its plan. */
export const LONGEST_WAY = 12;

/** Assessment within three working days, or the same day when life is threatened; one in fourteen is late (DL-02, DL-03). */
function createSteps(stage: Stage, day: number, threatToLife: boolean, days: WorkingDays, random: Random): Steps {
  const nothing: Steps = { assessedAt: null, createdAt: null, signedAt: null, approvedAt: null };
  if (stage === 'REGISTERED') return nothing;
  const assessed = day + (threatToLife ? 0 : random.chance(0.93) ? random.integer(1, 3) : random.integer(4, 6));
  const assessedAt = days.at(assessed, threatToLife ? random.integer(13, 16) : random.integer(9, 10), random);
  if (stage === 'ASSESSED') return { ...nothing, assessedAt };
  const created = assessed + random.integer(1, 2);
  const createdAt = days.at(created, random.integer(9, 11), random);
  if (stage === 'AWAITING_SIGNATURES') return { ...nothing, assessedAt, createdAt };
  const signed = created + random.integer(0, 2);
  const signedAt = days.at(signed, random.integer(12, 14), random);
  if (stage === 'AWAITING_APPROVAL') return { ...nothing, assessedAt, createdAt, signedAt };
  const approvedAt = days.at(signed + random.integer(0, 2), random.integer(15, 16), random);
  return { assessedAt, createdAt, signedAt, approvedAt };
}

const ENDINGS = [
  ['REDIRECTED', 55],
  ['NOT_IN_DIFFICULT_SITUATION', 30],
  ['REFUSED', 9],
  ['UNREACHABLE', 6],
] as const satisfies readonly (readonly [AppealEnding, number])[];

/** The law's own pause: within 30 days the same appeal is opened again instead of a new one (domain.md 6.1). */
const DAYS_BETWEEN_APPEALS = 31;

function createPassingFamily(story: Story, place: FamilyPlace): NationFamily {
  const { seed, days, asOf } = story;
  const { index, district, consulted } = place;
  const random = randomFor(seed, 'family', index);
  const situation = chooseSituation(place, random);
  const reported = place.mobile === 'OTHER' && situation === 'VIOLENCE';
  const members = createApplicants({ ...story, familyIndex: index, rank: place.rank, district }, reported, random);
  const caseManager = chooseCaseManager(district, random);
  const [first, last] = place.appealBetween;
  const twice = consulted.length > 1;
  const firstDay = random.integer(first, twice ? last - DAYS_BETWEEN_APPEALS : last);
  let incident: NationIncident | null = null;
  const appeals = consulted.toReversed().map((wasConsulted, order) => {
    const day = order === 0 ? firstDay : random.integer(firstDay + DAYS_BETWEEN_APPEALS, last);
    const registeredAt = days.at(day, random.integer(9, 15), random);
    if (reported && order === 0) incident = createIncident(story, index, members, registeredAt, false, random);
    const ending: AppealEnding = wasConsulted ? 'CONSULTED' : random.weighted(ENDINGS);
    const closedAt = chooseClosing(ending, registeredAt, day, days, random);
    return createAppeal(
      {
        seed,
        familyIndex: index,
        position: consulted.length - 1 - order,
        situation,
        incident: order === 0 ? incident : null,
        registeredAt,
        threatToLife: false,
        caseManager,
        mobileGroupId: order === 0 && place.mobile ? findMobileGroup(district, registeredAt) : null,
        assessedAt: ending === 'NOT_IN_DIFFICULT_SITUATION' ? addMinutes(closedAt, -5) : null,
        consulted: wasConsulted,
        ending,
        closedAt,
      },
      random,
    );
  });
  const [appeal, earlierAppeal = null] = appeals.toReversed();
  if (!appeal) throw new Error(`The family ${index} must have an appeal.`);
  return {
    index,
    id: idFor(seed, 'family', index),
    district,
    situation,
    stage: 'PASSING',
    members,
    ratings: createRatings(asOf, earlierAppeal ?? appeal, null, random),
    incident,
    probationer:
      situation === 'PROBATION'
        ? createProbationer(story, members, (earlierAppeal ?? appeal).registeredAt, random)
        : null,
    appeal,
    earlierAppeal,
    plan: null,
    refuge: null,
  };
}

function chooseSituation({ mobile }: FamilyPlace, random: Random): Situation {
  if (mobile === 'PROBATION') return 'PROBATION';
  if (mobile === 'OTHER') {
    return random.weighted([
      ['VIOLENCE', 60],
      ['NEGLECT', 25],
      ['POVERTY', 15],
    ]);
  }
  return random.weighted([
    ['VIOLENCE', 35],
    ['POVERTY', 30],
    ['ILLNESS', 12],
    ['NEGLECT', 13],
    ['PROBATION', 10],
  ]);
}

function chooseCaseManager({ centre }: NationDistrict, random: Random): NationEmployee {
  return random.pick(
    centre.employees.filter(({ post }) => post === 'CASE_MANAGER') as [NationEmployee, ...NationEmployee[]],
  );
}

/** The group that is in force on that day (DL-09). */
function findMobileGroup({ mobileGroups }: NationDistrict, on: Temporal.Instant): string | null {
  const year = Number(toDateText(dayNumberOf(on)).slice(0, 4));
  return mobileGroups.find((group) => group.year === year)?.id ?? null;
}

function createProbationer(story: Story, members: readonly NationPerson[], since: Temporal.Instant, random: Random) {
  const person = members.find(({ role }) => role === 'HEAD');
  return person
    ? {
        person,
        since: toDateText(dayNumberOf(since) - random.integer(20, 200)),
        until: toDateText(dayNumberOf(story.asOf) + random.integer(60, 500)),
      }
    : null;
}

const BETTER: Record<Category, Category> = { A: 'A', B: 'A', C: 'B', D: 'C', E: 'D' };
const DOMAINS: readonly IndicatorDomain[] = ['ECONOMIC', 'SOCIAL', 'HOUSING', 'HEALTH', 'EDUCATION'];

/** One before the appeal; a later one of some families with a plan, and of all whose plan has ended. */
function createRatings(
  asOf: Temporal.Instant,
  { registeredAt }: NationAppeal,
  plan: NationPlan | null,
  random: Random,
): NationRating[] {
  const before = random.weighted<Category>([
    ['C', 20],
    ['D', 50],
    ['E', 30],
  ]);
  const deprived = DOMAINS.filter(() => random.chance(0.5));
  const first = { category: before, calculatedAt: addDays(registeredAt, -random.integer(5, 40)), deprived };
  if (!plan || (!plan.ending && !random.chance(0.4))) return [first];
  const category = plan.ending && random.chance(0.3) ? before : BETTER[before];
  const calculatedAt = between(plan.ending?.at ?? registeredAt, plan.ending?.evaluatedAt ?? asOf, 0.5);
  return [first, { category, calculatedAt, deprived: deprived.slice(1) }];
}

function createIncident(
  { seed }: Story,
  index: number,
  members: readonly NationPerson[],
  appealAt: Temporal.Instant,
  threatToLife: boolean,
  random: Random,
): NationIncident {
  const [woman, man] = members as [NationPerson, NationPerson];
  const occurredAt = addMinutes(appealAt, -60 * random.integer(3, 20));
  const issuedAt = addMinutes(occurredAt, 60 * random.integer(1, 2));
  return {
    id: idFor(seed, 'incident', index),
    registryNumber: `КУИ-${uniqueNumberFor(seed, 'incident', index)}`,
    occurredAt,
    kind: random.weighted([
      ['PHYSICAL_VIOLENCE', 6],
      ['PSYCHOLOGICAL_VIOLENCE', 3],
      ['ECONOMIC_VIOLENCE', 1],
    ]),
    victim: woman,
    aggressor: man,
    children: members.filter(({ minor }) => minor && random.chance(0.6)),
    threatToLife,
    order: random.chance(0.8)
      ? {
          id: idFor(seed, 'order', index),
          number: `ЗП-${uniqueNumberFor(seed, 'order', index)}`,
          issuedAt,
          servedAt: addMinutes(issuedAt, 60),
        }
      : null,
  };
}
