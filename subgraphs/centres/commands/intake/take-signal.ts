import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { toLocalDate } from '../../../kit/deadline.ts';
import type { EventContext } from '../../../kit/outbox.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import { createNumber } from '../../../kit/number.ts';
import type { DomainEvent } from '../../../kit/outbox.ts';
import { move } from '../../../kit/state-machine.ts';
import { createIntakeWriter } from '../../intake-store.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { awaitsDecision, isSameEvent, placeSignal, reopens, toLegalBasis } from '../../rules/signal-place.ts';
import { SIGNAL } from '../../rules/signal-state.ts';
import { type AppealRow, type CentreRow, createWriter, type SignalRecord, type Tables } from '../../store.ts';
import {
  alertMobileGroup,
  beginLead,
  type CaseWriter,
  dueBy,
  openAssessment,
  shortenAssessment,
} from './case-steps.ts';

/** A signal as it comes in, from a command or an agency's event. */
export type IncomingSignal = Omit<
  SignalRecord,
  'status' | 'appealId' | 'duplicateOfId' | 'rejectionReason' | 'legalBasis' | 'senderId'
> & {
  readonly senderId: string | null;
  /** Who belongs to the family, as far as somebody could be asked. */
  readonly memberIds: readonly string[];
};

/** What became of a signal. */
export interface TakenSignal {
  readonly signalId: string;
  /** Null while it waits: nobody is named, or no centre is there. */
  readonly appealId: string | null;
  /** It joined an appeal that there was, or the record was known. */
  readonly merged: boolean;
  readonly events: readonly DomainEvent[];
}

/**
 * Takes one signal in (domain.md 6.3), the same way whoever brings it: the same record is answered, the same matter joins its
 * appeal, and only what is new opens one. Whatever is known of the people is locked first, so that senders that come at once
 * see each other's appeal; two indexes of the database hold it also against who forgets to.
 */
export async function takeSignal(
  trx: Kysely<Tables & KitTables>,
  incoming: IncomingSignal,
  context: Pick<EventContext, 'now' | 'calendar'>,
): Promise<TakenSignal> {
  const at: CaseWriter = { write: createWriter(trx), intake: createIntakeWriter(trx), ...context };
  const { intake } = at;
  const { memberIds, ...given } = incoming;
  const familyId = given.familyId ?? (given.personId === null ? null : await intake.findKnownFamily(given.personId));
  await intake.lockSubjects([given.personId, familyId].filter((id) => id !== null));
  const known =
    given.sourceRecordId === null
      ? undefined
      : await intake.findSignalOfRecord(given.sourceSystem, given.sourceRecordId);
  if (known) return repeatSignal(at, known, given.threatToLife);

  const signal: SignalRecord = {
    ...given,
    familyId,
    senderId: given.senderId !== null && (await at.write.findOrganisation(given.senderId)) ? given.senderId : null,
    status: 'RECEIVED',
    appealId: null,
    duplicateOfId: null,
    rejectionReason: null,
    legalBasis: toLegalBasis(given),
  };
  await intake.insertSignal(signal);
  if (awaitsDecision(signal)) return { signalId: signal.id, appealId: null, merged: false, events: [] };
  return placeWaitingSignal(at, signal, memberIds);
}

/**
 * Finds or opens the appeal of a signal that waits; it goes on waiting where no centre is there to take it.
 *
 * @param centres where one may be: of the region, or, when nothing more will be learnt of who leads the case, anywhere
 */
export async function placeWaitingSignal(
  at: CaseWriter,
  signal: SignalRecord,
  memberIds: readonly string[],
  centres: 'OF_REGION' | 'ANYWHERE' = 'OF_REGION',
): Promise<TakenSignal> {
  const { intake, now } = at;
  const { familyId, personId } = signal;
  const familyCase = familyId === null ? undefined : await intake.lockFamilyCase(familyId);
  const open = (await intake.findOpenAppeal(familyId, personId)) ?? null;
  const place = placeSignal(
    {
      open,
      ofSameEvent: open ? null : await findAppealOfSameEvent(at, signal),
      lastClosed: open ? null : ((await intake.findClosedAppeal(familyId, personId)) ?? null),
    },
    now,
  );
  const centre = familyCase
    ? await at.write.getCentre(familyCase.leadCentreId)
    : place.kind === 'JOIN'
      ? await at.write.getCentre(place.appeal.centreId)
      : await findCentre(at, signal.kato, centres);
  if (!centre) return { signalId: signal.id, appealId: null, merged: false, events: [] };
  if (familyId !== null && !familyCase) await intake.insertFamilyCase(familyId, centre.id);

  const appealId =
    place.kind === 'JOIN'
      ? await joinAppeal(at, place.appeal, signal)
      : await openAppeal(at, signal, centre, place.previousId);
  const personIds = new Set([...memberIds, ...(personId === null ? [] : [personId])]);
  const events = await beginLead(at, { familyId, centreId: centre.id, personIds: [...personIds] });
  return { signalId: signal.id, appealId, merged: place.kind === 'JOIN', events };
}

async function findCentre({ intake, now }: CaseWriter, kato: string, centres: 'OF_REGION' | 'ANYWHERE') {
  const today = toLocalDate(now).toString();
  const found = await intake.findCentreFor(kato, today);
  return found ?? (centres === 'ANYWHERE' ? intake.findNearestCentre(kato, today) : null);
}

