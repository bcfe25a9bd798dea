import { findRegion } from '../../schema/regions.ts';
import { startOfDay, toLocalDate } from '../kit/deadline.ts';
import { between, earliest } from '../kit/nation/days.ts';
import type { NationFamily, NationIncident } from '../kit/nation/family.ts';
import type { NationSeed } from '../kit/nation/load.ts';
import { createStranger } from '../kit/nation/names.ts';
import type { Nation } from '../kit/nation/nation.ts';
import type { NationPerson } from '../kit/nation/people.ts';
import { getOrganisation } from '../kit/nation/places.ts';
import { idFor, type Random, randomFor, uniqueNumberFor } from '../kit/nation/random.ts';
import { listNoticesTo } from '../kit/nation/residence.ts';
import type {
  ChildHelpCaseRow,
  ChildHelpNoticeRow,
  ChildHelpRoomRow,
  GuardianshipRecordRow,
  ResidenceNoticeRow,
  SchoolingRow,
  SchoolNoteRow,
  Tables,
} from './store.ts';

/** No room is open in any nation, so cases go without one; services are given in rooms only, so there are none yet. */
export const seed: NationSeed<Tables> = {
  tables: [
    'schooling',
    'schoolNote',
    'guardianshipRecord',
    'childHelpRoom',
    'childHelpCase',
    'childHelpNotice',
    'residenceNotice',
  ],
  country(nation, rows) {
    rows.childHelpRoom.push(...toRooms(nation));
    return [];
  },
  family(nation, family, rows) {
    if (family.stage === 'PASSING') return;
    const minors = family.members.filter(({ minor }) => minor);
    for (const child of minors) {
      const row = toSchooling(nation, family, child);
      if (!row) continue;
      rows.schooling.push(row);
      if (isOfSchoolAge(child, nation)) rows.schoolNote.push(...toNotes(nation, family, row));
    }
    rows.guardianshipRecord.push(...toGuardianship(nation, family, minors));
    for (const child of family.incident?.children ?? []) {
      const story = family.incident && toChildHelp(nation, family, family.incident, child);
      if (!story) continue;
      rows.childHelpCase.push(story.helpCase);
      rows.childHelpNotice.push(...story.notices);
    }
    rows.residenceNotice.push(...toResidenceNotices(nation, family));
  },
};

/** What the centre told guardianship of an admission with minors (Rules p.26); the district's specialist acknowledged it. */
function toResidenceNotices(nation: Nation, family: NationFamily): ResidenceNoticeRow[] {
  return listNoticesTo('GUARDIANSHIP', nation, family).map(({ registered, subjectId }) => ({
    ...registered,
    personId: subjectId,
    acknowledgedById: idFor(nation.seed, 'user', family.district.kato, 'GUARDIANSHIP'),
  }));
}

function toSchooling(nation: Nation, family: NationFamily, child: NationPerson): SchoolingRow | null {
  const { seed: root, asOf } = nation;
  const today = toLocalDate(asOf);
  const birthDate = Temporal.PlainDate.from(child.birthDate);
  const random = randomFor(root, 'schooling', child.id);
  const school = isOfSchoolAge(child, nation);
  const grade = school ? toGrade(birthDate, today) : GROUPS[ageOn(birthDate, today)];
  if (!grade || (!school && !random.chance(0.7))) return null;
  const attendance = random.weighted<SchoolingRow['attendance']>(
    school && family.situation === 'NEGLECT'
      ? [
          ['REGULAR', 30],
          ['IRREGULAR', 50],
          ['ABSENT', 20],
        ]
      : [
          ['REGULAR', 90],
          ['IRREGULAR', 9],
          ['ABSENT', 1],
        ],
  );
  const place = randomFor(root, 'school', family.index);
  return {
    personId: child.id,
    organisationId: getOrganisation(family.district, 'EDUCATION').id,
    organisation: `${school ? 'Школа' : 'Детский сад'} № ${place.integer(1, 9)}, ${family.district.titleRu}`,
    grade,
    attendance,
    needsAttention: attendance !== 'REGULAR' || random.chance(0.05),
    schoolRegister: school && attendance !== 'REGULAR' && random.chance(0.3),
  };
}

