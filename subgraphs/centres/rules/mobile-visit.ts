import { toLocalDate } from '../../kit/deadline.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { move } from '../../kit/state-machine.ts';
import type {
  MobileCaseStatus,
  MobileGroupStatus,
  MobileVisitResult,
  ResponsibleBodyKind,
  SignalSource,
} from '../__generated__/resolvers.ts';
import { MOBILE_CASE } from './mobile-case.ts';
import { REQUIRED_BODIES, wasMobileGroupValidOn } from './mobile-group.ts';
import { MOBILE_CASE_AT_WORK } from './signal-place.ts';

type Instant = Temporal.Instant;

/** A visit as a device recorded it. */
export interface RecordedVisit {
  readonly deviceRecordId: string;
  readonly mobileGroupId: string;
  readonly source: SignalSource;
  readonly departedAt: Instant;
  readonly arrivedAt: Instant | null;
  readonly present: readonly ResponsibleBodyKind[];
  readonly absenceExplanation: string | null;
  readonly result: MobileVisitResult;
  readonly note: string | null;
}

interface VisitingGroup {
  readonly id: string;
  readonly districtKato: string;
  readonly status: MobileGroupStatus;
  readonly year: number;
  readonly akimOrderDate: string | null;
}

/**
 * Whether a visit may have been made (I-17): by a group that was approved and valid on that day, in its own district, with
 * members of the required bodies or the reason of their absence. What is refused is refused alone.
 *
 * @param known the group, where the caller may send its visits, and whether the place lies in its district
 * @param path of the visit in the input
 */
export function checkVisit<Group extends VisitingGroup>(
  visit: RecordedVisit,
  { group, inItsDistrict }: { readonly group: Group | undefined; readonly inItsDistrict: boolean },
  now: Instant,
  path: readonly string[],
): Decision<Group> {
  if (!group) {
    return refuse('NOT_FOUND', 'The mobile group must be one of the caller’s district.', {
      path: [...path, 'mobileGroupId'],
    });
  }
  const { departedAt, arrivedAt } = visit;
  const day = toLocalDate(departedAt);
  if (!wasMobileGroupValidOn(group, day)) {
    return refuse(
      'MOBILE_GROUP_NOT_VALID',
      'The mobile group must have been approved and valid on the day of the visit.',
      {
        path: [...path, 'mobileGroupId'],
        entityId: group.id,
        currentState: group.status,
      },
    );
  }
  if (!inItsDistrict) {
    return refuse('MOBILE_GROUP_NOT_VALID', 'A mobile group must visit places of its own district only.', {
      path: [...path, 'kato'],
      entityId: group.id,
    });
  }
  if (Temporal.Instant.compare(departedAt, now) > 0) {
    return refuse('INVALID_INPUT', 'A visit must have begun before it is sent.', { path: [...path, 'departedAt'] });
  }
  if (arrivedAt && Temporal.Instant.compare(arrivedAt, departedAt) < 0) {
    return refuse('INVALID_INPUT', 'A group must arrive after it departed.', { path: [...path, 'arrivedAt'] });
  }
  if (arrivedAt && Temporal.Instant.compare(arrivedAt, now) > 0) {
    return refuse('INVALID_INPUT', 'A group must have arrived before the visit is sent.', {
      path: [...path, 'arrivedAt'],
    });
  }
  if (!areAllPresent(visit.present) && visit.absenceExplanation === null) {
    return refuse(
      'INVALID_INPUT',
      `Members of ${REQUIRED_BODIES.join(', ')} must be present, or their absence explained.`,
      { path: [...path, 'absenceExplanation'] },
    );
  }
  return allow(group);
}

export function areAllPresent(present: readonly ResponsibleBodyKind[]): boolean {
  return REQUIRED_BODIES.every((body) => present.includes(body));
}

/** A case as far as visits change it. */
export interface VisitedCase {
  readonly id: string;
  readonly appealId: string | null;
  readonly personId: string | null;
  readonly groupId: string | null;
  readonly districtKato: string;
  readonly registeredAt: Instant;
  readonly source: SignalSource;
  readonly sources: SignalSource[];
  readonly status: MobileCaseStatus;
  readonly closedAt: Instant | null;
  readonly version: number;
}

interface OpenAppeal {
  readonly id: string;
  readonly familyId: string | null;
  readonly applicantId: string | null;
}