/** A record that came before: nothing is doubled, but a threat that it did not tell of then is not lost. */
async function repeatSignal(at: CaseWriter, known: SignalRecord, threatToLife: boolean): Promise<TakenSignal> {
  if (threatToLife && !known.threatToLife) {
    const reconsidered = move(SIGNAL, known, 'reconsider');
    const signal = {
      ...known,
      threatToLife,
      ...(reconsidered.ok && { status: reconsidered.value, rejectionReason: null }),
    };
    const { status, rejectionReason } = signal;
    await at.intake.updateSignal(known.id, { threatToLife, status, rejectionReason });
    if (status === 'RECEIVED') return { ...(await placeWaitingSignal(at, signal, [])), merged: true };
    const appeal = known.appealId === null ? null : await findPresentAppeal(at, known.appealId);
    if (appeal) await addToAppeal(at, appeal, { ...known, threatToLife }, [known]);
  }
  return { signalId: known.id, appealId: known.appealId, merged: true, events: [] };
}

async function findAppealOfSameEvent(at: CaseWriter, signal: SignalRecord): Promise<AppealRow | null> {
  if (signal.personId === null || signal.occurredAt === null) return null;
  const around = await at.intake.listSignalsAround(signal.personId, signal.occurredAt);
  const same = around.find((other) => other.appealId !== null && isSameEvent(signal, other));
  return same?.appealId ? findPresentAppeal(at, same.appealId) : null;
}

/** The appeal itself, or the one that the family opened since it was closed: there is one open at a time. */
async function findPresentAppeal({ intake }: CaseWriter, appealId: string): Promise<AppealRow | null> {
  const appeal = await intake.lockAppeal(appealId);
  if (appeal?.status !== 'CLOSED') return appeal ?? null;
  return (await intake.findOpenAppeal(appeal.familyId, appeal.applicantId)) ?? appeal;
}

async function openAppeal(
  at: CaseWriter,
  signal: SignalRecord,
  centre: CentreRow,
  previousId: string | null,
): Promise<string> {
  const { write, intake, now } = at;
  const status = move(SIGNAL, signal, 'open');
  if (!status.ok) throw new Error(status.message);
  const appeal: AppealRow = {
    id: randomUUID(),
    number: createNumber('A', toLocalDate(now)),
    familyId: signal.familyId,
    applicantId: signal.personId,
    centreId: centre.id,
    districtKato: centre.districtKato,
    registeredAt: now,
    status: 'REGISTERED',
    threatToLife: signal.threatToLife,
    text: signal.summary,
    previousId,
    closedAt: null,
    closingNote: null,
    nextDueAt: null,
    reopenedAt: null,
    familyAskedAt: null,
    version: 1,
  };
  await intake.insertAppeal(appeal);
  await intake.updateSignal(signal.id, { status: status.value, appealId: appeal.id });
  await write.setDeadline(appeal.id, 'CONSULTATION', dueBy('DL-01', at));
  await openAssessment(at, appeal);
  await alertMobileGroup(at, appeal, { ...signal, sameEvent: false, earlier: [] });
  await write.refreshNextDue(appeal.id);
  return appeal.id;
}

async function joinAppeal(at: CaseWriter, appeal: AppealRow, signal: SignalRecord): Promise<string> {
  const status = move(SIGNAL, signal, 'link');
  if (!status.ok) throw new Error(status.message);
  const earlier = (await at.intake.listSignalsOfAppeal(appeal.id)).filter((other) => isSameEvent(signal, other));
  await at.intake.updateSignal(signal.id, {
    status: status.value,
    appealId: appeal.id,
    duplicateOfId: earlier[0]?.id ?? null,
  });
  // Somebody has learnt to which family the person belongs.
  if (appeal.familyId === null && signal.familyId !== null) await at.intake.setFamily(appeal.id, signal.familyId);
  await addToAppeal(at, appeal, signal, earlier);
  return appeal.id;
}

/** What a further signal changes in its appeal: it may open it again, tell of a threat, and call the mobile group. */
export async function addToAppeal(
  at: CaseWriter,
  appeal: AppealRow,
  signal: SignalRecord,
  earlier: readonly SignalRecord[],
): Promise<void> {
  const { write, intake, now } = at;
  const sameEvent = earlier.length > 0;
  const familyId = appeal.familyId ?? signal.familyId;
  const reopened = reopens(appeal.status, signal, sameEvent) ? move(APPEAL, appeal, 'reopen') : null;
  if (reopened && !reopened.ok) throw new Error(reopened.message);
  // A threat that was told before the appeal was closed has passed with it.
  const threatToLife = signal.threatToLife || (appeal.threatToLife && appeal.status !== 'CLOSED');
  await write.updateAppeal(appeal.id, {
    familyId,
    threatToLife,
    ...(reopened && { status: reopened.value, closedAt: null, closingNote: null, reopenedAt: now }),
  });
  const open = await intake.findOpenAssessment(appeal.id);
  if (reopened) await write.setDeadline(appeal.id, 'CONSULTATION', dueBy('DL-01', at));
  if (reopened && !open) await openAssessment(at, { id: appeal.id, familyId, threatToLife });
  if (open && signal.threatToLife) await shortenAssessment(at, open.id);
  await alertMobileGroup(at, appeal, { ...signal, sameEvent, earlier: earlier.map(({ source }) => source) });
  await write.refreshNextDue(appeal.id);
}
