import { createCalendar, readPublishedCalendar } from '../calendar.ts';
import { computeDeadline, findDeadlineRule, toLocalDate } from '../deadline.ts';
import { addMinutes, latest } from './days.ts';
import type { NationFamily } from './family.ts';
import type { Nation } from './nation.ts';
import type { NationPerson } from './people.ts';
import { idFor, numberFor, randomFor, uniqueNumberFor } from './random.ts';

/** A stay at the centre, as the centres, the police and guardianship know it. */
export interface NationResidence {
  readonly id: string;
  readonly resident: NationPerson;
  readonly minors: readonly NationPerson[];
  readonly basis: 'INTERNAL_AFFAIRS_REFERRAL' | 'PERSONAL_REQUEST';
  readonly refusalReason: 'TOO_FAR' | null;
  readonly admittedAt: Temporal.Instant;
  /** One to each recipient when there are minors, none otherwise (Rules p.26); all are acknowledged. */
  readonly notices: readonly NationNotice[];
}

export interface NationNotice {
  readonly id: string;
  readonly number: string;
  readonly recipient: 'LAW_ENFORCEMENT' | 'GUARDIANSHIP';
  readonly sentAt: Temporal.Instant;
  readonly dueAt: Temporal.Instant;
  readonly deliveredAt: Temporal.Instant;
  readonly acknowledgedAt: Temporal.Instant;
  /** The incoming number in the recipient's register. */
  readonly registryNumber: string;
}

const calendar = createCalendar(readPublishedCalendar());

/** Where the family's victim lives now, when that is a centre; the same for every agency that asks. */
export function findResidence(
  { seed, asOf }: Nation,
  { index, appeal, incident, members, refuge }: NationFamily,
): NationResidence | null {
  if (!incident || refuge !== 'TEMPORARY_RESIDENCE') return null;
  const random = randomFor(seed, 'residence', index);
  const admittedAt = latest(addMinutes(appeal.registeredAt, 60), addMinutes(asOf, -60 * random.integer(30, 24 * 25)));
  const basis = random.pick(['INTERNAL_AFFAIRS_REFERRAL', 'PERSONAL_REQUEST'] as const);
  const refusalReason = random.chance(0.5) ? 'TOO_FAR' : null;
  const minors = members.filter(({ minor }) => minor);
  const recipients = minors.length === 0 ? [] : (['LAW_ENFORCEMENT', 'GUARDIANSHIP'] as const);
  const notices = recipients.map((recipient): NationNotice => {
    const sentAt = addMinutes(admittedAt, random.integer(20, 600));
    return {
      id: idFor(seed, 'notice', index, recipient),
      number: `N-${uniqueNumberFor(seed, `notice-${recipient}`, index)}`,
      recipient,
      sentAt,
      dueAt: noticeDueAt(admittedAt),
      deliveredAt: addMinutes(sentAt, 1),
      acknowledgedAt: addMinutes(sentAt, 60 * random.integer(1, 10)),
      registryNumber: numberFor(seed, 'registry', index, recipient),
    };
  });
  return {
    id: idFor(seed, 'residence', index),
    resident: incident.victim,
    minors,
    basis,
    refusalReason,
    admittedAt,
    notices,
  };
}

/** What a recipient's own register holds of the residence's notice: neither the place nor who lives there (decision A7). */
export function listNoticesTo(recipient: NationNotice['recipient'], nation: Nation, family: NationFamily) {
  const residence = findResidence(nation, family);
  if (!residence) return [];
  const { resident, minors, notices } = residence;
  return notices
    .filter((notice) => notice.recipient === recipient)
    .map(({ id, number, sentAt, dueAt, deliveredAt, acknowledgedAt, registryNumber }) => ({
      subjectId: resident.id,
      deliveredAt,
      registered: {
        id,
        number,
        districtKato: family.district.kato,
        childrenCount: minors.length,
        centreContact: family.district.centre.phone,
        sentAt,
        dueAt,
        acknowledgedAt,
        registryNumber,
      },
    }));
}

function noticeDueAt(admittedAt: Temporal.Instant): Temporal.Instant {
  const rule = findDeadlineRule('DL-05', toLocalDate(admittedAt));
  if (!rule) throw new Error('The rule DL-05 must be in force on every day of the nation.');
  return computeDeadline(rule, admittedAt, calendar).dueAt;
}