const SCHOOL_AGE = 6;
const LAST_GRADE = 11;
/** Groups of a kindergarten by age; younger children stay at home. */
const GROUPS: Readonly<Record<number, string>> = { 3: 'Младшая группа', 4: 'Средняя группа', 5: 'Старшая группа' };

/** The grade of the school year that is running; who turned six after its first day is in the class before the first. */
function toGrade(birthDate: Temporal.PlainDate, today: Temporal.PlainDate): string {
  const september = today.with({ month: 9, day: 1 });
  const begunOn = Temporal.PlainDate.compare(september, today) <= 0 ? september : september.subtract({ years: 1 });
  const grade = ageOn(birthDate, begunOn) - SCHOOL_AGE + 1;
  return grade < 1 ? 'Предшкольный класс' : `${Math.min(grade, LAST_GRADE)} класс`;
}

function isOfSchoolAge(child: NationPerson, { asOf }: Nation): boolean {
  return ageOn(Temporal.PlainDate.from(child.birthDate), toLocalDate(asOf)) >= SCHOOL_AGE;
}

function ageOn(birthDate: Temporal.PlainDate, day: Temporal.PlainDate): number {
  return birthDate.until(day, { largestUnit: 'years' }).years;
}

function toNotes({ seed: root }: Nation, family: NationFamily, pupil: SchoolingRow): SchoolNoteRow[] {
  const random = randomFor(root, 'school-notes', pupil.personId);
  const truant = pupil.attendance !== 'REGULAR';
  if (!random.chance(truant ? 0.4 : 0.02)) return [];
  const bullying = !truant && random.chance(0.5);
  const pedagogue = randomFor(root, 'pedagogue', pupil.organisation);
  const text = bullying
    ? 'Одноклассники дразнят ребёнка, проведена беседа с классом.'
    : truant
      ? 'Пропускает уроки без уважительной причины, родители на звонки не отвечают.'
      : 'Ребёнок замкнут, на уроках плачет, о домашних делах не говорит.';
  return [
    {
      id: idFor(root, 'school-note', pupil.personId),
      personId: pupil.personId,
      at: toSchoolDay(family.appeal.registeredAt.subtract({ hours: 24 * random.integer(1, 10) }), random),
      author: createStranger('FEMALE', pedagogue),
      text,
      bullying,
    },
  ];
}

/** An hour of lessons on that day or, in the summer holidays and at weekends, on one before it. */
function toSchoolDay(instant: Temporal.Instant, random: Random): Temporal.Instant {
  let day = toLocalDate(instant);
  if (day.month >= 6 && day.month <= 8) day = day.with({ month: 5, day: random.integer(5, 23) });
  if (day.dayOfWeek > 5) day = day.subtract({ days: day.dayOfWeek - 5 });
  return startOfDay(day).add({ hours: random.integer(9, 14), minutes: random.integer(0, 59) });
}

const CASE_MANAGERS_FROM_YEAR = 2026;

/** Children who live with their family: watched over, with a relative as guardian, or no longer. */
function toGuardianship(
  { seed: root, asOf }: Nation,
  family: NationFamily,
  minors: readonly NationPerson[],
): GuardianshipRecordRow[] {
  const random = randomFor(root, 'guardianship', family.index);
  if (family.situation !== 'NEGLECT' || !random.chance(0.06)) return [];
  const status = random.weighted<GuardianshipRecordRow['status']>([
    ['UNDER_OBSERVATION', 80],
    ['GUARDIANSHIP', 8],
    ['ENDED', 12],
  ]);
  const appointed = toLocalDate(asOf).year >= CASE_MANAGERS_FROM_YEAR && random.chance(0.6);
  const caseManager = appointed ? createStranger('FEMALE', random) : null;
  const body = getOrganisation(family.district, 'GUARDIANSHIP').titleRu;
  return minors.map(({ id }) => ({ personId: id, body, caseManager, status }));
}