/** What the centres know that visits may belong to. */
export interface KnownMatters {
  readonly cases: readonly VisitedCase[];
  /** Newest first. */
  readonly openAppeals: readonly OpenAppeal[];
}

/** A visit that may be stored, with the person visited. */
export interface LawfulVisit {
  readonly visit: RecordedVisit;
  readonly group: { readonly id: string; readonly districtKato: string };
  readonly person: { readonly id: string; readonly familyId: string | null };
}

/** The cases after some visits: each visit belongs to one, by position. */
export interface TakenUp {
  readonly caseIds: readonly string[];
  readonly opened: readonly VisitedCase[];
  readonly continued: readonly VisitedCase[];
  /** Appeals on which a visit found an immediate threat. */
  readonly threatened: readonly string[];
}

/**
 * Gives each visit its case, in the order of departure: the case of the person's or family's open appeal, the person's own one,
 * or a new one. The same event is one case with all its sources, the first one first.
 */
export function takeUpVisits(
  visits: readonly LawfulVisit[],
  { cases, openAppeals }: KnownMatters,
  now: Instant,
  newId: () => string,
): TakenUp {
  const byId = new Map(cases.map((known) => [known.id, known]));
  const openedIds = new Set<string>();
  const touchedIds = new Set<string>();
  const threatened: string[] = [];
  const caseIds: string[] = [];
  for (const { visit, group, person } of visits) {
    const appeal = openAppeals.find((open) => isAbout(open, person));
    const all = [...byId.values()];
    const found = all.find(
      (known) =>
        known.districtKato === group.districtKato &&
        (known.appealId === null ? known.personId === person.id : known.appealId === appeal?.id) &&
        takesVisit(known, visit),
    );
    // A group is at one case of an appeal at a time.
    const appealIsFree =
      appeal !== undefined &&
      !all.some(({ appealId, status }) => appealId === appeal.id && MOBILE_CASE_AT_WORK.some((at) => at === status));
    const before: VisitedCase = found ?? {
      id: newId(),
      appealId: null,
      personId: person.id,
      groupId: null,
      districtKato: group.districtKato,
      registeredAt: now,
      source: visit.source,
      sources: [],
      status: 'REGISTERED',
      closedAt: null,
      version: 0,
    };
    if (!found) openedIds.add(before.id);
    const after: VisitedCase = {
      ...before,
      appealId: before.appealId ?? (appealIsFree ? appeal.id : null),
      groupId: before.groupId ?? group.id,
      sources: before.sources.includes(visit.source) ? before.sources : [...before.sources, visit.source],
      status: statusAfterVisit(before),
      // However many visits of a batch belong to a case, it is changed once.
      version: touchedIds.has(before.id) ? before.version : before.version + 1,
    };
    touchedIds.add(after.id);
    byId.set(after.id, after);
    caseIds.push(after.id);
    if (visit.result === 'IMMEDIATE_THREAT' && appeal) threatened.push(appeal.id);
  }
  const touched = [...touchedIds].flatMap((id) => byId.get(id) ?? []);
  return {
    caseIds,
    opened: touched.filter(({ id }) => openedIds.has(id)),
    continued: touched.filter(({ id }) => !openedIds.has(id)),
    threatened,
  };
}

/** Whether an open appeal is that of the person or of the person's family. */
export function isAbout(
  { familyId, applicantId }: Pick<OpenAppeal, 'familyId' | 'applicantId'>,
  person: LawfulVisit['person'],
): boolean {
  return (familyId !== null && familyId === person.familyId) || applicantId === person.id;
}

/** A closed case still takes what was recorded before it was closed and came late. */
function takesVisit({ status, closedAt }: VisitedCase, { departedAt }: RecordedVisit): boolean {
  return status !== 'CLOSED' || (closedAt !== null && Temporal.Instant.compare(departedAt, closedAt) <= 0);
}

/** What nobody was given yet is taken up and visited at once; where a visit is no move, the status stays. */
function statusAfterVisit({ id, status }: VisitedCase): MobileCaseStatus {
  const taken = move(MOBILE_CASE, { id, status }, 'assign');
  const visited = move(MOBILE_CASE, { id, status: taken.ok ? taken.value : status }, 'visit');
  return visited.ok ? visited.value : status;
}
