import { type MeasureStatus, type ReportableStatus, reportMeasure } from './measure-state.ts';
import { PLAN_STATUSES_IN_FORCE, type PlanStatus } from './plan-state.ts';

/** What was recorded: the kind of the record, or none where the record cannot be evidence. */
export type FactKind =
  | 'BENEFIT_AWARD'
  | 'EMPLOYMENT_CASE'
  | 'MEDICAL_APPOINTMENT'
  | 'PROTECTION_ORDER'
  | 'POLICE_INCIDENT'
  | 'CHILD_HELP_CASE'
  | 'CRISIS_CENTRE_PLACEMENT'
  | 'VICTIM_IDENTIFICATION'
  | 'CONSULTATION'
  | 'NONE';

/**
 * How far a measure has come by a fact of the responsible body (decision C3): kind of the record × its own status. A pair that
 * is missing moves nothing; the record is linked as evidence all the same. A record that only says that work is under way
 * (an order in force, a case that runs) begins the measure; the body itself says when all of it is done.
 */
export const FACT_MOVES: Readonly<Record<FactKind, Readonly<Record<string, ReportableStatus>>>> = {
  BENEFIT_AWARD: { ACTIVE: 'DONE' },
  EMPLOYMENT_CASE: { REGISTERED_UNEMPLOYED: 'ACCEPTED', IN_TRAINING: 'IN_PROGRESS', EMPLOYED: 'DONE' },
  MEDICAL_APPOINTMENT: { BOOKED: 'IN_PROGRESS', ATTENDED: 'DONE', MISSED: 'NOT_DONE' },
  PROTECTION_ORDER: {
    ISSUED: 'ACCEPTED',
    ACTIVE: 'IN_PROGRESS',
    VIOLATED: 'IN_PROGRESS',
    REPLACED_BY_COURT: 'IN_PROGRESS',
    EXPIRED: 'DONE',
  },
  POLICE_INCIDENT: {},
  CHILD_HELP_CASE: {
    SIGNALLED: 'ACCEPTED',
    REGISTERED: 'ACCEPTED',
    IN_ROOM: 'IN_PROGRESS',
    SERVICES_RUNNING: 'IN_PROGRESS',
    ACCOMPANIED: 'IN_PROGRESS',
    CLOSED: 'DONE',
  },
  CRISIS_CENTRE_PLACEMENT: { PLACED: 'IN_PROGRESS', ENDED: 'DONE' },
  VICTIM_IDENTIFICATION: { CONFIRMED: 'DONE', NOT_CONFIRMED: 'DONE', PERSON_REFUSED: 'NOT_DONE' },
  CONSULTATION: {},
  NONE: {
    // A medical episode.
    OPEN: 'IN_PROGRESS',
    CLOSED: 'DONE',
    // A register of the police or of probation, a requirement of a court.
    ON_REGISTER: 'IN_PROGRESS',
    OFF_REGISTER: 'DONE',
    RECORDED: 'IN_PROGRESS',
    // Guardianship.
    UNDER_OBSERVATION: 'IN_PROGRESS',
    GUARDIANSHIP: 'DONE',
    PATRONAGE: 'DONE',
    PLACED_IN_ORGANISATION: 'DONE',
    // A disability group.
    FIRST: 'DONE',
    SECOND: 'DONE',
    THIRD: 'DONE',
    CHILD: 'DONE',
    // How a pupil attends school.
    REGULAR: 'DONE',
    IRREGULAR: 'IN_PROGRESS',
  },
};

/** What a fact reports of a measure, or null when it moves nothing. */
export function findFactMove(kind: FactKind, state: string): ReportableStatus | null {
  const states = FACT_MOVES[kind];
  return Object.hasOwn(states, state) ? (states[state] ?? null) : null;
}

/** What becomes of a measure by a fact. */
export interface FactOutcome {
  /** The record becomes evidence of the measure. */
  readonly linked: boolean;
  /** Each a line of the measure's history; none when the fact moves nothing. */
  readonly steps: readonly MeasureStatus[];
  /** When the measure came so far: the moment of the fact, but not before it was sent and not in the future. */
  readonly at: Temporal.Instant;
  readonly note: string | null;
  /** Why nothing was moved, for the audit; null when something was. */
  readonly because:
    'NO_SUCH_MEASURE' | 'OTHER_FAMILY' | 'PLAN_NOT_IN_FORCE' | 'NOT_SENT' | 'OTHER_BODY' | 'NO_MOVE' | null;
}

/**
 * Whether a record can be about the family of a measure. Whoever the measure or its plan is for is of it, whatever has become
 * of the membership since; of somebody else that is known to belong to another family, the record is not. Where nobody
 * knows a family, nothing speaks against it.
 */
export function concernsFamily(
  measure: { readonly familyId: string; readonly beneficiaryId: string | null },
  subject: { readonly personId: string; readonly familyId: string | null },
  known: { readonly familyId: string | null; readonly inPlan: boolean },
): boolean {
  if (subject.personId === measure.beneficiaryId || known.inPlan) return true;
  const familyId = subject.familyId ?? known.familyId;
  return familyId === null || familyId === measure.familyId;
}

/**
 * Decides on a fact. Only a record of the very body that is responsible moves the measure (I-10): another body of the same
 * kind knows of its own work only. A record of another body is linked all the same, for it shows what was done.
 */
export function moveByFact(
  found: {
    readonly measure: { readonly id: string; readonly status: MeasureStatus; readonly organisationId: string | null };
    readonly plan: { readonly status: PlanStatus };
    /** When the measure was sent to its body, the last time. */
    readonly sentAt: Temporal.Instant | null;
    readonly sameFamily: boolean;
  } | null,
  fact: {
    readonly evidenceKind: Exclude<FactKind, 'NONE'> | null;
    readonly state: string;
    readonly organisationId: string | null;
    readonly at: string;
    readonly note: string | null;
  },
  now: Temporal.Instant,
): FactOutcome {
  const at = clamp(Temporal.Instant.from(fact.at), found?.sentAt ?? null, now);
  const still = (because: FactOutcome['because'], linked: boolean) => ({ linked, steps: [], at, note: null, because });
  if (!found) return still('NO_SUCH_MEASURE', false);
  const { measure, plan } = found;
  if (!found.sameFamily) return still('OTHER_FAMILY', false);
  if (!PLAN_STATUSES_IN_FORCE.includes(plan.status)) return still('PLAN_NOT_IN_FORCE', false);
  if (measure.status === 'PLANNED' || measure.status === 'CANCELLED') return still('NOT_SENT', false);
  if (measure.organisationId === null || measure.organisationId !== fact.organisationId)
    return still('OTHER_BODY', true);
  const reported = findFactMove(fact.evidenceKind ?? 'NONE', fact.state);
  if (reported === null) return still('NO_MOVE', true);
  const note = fact.note ?? (reported === 'NOT_DONE' ? `По записи органа: ${fact.state}.` : null);
  const steps = reportMeasure(measure, reported, note);
  if (!steps.ok) return still('NO_MOVE', true);
  return { linked: true, steps: steps.value, at, note, because: null };
}

function clamp(at: Temporal.Instant, earliest: Temporal.Instant | null, latest: Temporal.Instant): Temporal.Instant {
  if (Temporal.Instant.compare(at, latest) > 0) return latest;
  return earliest !== null && Temporal.Instant.compare(at, earliest) < 0 ? earliest : at;
}
