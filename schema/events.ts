import { z } from 'zod';
import { AGENCIES, type Agency } from './subgraphs.ts';

const id = z.uuid();
const instant = z.iso.datetime({ offset: true });
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullable();

/** A kind of record that an agency may give as evidence that a measure was carried out. */
const EVIDENCE_KINDS = [
  'BENEFIT_AWARD',
  'EMPLOYMENT_CASE',
  'MEDICAL_APPOINTMENT',
  'PROTECTION_ORDER',
  'POLICE_INCIDENT',
  'CHILD_HELP_CASE',
  'CRISIS_CENTRE_PLACEMENT',
  'VICTIM_IDENTIFICATION',
  'CONSULTATION',
] as const;

function event<Payload extends z.ZodType>(from: readonly Agency[], to: readonly Agency[], payload: Payload) {
  return { from, to, payload } as const;
}

/**
 * What agencies tell each other, exactly once in effect: type → who may tell it, who is told, and its content.
 * Who tells of something must own it; an event of anybody else is refused as a whole.
 */
export const EVENTS = {
  /** Information about a person or family, from an agency's own record (Rules p.12); its id was given out by the sender. */
  SignalReported: event(
    ['interior', 'health', 'education'],
    ['centres'],
    z.strictObject({
      signalId: id,
      source: z.enum(['POLICE', 'PROBATION', 'HEALTH', 'EDUCATION', 'GUARDIANSHIP']),
      sourceSystem: z.string(),
      sourceRecordId: z.string(),
      personId: id,
      /** What the event was, if it was one of violence: the same kind on the same day is the same event (6.3). */
      kind: optional(z.string()),
      kato: z.string(),
      occurredAt: instant,
      receivedAt: instant,
      threatToLife: z.boolean(),
      summary: optional(z.string()),
      /** The reporting body in the directory of organisations. */
      senderId: optional(id),
    }),
  ),
  /** Children were present at an incident: education proposes help for each of them (J1). */
  ChildrenPresent: event(
    ['interior'],
    ['education'],
    z.strictObject({ incidentId: id, kato: z.string(), occurredAt: instant, childIds: z.array(id).min(1) }),
  ),
  /** Something was recorded that may move a measure (decision C3). `state` is the record's own status. */
  FactRecorded: event(
    ['interior', 'health', 'education', 'social'],
    ['centres'],
    z.strictObject({
      measureId: id,
      evidenceKind: z.enum(EVIDENCE_KINDS).nullable(),
      evidenceId: optional(id),
      state: z.string(),
      /** The body that recorded it: facts of other bodies than the responsible one move nothing. */
      organisationId: optional(id),
      /**
       * Whom the record is about, and the family to which the teller knows the person to belong: facts about other families
       * than the measure's move nothing. Null where the record is about somebody outside the family, such as an offender.
       */
      subject: z
        .strictObject({ personId: id, familyId: optional(id) })
        .nullable()
        .default(null),
      at: instant,
      note: optional(z.string()),
    }),
  ),
  /** A written notice of an admission with minors (Rules p.26): never an address, never the residence (decision A7). */
  NoticeSent: event(
    ['centres'],
    ['interior', 'education'],
    z.strictObject({
      noticeId: id,
      number: z.string(),
      recipient: z.enum(['LAW_ENFORCEMENT', 'GUARDIANSHIP']),
      /** For the conflict of interest only: a notice is hidden from the aggressor's side of this person. */
      subjectId: id,
      districtKato: z.string(),
      childrenCount: z.int(),
      centreContact: z.string(),
      sentAt: instant,
      dueAt: instant,
    }),
  ),
  NoticeAcknowledged: event(
    ['interior', 'education'],
    ['centres'],
    z.strictObject({ noticeId: id, registryNumber: z.string(), at: instant }),
  ),
  /** A referral for identification of a victim was sent (Rules p.24). */
  IdentificationRequested: event(
    ['centres'],
    ['social'],
    z.strictObject({
      referralId: id,
      personId: id,
      crisisCentreId: optional(id),
      organisationId: optional(id),
      at: instant,
    }),
  ),
  IdentificationDecided: event(
    ['social'],
    ['centres'],
    z.strictObject({ referralId: id, result: z.enum(['CONFIRMED', 'NOT_CONFIRMED', 'PERSON_REFUSED']), at: instant }),
  ),
  /** The ten minutes of a reservation have passed: what became of it must be settled (decision 0010). */
  PlaceReservationLapsed: event(['social'], ['centres'], z.strictObject({ reservationId: id })),
  /** Whether somebody was admitted on a reservation; said of each once and for good, whatever the time (decision B4, 0010). */
  PlaceSettled: event(['centres'], ['social'], z.strictObject({ reservationId: id, admitted: z.boolean() })),
  /** A person has left the place at a centre. */
  PlaceReleased: event(['centres'], ['social'], z.strictObject({ personId: id, placeId: id })),
  /** Records of the duplicate now belong to the one kept, until the merge is taken back (I-03). */
  PersonsMerged: event(['social'], AGENCIES, z.strictObject({ mergeId: id, keepId: id, duplicateId: id, at: instant })),
  PersonsUnmerged: event(
    ['social'],
    AGENCIES,
    z.strictObject({ mergeId: id, keepId: id, duplicateId: id, at: instant }),
  ),
  FamiliesMerged: event(['social'], AGENCIES, z.strictObject({ keepId: id, duplicateId: id, at: instant })),
  /** The days off of a year: every agency counts by it from then on. */
  CalendarPublished: event(
    ['centres'],
    AGENCIES,
    z.strictObject({
      year: z.int(),
      version: z.string(),
      status: z.enum(['OFFICIAL', 'PROJECTED']),
      source: z.string(),
      daysOff: z.array(z.iso.date()),
      workingWeekends: z.array(z.iso.date()),
      at: instant,
    }),
  ),
  /** The state of a measure, for the Digital Family Card (R-039, D1). */
  MeasureStatusChanged: event(
    ['centres'],
    ['social'],
    z.strictObject({ measureId: id, planId: id, familyId: id, status: z.string(), version: z.int(), at: instant }),
  ),
  /** Somebody outside the centre is told that a term is missed: which one, and nothing of whom it is about (domain.md 7.4). */
  DeadlineEscalated: event(
    ['centres'],
    ['social', 'interior'],
    z.strictObject({
      entityId: id,
      subject: z.string(),
      rule: z.string(),
      step: z.string(),
      level: z.string(),
      dueAt: instant,
    }),
  ),
  /** The opening, end, result or restart of a plan, for the single base of R-042. */
  PlanStatusChanged: event(
    ['centres'],
    ['social', 'interior', 'health', 'education'],
    z.strictObject({
      planId: id,
      familyId: id,
      status: z.string(),
      version: z.int(),
      predecessorId: optional(id),
      at: instant,
    }),
  ),
} as const;

export type EventType = keyof typeof EVENTS;
export type EventPayload<Type extends EventType> = z.output<(typeof EVENTS)[Type]['payload']>;
