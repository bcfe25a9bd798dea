import { addMinutes, dayNumberOf, toDateText, type WorkingDays } from './days.ts';
import type { NationIncident, Situation } from './family.ts';
import type { NationEmployee } from './places.ts';
import { idFor, numberFor, type Random, uniqueNumberFor } from './random.ts';

export type SignalSource =
  'SELF' | 'CONTACT_CENTRE_111' | 'POLICE' | 'PROBATION' | 'HEALTH' | 'EDUCATION' | 'SOCIAL_PROTECTION';

export interface NationSignal {
  readonly id: string;
  readonly source: SignalSource;
  readonly sourceRecordId: string;
  readonly receivedAt: Temporal.Instant;
}

/** How an appeal ended that led to no plan; CLOSED_WITH_PLAN when its plan has ended. */
export type AppealEnding =
  'CONSULTED' | 'REDIRECTED' | 'NOT_IN_DIFFICULT_SITUATION' | 'REFUSED' | 'UNREACHABLE' | 'CLOSED_WITH_PLAN';

export interface NationMobileCase {
  readonly id: string;
  readonly groupId: string;
  readonly source: SignalSource;
  readonly sources: readonly SignalSource[];
  readonly status: 'VISITED' | 'HANDED_TO_CENTRE' | 'NO_SUPPORT_NEEDED' | 'CLOSED';
  readonly visitId: string;
  readonly deviceRecordId: string;
  readonly departedAt: Temporal.Instant;
  readonly arrivedAt: Temporal.Instant;
}

export interface NationAppeal {
  readonly id: string;
  readonly number: string;
  readonly registeredAt: Temporal.Instant;
  readonly threatToLife: boolean;
  readonly textRu: string;
  readonly signals: readonly NationSignal[];
  /** Null where nothing was to be assessed. */
  readonly assessmentId: string | null;
  /** Null while the primary assessment is due. */
  readonly assessedAt: Temporal.Instant | null;
  readonly recognised: boolean;
  readonly consultedAt: Temporal.Instant | null;
  readonly ending: AppealEnding | null;
  readonly closedAt: Temporal.Instant | null;
  readonly caseManager: NationEmployee;
  readonly mobileCase: NationMobileCase | null;
}

const APPEAL_TEXT: Record<Situation, string> = {
  VIOLENCE: 'Сообщение о насилии в семье, нужна помощь пострадавшей и детям.',
  POVERTY: 'Семья без постоянного дохода, просит помочь с работой и пособием.',
  ILLNESS: 'Тяжёлая болезнь взрослого, семья не справляется с уходом и расходами.',
  NEGLECT: 'Дети пропускают школу, родители не следят за ними.',
  PROBATION: 'Член семьи состоит на учёте службы пробации, в семье частые конфликты.',
};

const SOURCES: Record<Situation, readonly (readonly [SignalSource, number])[]> = {
  // What the police report is an incident of its own.
  VIOLENCE: [
    ['SELF', 5],
    ['CONTACT_CENTRE_111', 3],
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
    ['CONTACT_CENTRE_111', 4],
  ],
  PROBATION: [['PROBATION', 10]],
};

export interface AppealStory {
  readonly seed: number;
  readonly familyIndex: number;
  /** 0 for the family's newest appeal, 1 for the one before it. */
  readonly position: number;
  readonly situation: Situation;
  readonly incident: NationIncident | null;
  readonly registeredAt: Temporal.Instant;
  readonly threatToLife: boolean;
  readonly caseManager: NationEmployee;
  /** The mobile group that was called in, if any. */
  readonly mobileGroupId: string | null;
  readonly assessedAt: Temporal.Instant | null;
  readonly consulted: boolean;
  readonly ending: AppealEnding | null;
  readonly closedAt: Temporal.Instant | null;
}

/** A family has at most two appeals, an appeal at most two signals. */
const MOST = 2;

export function createAppeal(story: AppealStory, random: Random): NationAppeal {
  const { seed, familyIndex, position, registeredAt, ending, assessedAt, closedAt } = story;
  const index = familyIndex * MOST + position;
  const signals = createSignals(story, index, random);
  const assessed = ending === null || ending === 'CLOSED_WITH_PLAN' || ending === 'NOT_IN_DIFFICULT_SITUATION';
  return {
    id: idFor(seed, 'appeal', index),
    number: `A-${toDateText(dayNumberOf(registeredAt)).slice(0, 4)}-${uniqueNumberFor(seed, 'appeal', index)}`,
    registeredAt,
    threatToLife: story.threatToLife,
    textRu: APPEAL_TEXT[story.situation],
    signals,
    assessmentId: assessed ? idFor(seed, 'assessment', index) : null,
    assessedAt,
    recognised: assessedAt !== null && ending !== 'NOT_IN_DIFFICULT_SITUATION',
    consultedAt: story.consulted ? addMinutes(registeredAt, random.integer(20, 90)) : null,
    ending,
    closedAt,
    caseManager: story.caseManager,
    mobileCase: createMobileCase(story, index, signals, random),
  };
}

function createSignals(
  { seed, situation, incident, registeredAt }: AppealStory,
  index: number,
  random: Random,
): NationSignal[] {
  const source = incident ? 'POLICE' : random.weighted(SOURCES[situation]);
  const signal = (position: number, from: SignalSource, record: string | null, receivedAt: Temporal.Instant) => ({
    id: idFor(seed, 'signal', index, position),
    source: from,
    sourceRecordId: record ?? uniqueNumberFor(seed, 'signal', index * MOST + position),
    receivedAt,
  });
  const first = signal(0, source, incident?.registryNumber ?? null, registeredAt);
  if (!incident || !random.chance(0.3)) return [first];
  return [first, signal(1, 'HEALTH', null, addMinutes(registeredAt, random.integer(60, 300)))];
}

function createMobileCase(
  { seed, mobileGroupId, registeredAt, ending }: AppealStory,
  index: number,
  signals: readonly NationSignal[],
  random: Random,
): NationMobileCase | null {
  const [first] = signals;
  if (mobileGroupId === null || !first) return null;
  const departedAt = addMinutes(registeredAt, random.integer(15, 60));
  return {
    id: idFor(seed, 'mobile-case', index),
    groupId: mobileGroupId,
    source: first.source,
    sources: [...new Set(signals.map(({ source }) => source))],
    status:
      ending === null || ending === 'CLOSED_WITH_PLAN'
        ? 'HANDED_TO_CENTRE'
        : random.weighted([
            ['CLOSED', 5],
            ['NO_SUPPORT_NEEDED', 3],
            ['HANDED_TO_CENTRE', 2],
          ]),
    visitId: idFor(seed, 'mobile-visit', index),
    deviceRecordId: `FSM-${numberFor(seed, 'device', index % 500)}-${uniqueNumberFor(seed, 'visit', index)}`,
    departedAt,
    arrivedAt: addMinutes(departedAt, random.integer(10, 70)),
  };
}

/** When an appeal of a passing matter was closed, counted from the working day of its registration. */
export function chooseClosing(
  ending: AppealEnding,
  registeredAt: Temporal.Instant,
  day: number,
  days: WorkingDays,
  random: Random,
): Temporal.Instant {
  if (ending === 'CONSULTED' || ending === 'REDIRECTED') return addMinutes(registeredAt, random.integer(95, 120));
  // Three tries to reach somebody, or three days to assess; both end before the office closes.
  return days.at(Math.min(day + random.integer(1, 3), days.count - 1), 17, random);
}
