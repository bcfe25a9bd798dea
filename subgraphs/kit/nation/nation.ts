import { toLocalDate } from '../deadline.ts';
import { countChosen, isChosen, partOf } from './apportion.ts';
import { listWorkingDays, type WorkingDays } from './days.ts';
import { createFamily, type FamilyPlace, LONGEST_WAY, type NationFamily, type Stage, type Story } from './family.ts';
import { createCrisisCentres, createDistrict, type NationCrisisCentre, type NationDistrict } from './places.ts';
import { countMeasures, MEASURES_OF_PLAN } from './plan.ts';
import { SHARES, TARGETS } from './targets.ts';

export interface NationOptions {
  readonly seed: number;
  /** Families with an active plan; case figures follow from it (decision D3). */
  readonly families: number;
  /** The day on which the story stops and the demonstration begins. */
  readonly asOf: Temporal.Instant;
}

/** The synthetic country: pure and deterministic, told family by family, the same people for all five agencies. */
export interface Nation extends NationOptions {
  readonly districts: readonly NationDistrict[];
  readonly crisisCentres: readonly NationCrisisCentre[];
  /** All families: those with an active plan, on the way to one, with one that ended, and those with a passing matter. */
  readonly familyCount: number;
  family(index: number): NationFamily;
  all(): Generator<NationFamily>;
  /** What a published total comes to in a nation of this size. */
  scale(total: number): number;
}

export { FIRST_DISTRICT } from './places.ts';

/** Nine o'clock on 1 October 2025, in Almaty. */
export const DEFAULT_AS_OF = Temporal.Instant.from('2025-10-01T09:00:00+05:00');

/** The published flows are those of the seven months before the day of the story (decision D2). */
const PERIOD_MONTHS = 7;
const STORY_DAYS = 400;
const FEWEST_CRISIS_CENTRES = 3;

export function createNation(options: NationOptions): Nation {
  const { seed, families, asOf } = options;
  const today = toLocalDate(asOf);
  const story: Story = { seed, asOf, today, days: listWorkingDays(today.subtract({ days: STORY_DAYS }), today) };
  const scale = (total: number) => Math.round((total * families) / TARGETS.families);
  const sizes = createSizes(families, scale);
  const windows = createWindows(story.days, today);
  const count = Math.min(TARGETS.centres, Math.max(1, Math.floor((families * TARGETS.centres) / TARGETS.families)));
  const { in2023 } = TARGETS.crisisCentres;
  const districts = Array.from({ length: count }, (_, index) => createDistrict(seed, index, today));
  const family = (index: number): NationFamily => createFamily(story, placeOf(index, sizes, windows, districts));
  return {
    ...options,
    districts,
    crisisCentres: createCrisisCentres(
      seed,
      Math.max(FEWEST_CRISIS_CENTRES, Math.min(in2023, scale(in2023))),
      districts,
    ),
    familyCount: sizes.supported + sizes.passing,
    family,
    *all() {
      for (let index = 0; index < sizes.supported + sizes.passing; index += 1) yield family(index);
    },
    scale,
  };
}

/** How many families and appeals of each kind make the published totals. */
interface Sizes {
  readonly active: number;
  readonly inProgress: number;
  /** Families with a plan, with one that ended, or on the way to one: the first in the country's numbering. */
  readonly supported: number;
  /** Active plans approved in the period, and their measures. */
  readonly ofPeriod: number;
  readonly measures: number;
  /** Families with a passing matter, their appeals, and how many of these ended with a consultation. */
  readonly passing: number;
  readonly passingAppeals: number;
  readonly passingConsultations: number;
  readonly mobile: Record<'supported' | 'passing', { readonly cases: number; readonly probation: number }>;
}

function createSizes(families: number, scale: (total: number) => number): Sizes {
  const inProgress = Math.round(families * SHARES.inProgress);
  const supported = families + inProgress + Math.round(families * SHARES.ended);
  const measures = scale(TARGETS.measures);
  const ofPeriod = Math.floor(measures / MEASURES_OF_PLAN);
  const passingAppeals = scale(TARGETS.appeals) - ofPeriod - inProgress;
  const passing = Math.round(passingAppeals / SHARES.appealsOfPassingFamily);
  const registered = countStage('REGISTERED', inProgress);
  const cases = scale(TARGETS.mobileCases);
  const probation = scale(TARGETS.mobileCasesFromProbation);
  const share = ofPeriod / (ofPeriod + passing);
  const supportedCases = Math.round(cases * share);
  const supportedProbation = Math.round(probation * share);
  return {
    active: families,
    inProgress,
    supported,
    ofPeriod,
    measures,
    passing,
    passingAppeals,
    passingConsultations: scale(TARGETS.consultations) - ofPeriod - (inProgress - registered),
    mobile: {
      supported: { cases: supportedCases, probation: supportedProbation },
      passing: { cases: cases - supportedCases, probation: probation - supportedProbation },
    },
  };
}

