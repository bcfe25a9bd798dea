import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accessFactsChanged } from '../../../kit/access-facts.ts';
import type { CommandContext } from '../../../kit/command.ts';
import { computeDeadline, findDeadlineRule, toLocalDate } from '../../../kit/deadline.ts';
import { tell } from '../../../kit/events.ts';
import { entityId, idempotencyKey, listOf, optional, shortText } from '../../../kit/input.ts';
import { createNumber } from '../../../kit/number.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { listOpposed } from '../../../kit/visible.ts';
import type { NoticeRecipient, RefusalReason, ResidenceBasis } from '../../__generated__/resolvers.ts';
import { createResidenceReader, createResidenceWriter } from '../../residence-store.ts';
import { checkAdmission, checkAges, checkCapacity, checkDifferent } from '../../rules/residence-admission.ts';
import { NOTICE } from '../../rules/residence-state.ts';
import { createWriter, type ResidenceNoticeRow, type TemporaryResidenceRow } from '../../store.ts';
import { readArrivals, reservePlaces, type Reserved, unknownArrival } from './admission-read.ts';
import { BY_CASE_LEADERS, noticeSent, type ResidenceCommand, residentFacts } from './residence-answer.ts';

const AdmitInput = z.object({
  idempotencyKey,
  personId: entityId,
  minorPersonIds: listOf(entityId),
  basis: z.custom<ResidenceBasis>(),
  referralNumber: optional(shortText),
  admittedAt: z.custom<Temporal.Instant>(),
  centreId: optional(entityId),
  refusalReason: optional(z.custom<RefusalReason>()),
});
type AdmitInput = z.output<typeof AdmitInput>;

/** An admission that may be stored: where, and who, each with the place that is held. */
interface Admission {
  readonly centreId: string;
  readonly adult: Reserved;
  readonly minors: readonly Reserved[];
}

const RECIPIENTS: readonly NoticeRecipient[] = ['LAW_ENFORCEMENT', 'GUARDIANSHIP'];

/**
 * Takes a person with signs of domestic violence in, with the minor children, for a calendar month that nobody extends
 * (Rules p.23(5), 25, 26). The one place of each of them in the country is held before the transaction, used up in it and
 * confirmed by an event (decision B4, schema/decisions/0010).
 */