/** Two rooms are planned in every region of the nation; no day is set for either. */
function toRooms({ seed: root, districts }: Nation): ChildHelpRoomRow[] {
  const regions = new Set(districts.map(({ regionKato }) => regionKato));
  return [...regions].flatMap((regionKato) => {
    const region = findRegion(regionKato);
    return [1, 2].map((place) => ({
      id: idFor(root, 'child-help-room', regionKato, place),
      titleRu: `Кабинет помощи детям № ${place}, ${region?.titleRu}`,
      titleKk: `№ ${place} балаларға көмек кабинеті, ${region?.titleKk}`,
      regionKato,
      openedAt: null,
    }));
  });
}

interface ChildHelpStory {
  readonly helpCase: ChildHelpCaseRow;
  readonly notices: readonly ChildHelpNoticeRow[];
}

const DAY_HOURS = 24;
const MOST_CHILDREN = 16;

/** About every third child who saw the violence gets a case, which goes from registration straight to the centre. */
function toChildHelp(
  { seed: root, asOf }: Nation,
  family: NationFamily,
  incident: NationIncident,
  child: NationPerson,
): ChildHelpStory | null {
  const random = randomFor(root, 'child-help', child.id);
  if (!random.chance(0.35)) return null;
  const { occurredAt } = incident;
  const begunBy = earliest(occurredAt.add({ hours: 3 * DAY_HOURS }), asOf);
  const openedAt = between(occurredAt, begunBy, 0.2 + 0.2 * random.next());
  const registeredAt = between(occurredAt, begunBy, 0.5 + 0.1 * random.next());
  const accompaniedAt = between(occurredAt, begunBy, 0.8 + 0.1 * random.next());
  const closableFrom = accompaniedAt.add({ hours: 45 * DAY_HOURS });
  const closed = Temporal.Instant.compare(closableFrom, asOf) < 0 && random.chance(0.4);
  const approvedAt = family.plan?.approvedAt;
  const planned = approvedAt && Temporal.Instant.compare(approvedAt, accompaniedAt) <= 0;
  const id = idFor(root, 'child-help-case', child.id);
  const helpCase: ChildHelpCaseRow = {
    id,
    number: `ДП-${uniqueNumberFor(root, 'child-help-case', family.index * MOST_CHILDREN + family.members.indexOf(child))}`,
    childId: child.id,
    regionKato: family.district.regionKato,
    kato: family.district.kato,
    reason: 'WITNESS_OF_VIOLENCE',
    status: closed ? 'CLOSED' : 'ACCOMPANIED',
    roomId: null,
    noRoomAvailable: true,
    detectedAt: between(occurredAt, begunBy, 0.1),
    openedAt,
    closedAt: closed ? between(closableFrom, asOf, random.next()) : null,
    outcome: closed ? 'Психологическая помощь оказана центром, признаков травмы нет, семья справляется сама.' : null,
    planId: planned ? (family.plan?.id ?? null) : null,
    sourceIncidentId: incident.id,
    // Opened, registered, accompanied and, where it is over, closed.
    version: closed ? 4 : 3,
  };
  return { helpCase, notices: toNotices(root, helpCase, incident, registeredAt, random) };
}

/** Sent at registration: to the police when there are signs of a crime, to the centre because no room is open. */
function toNotices(
  root: number,
  helpCase: ChildHelpCaseRow,
  incident: NationIncident,
  sentAt: Temporal.Instant,
  random: Random,
): ChildHelpNoticeRow[] {
  const recipients: ChildHelpNoticeRow['recipient'][] = ['GUARDIANSHIP', 'CHILD_OMBUDSMAN_REGIONAL', 'CENTRE'];
  if (incident.kind === 'PHYSICAL_VIOLENCE') recipients.push('POLICE');
  return recipients.map((recipient) => ({
    id: idFor(root, 'child-help-notice', helpCase.id, recipient),
    caseId: helpCase.id,
    recipient,
    sentAt,
    deliveredAt: random.chance(0.95) ? sentAt.add({ minutes: random.integer(1, 30) }) : null,
  }));
}