/** Stages on the way to a plan, by twentieths of the families that are there. */
const WAITING: readonly (readonly [Stage, number])[] = [
  ['ASSESSED', 9],
  ['REGISTERED', 5],
  ['AWAITING_APPROVAL', 4],
  ['AWAITING_SIGNATURES', 2],
];
const TWENTIETHS: readonly Stage[] = WAITING.flatMap(([stage, count]) => Array.from({ length: count }, () => stage));

function waitingStage(rank: number): Stage {
  // Seven has no divisor in common with twenty: neighbours are in different stages.
  return TWENTIETHS[(rank * 7) % TWENTIETHS.length] ?? 'ASSESSED';
}

function countStage(stage: Stage, families: number): number {
  let count = 0;
  for (let rank = 0; rank < families; rank += 1) if (waitingStage(rank) === stage) count += 1;
  return count;
}

type Window = readonly [first: number, last: number];

/** Working days between which appeals were registered, so that everything that followed has happened by now. */
interface Windows {
  /** The whole period of the published flows. */
  readonly period: Window;
  readonly stages: Readonly<Record<Exclude<Stage, 'ACTIVE' | 'PASSING'>, Window>>;
  /** Of plans that are in force: approved in the period, or before it and not a year ago. */
  readonly approvedInPeriod: Window;
  readonly approvedBefore: Window;
}

function createWindows(days: WorkingDays, today: Temporal.PlainDate): Windows {
  const last = days.count - 1;
  const periodStart = days.numberOf(today.subtract({ months: PERIOD_MONTHS }));
  const daysAgo = (count: number) => days.numberOf(today.subtract({ days: count }));
  return {
    period: [periodStart, last],
    stages: {
      REGISTERED: [last - 3, last],
      ASSESSED: [last - 25, last - 6],
      AWAITING_SIGNATURES: [last - 25, last - 8],
      AWAITING_APPROVAL: [last - 25, last - 10],
      ENDED: [daysAgo(395), daysAgo(300)],
    },
    approvedInPeriod: [periodStart, last - LONGEST_WAY],
    approvedBefore: [daysAgo(352), periodStart - LONGEST_WAY - 1],
  };
}

/** What the totals ask of the family `index`: families with a plan first, then those with a passing matter. */
function placeOf(index: number, sizes: Sizes, windows: Windows, districts: readonly NationDistrict[]): FamilyPlace {
  const passing = index >= sizes.supported;
  const rank = passing ? index - sizes.supported : index;
  const size = passing ? sizes.passing : sizes.supported;
  const district = districts[partOf(rank, districts.length, size)];
  if (!district || rank < 0 || rank >= size) {
    throw new Error(
      `A family of the nation must have a number below ${sizes.supported + sizes.passing}, not ${index}.`,
    );
  }
  const place = passing ? placePassing(rank, sizes, windows) : placeSupported(rank, sizes, windows);
  return { ...place, index, rank, district };
}

type TotalsOfFamily = Omit<FamilyPlace, 'index' | 'rank' | 'district'>;

function placeSupported(rank: number, sizes: Sizes, windows: Windows): TotalsOfFamily {
  const { active, supported, inProgress, ofPeriod } = sizes;
  const common = { consulted: [], mobile: null };
  if (!isChosen(rank, active, supported)) {
    const other = rank - countChosen(rank, active, supported);
    const waiting = isChosen(other, inProgress, supported - active);
    const stage = waiting ? waitingStage(countChosen(other, inProgress, supported - active)) : 'ENDED';
    const window = windows.stages[stage as keyof Windows['stages']];
    return { ...common, stage, appealBetween: window, measures: countMeasures(other) };
  }
  const number = countChosen(rank, active, supported);
  const position = countChosen(number, ofPeriod, active);
  if (!isChosen(number, ofPeriod, active)) {
    return { ...common, stage: 'ACTIVE', appealBetween: windows.approvedBefore, measures: countMeasures(number) };
  }
  return {
    consulted: [],
    stage: 'ACTIVE',
    appealBetween: windows.approvedInPeriod,
    measures: countMeasures(position, ofPeriod, sizes.measures - ofPeriod * MEASURES_OF_PLAN),
    mobile: mobileOf(position, ofPeriod, sizes.mobile.supported),
  };
}

function placePassing(rank: number, sizes: Sizes, windows: Windows): TotalsOfFamily {
  const { passing, passingAppeals, passingConsultations } = sizes;
  const second = isChosen(rank, passingAppeals - passing, passing);
  const firstAppeal = rank + countChosen(rank, passingAppeals - passing, passing);
  const isConsulted = (appeal: number) => isChosen(appeal, passingConsultations, passingAppeals);
  return {
    stage: 'PASSING',
    appealBetween: windows.period,
    measures: 0,
    consulted: second ? [isConsulted(firstAppeal + 1), isConsulted(firstAppeal)] : [isConsulted(firstAppeal)],
    mobile: mobileOf(rank, passing, sizes.mobile.passing),
  };
}

function mobileOf(index: number, total: number, of: { cases: number; probation: number }): FamilyPlace['mobile'] {
  if (!isChosen(index, of.cases, total)) return null;
  return isChosen(countChosen(index, of.cases, total), of.cases - of.probation, of.cases) ? 'OTHER' : 'PROBATION';
}
