import type { Calendar } from '../../kit/calendar.ts';
import { type Deadline, endOfDay, startOfDay, toLocalDate } from '../../kit/deadline.ts';
import type { EscalationLevel } from '../__generated__/resolvers.ts';

/** Who is told of a step: by the work lists and the feed of changes, never with a name or a reason (domain.md section 3, row 6). */
export type Told = 'ASSIGNEE' | 'CENTRE_HEAD' | 'LOCAL_EXECUTIVE' | 'MOBILE_GROUP' | 'POLICE';

/** One rung: at a time counted from the deadline somebody is told, and the deadline's level rises. */
export interface EscalationStep {
  readonly name: string;
  readonly level: EscalationLevel;
  readonly told: readonly Told[];
  readonly at: Temporal.Instant;
}

type Timed = Pick<Deadline, 'rule' | 'startedAt' | 'dueAt' | 'softTargetAt'>;
type Rung = Omit<EscalationStep, 'at'> & {
  readonly at: (deadline: Timed, calendar: Calendar) => Temporal.Instant | null;
};

const rung = (name: string, level: EscalationLevel, told: readonly Told[], at: Rung['at']): Rung => ({
  name,
  level,
  told,
  at,
});
const justAfter = (instant: Temporal.Instant) => instant.add({ seconds: 1 });
const halfTime = ({ startedAt, dueAt }: Timed) =>
  startedAt.add({ seconds: Math.round(startedAt.until(dueAt).total('seconds') / 2) });
const overdue = ({ dueAt }: Timed) => justAfter(dueAt);
const workingDayLater = ({ dueAt }: Timed, calendar: Calendar) =>
  justAfter(endOfDay(calendar.addWorkingDays(toLocalDate(dueAt), 1)));
const softTarget = ({ softTargetAt }: Timed) => softTargetAt && justAfter(softTargetAt);
const hoursIn =
  (hours: number) =>
  ({ startedAt }: Timed) =>
    startedAt.add({ hours });
const daysBefore =
  (days: number) =>
  ({ dueAt }: Timed) =>
    startOfDay(toLocalDate(dueAt).subtract({ days }));

const REMINDER = rung('HALF_TIME', 'REMINDED', ['ASSIGNEE'], halfTime);
const HEAD = rung('OVERDUE', 'CENTRE_HEAD', ['ASSIGNEE', 'CENTRE_HEAD'], overdue);
const AKIMAT = rung('WORKING_DAY_OVERDUE', 'LOCAL_EXECUTIVE', ['LOCAL_EXECUTIVE'], workingDayLater);
const EVERYONE: readonly Told[] = ['ASSIGNEE', 'CENTRE_HEAD', 'LOCAL_EXECUTIVE', 'MOBILE_GROUP', 'POLICE'];

/**
 * The ladder of each rule (domain.md 7.1, 7.4). A threat to life has none: everyone is told at once, first when the internal
 * target of 24 hours is missed and again when the legal term is. What goes to the Agency for Civil Service Affairs is
 * written by a job of its own (decision C5).
 */
const LADDERS: Readonly<Record<string, readonly Rung[]>> = {
  'DL-01': [REMINDER, HEAD],
  'DL-02': [REMINDER, HEAD, AKIMAT],
  'DL-03': [
    rung('SOFT_TARGET_MISSED', 'CENTRE_HEAD', EVERYONE, softTarget),
    rung('OVERDUE', 'LOCAL_EXECUTIVE', EVERYONE, overdue),
  ],
  'DL-04': [REMINDER, rung('SOFT_TARGET_MISSED', 'REMINDED', ['ASSIGNEE'], softTarget), HEAD],
  'DL-05': [
    rung('12_HOURS', 'REMINDED', ['ASSIGNEE'], hoursIn(12)),
    rung('20_HOURS', 'REMINDED', ['ASSIGNEE', 'CENTRE_HEAD'], hoursIn(20)),
    HEAD,
    AKIMAT,
  ],
  'DL-06': [
    rung('7_DAYS_LEFT', 'REMINDED', ['ASSIGNEE'], daysBefore(7)),
    rung('3_DAYS_LEFT', 'REMINDED', ['ASSIGNEE'], daysBefore(3)),
    rung('1_DAY_LEFT', 'REMINDED', ['ASSIGNEE', 'CENTRE_HEAD'], daysBefore(1)),
    rung('OVERSTAY', 'CENTRE_HEAD', ['ASSIGNEE', 'CENTRE_HEAD'], overdue),
  ],
  'DL-08': [REMINDER, HEAD, AKIMAT],
  'DL-09': [
    rung('FROM_1_DECEMBER', 'REMINDED', ['CENTRE_HEAD'], ({ dueAt }) =>
      startOfDay(toLocalDate(dueAt).with({ month: 12, day: 1 })),
    ),
  ],
};

/** What is not in the table is a target of the centre's own, such as the review of an emergency access. */
const OWN_TARGET: readonly Rung[] = [REMINDER, HEAD];

/** The steps of a deadline, earliest first; none before it started. */
export function listEscalationSteps(deadline: Timed, calendar: Calendar): readonly EscalationStep[] {
  return (LADDERS[deadline.rule] ?? OWN_TARGET)
    .flatMap(({ at, ...step }) => {
      const instant = at(deadline, calendar);
      return instant && Temporal.Instant.compare(instant, deadline.startedAt) >= 0 ? [{ ...step, at: instant }] : [];
    })
    .toSorted((left, right) => Temporal.Instant.compare(left.at, right.at));
}

const LEVELS: readonly EscalationLevel[] = [
  'NONE',
  'REMINDED',
  'CENTRE_HEAD',
  'LOCAL_EXECUTIVE',
  'CIVIL_SERVICE_AGENCY',
];

/** A level only rises. */
export function raise(level: EscalationLevel, to: EscalationLevel): EscalationLevel {
  return LEVELS.indexOf(to) > LEVELS.indexOf(level) ? to : level;
}

/**
 * How far a deadline has come by `now`: all steps up to it, the level after them, and when the next one is due. Who remembers
 * which ones were taken leaves those out: a calendar that is published since may have moved a step to before the last look.
 */
export function escalate(
  deadline: Timed & { readonly escalation: EscalationLevel },
  { now, calendar }: { now: Temporal.Instant; calendar: Calendar },
): {
  readonly taken: readonly EscalationStep[];
  readonly level: EscalationLevel;
  readonly nextAt: Temporal.Instant | null;
} {
  const steps = listEscalationSteps(deadline, calendar);
  const taken = steps.filter(({ at }) => Temporal.Instant.compare(at, now) <= 0);
  return {
    taken,
    level: taken.reduce((level, step) => raise(level, step.level), deadline.escalation),
    nextAt: steps[taken.length]?.at ?? null,
  };
}