export const admitToTemporaryResidence: ResidenceCommand<AdmitInput, Decision<Admission>> = {
  ...BY_CASE_LEADERS,
  name: 'admitToTemporaryResidence',
  input: AdmitInput,
  read: async (db, input, context) => {
    const { caller, now, peers } = context;
    const read = createResidenceReader(db);
    const employee = caller.kind === 'USER' ? await read.findEmployee(caller.userId) : undefined;
    if (caller.kind !== 'USER' || !employee || (input.centreId ?? employee.centreId) !== employee.centreId) {
      return refuse('FORBIDDEN', 'An admission must be recorded by the staff of the centre that takes the person in.', {
        path: ['input', 'centreId'],
      });
    }
    const { centreId } = employee;
    const checked = checkAdmission(input, now);
    if (!checked.ok) return checked;
    const arrivals = await readArrivals(peers, [input.personId, ...input.minorPersonIds]);
    if (!arrivals.ok) return arrivals;
    const ids = arrivals.value.map(({ id }) => id);
    const [adultId = '', ...minorIds] = ids;
    // Of whom the caller must not know, the same is said as of nobody.
    const opposed = await listOpposed(kitPart(db), context, ids);
    const unknown = ids.findIndex((id) => opposed.includes(id));
    if (unknown >= 0) return unknownArrival(unknown);
    const [adult, ...minors] = arrivals.value;
    const persons = checkDifferent(adultId, minorIds);
    if (!persons.ok) return persons;
    const ages = adult ? checkAges(adult, minors) : allow();
    if (!ages.ok) return ages;
    // Looked at again under the lock; here it keeps places from being held for nothing.
    const room = checkCapacity(await read.getOccupation(centreId, ids, toLocalDate(now).toString(), now));
    if (!room.ok) return room;
    const reserved = await reservePlaces(peers, ids, centreId);
    if (!reserved.ok) return reserved;
    const placeOf = new Map(reserved.value.map((place) => [place.personId, place]));
    const toPlace = (id: string): Reserved => {
      const place = placeOf.get(id);
      if (!place) throw new Error('Everybody must have a place held before the admission.');
      return place;
    };
    return allow({ centreId, adult: toPlace(adultId), minors: minorIds.map(toPlace) });
  },
  carryOut: async (trx, input, admission, context) => {
    if (!admission.ok) return admission;
    const { centreId, adult, minors } = admission.value;
    const { now } = context;
    const places = [adult, ...minors];
    const ids = places.map(({ personId }) => personId);
    const write = createResidenceWriter(trx);
    const { setDeadline } = createWriter(trx);
    const centre = await write.lockCentre(centreId);
    const used = await write.listPlaces(places.map(({ reservationId }) => reservationId));
    const free = checkUnused(used);
    if (!free.ok) return free;
    const room = checkCapacity(await write.getOccupation(centreId, ids, toLocalDate(now).toString(), now));
    if (!room.ok) return room;

    const term = deadlineOf('DL-06', input.admittedAt, context);
    const residence: TemporaryResidenceRow = {
      id: randomUUID(),
      personId: adult.personId,
      centreId,
      basis: input.basis,
      referralNumber: input.referralNumber,
      refusalReason: input.refusalReason,
      admittedAt: input.admittedAt,
      mustLeaveBy: toLocalDate(term.dueAt).toString(),
      dischargedAt: null,
      dischargeReason: null,
      version: 1,
    };
    await write.insertResidence(residence);
    await write.insertMinors(
      residence.id,
      minors.map(({ personId }) => personId),
    );
    // The key of this table lets one admission have a reservation, and none that has lapsed.
    const settled = places.map((place) => ({ ...place, residenceId: residence.id }));
    await write.insertPlaces(settled);
    await setDeadline(residence.id, 'RESIDENCE', term);

    const due = deadlineOf('DL-05', input.admittedAt, context);
    const notices =
      minors.length === 0
        ? []
        : RECIPIENTS.map((recipient) =>
            toNotice(recipient, residence, admission.value, centre.phone ?? centre.titleRu, now),
          );
    for (const notice of notices) {
      await write.insertNotice(notice);
      await setDeadline(notice.id, 'NOTICE', due);
    }
    return {
      answer: { residenceId: residence.id },
      audit: {
        entityIds: [residence.id, ...ids, ...notices.map(({ id }) => id)],
        after: { residence, minors: minors.map(({ personId }) => personId) },
      },
      events: [
        accessFactsChanged(residentFacts(settled, centreId)),
        ...places.map(({ reservationId }) => tell('PlaceSettled', { reservationId, admitted: true })),
        ...notices.map((notice) => noticeSent(notice, residence, centre, { sentAt: now, dueAt: due.dueAt })),
      ],
    };
  },
};

/** Tries of one centre may hold the same place: the first admission has it. */
function checkUnused(used: readonly { residenceId: string | null }[]): Decision {
  if (used.some(({ residenceId }) => residenceId !== null)) {
    return refuse(
      'ALREADY_PLACED',
      'A person must have one current place in the country; this person has one already.',
      {
        path: ['input', 'personId'],
      },
    );
  }
  if (used.length > 0) {
    return refuse(
      'AGENCY_UNAVAILABLE',
      'The place must be held until the admission is stored; it lapsed before. Send the request again.',
    );
  }
  return allow();
}

function toNotice(
  recipient: NoticeRecipient,
  residence: TemporaryResidenceRow,
  { minors }: Admission,
  centreContact: string,
  now: Temporal.Instant,
): ResidenceNoticeRow {
  const id = randomUUID();
  const sent = move(NOTICE, { id, status: 'CREATED' }, 'send');
  if (!sent.ok) throw new Error('A notice that was written must be one that can be sent.');
  return {
    id,
    number: createNumber('N', toLocalDate(now)),
    residenceId: residence.id,
    recipient,
    childrenCount: minors.length,
    centreContact,
    status: sent.value,
    sentAt: now,
    deliveredAt: null,
    acknowledgedAt: null,
    registryNumber: null,
  };
}

function deadlineOf(id: 'DL-05' | 'DL-06', admittedAt: Temporal.Instant, { calendar }: CommandContext) {
  const rule = findDeadlineRule(id, toLocalDate(admittedAt));
  if (!rule) throw new Error(`The rule ${id} must be in force on the day of an admission.`);
  return computeDeadline(rule, admittedAt, calendar);
}
