import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { z } from 'zod';
import { LIMITS } from '../../../../schema/limits.ts';
import type { Command, CommandContext } from '../../../kit/command.ts';
import { deriveId } from '../../../kit/derived-id.ts';
import { entityId, idempotencyKey, instant, listOf, longText, optional, shortText } from '../../../kit/input.ts';
import { toKatoPrefix } from '../../../kit/kato-prefix.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import { findNamedPerson, type NamedPerson, PersonNamed } from '../../../kit/person-hint.ts';
import type { DomainEvent } from '../../../kit/outbox.ts';
import type { Peers } from '../../../kit/peer.ts';
import { allow, type Decision, refuse, type Refusal } from '../../../kit/refusal.ts';
import type { MobileVisitResult, ResponsibleBodyKind, SignalSource } from '../../__generated__/resolvers.ts';
import { createResponseWriter, listMobileGroups, listVisitsNamed, type VisitName } from '../../response-store.ts';
import { areAllPresent, checkVisit, isAbout, takeUpVisits, type VisitedCase } from '../../rules/mobile-visit.ts';
import type { AppealRow, MobileGroupRow, Tables } from '../../store.ts';
import { takeSignal } from '../intake/take-signal.ts';
import { raiseThreats } from './raise-threats.ts';

const MobileVisit = z.object({
  deviceRecordId: shortText,
  mobileGroupId: entityId,
  ...PersonNamed,
  kato: z.string(),
  source: z.custom<SignalSource>(),
  departedAt: instant,
  arrivedAt: optional(instant),
  present: listOf(z.custom<ResponsibleBodyKind>()),
  absenceExplanation: optional(longText),
  result: z.custom<MobileVisitResult>(),
  note: optional(longText),
});
type MobileVisit = z.output<typeof MobileVisit>;

const SyncMobileVisitsInput = z.object({
  idempotencyKey,
  deviceId: shortText,
  /** Each is checked by itself: one that is wrong does not spoil the batch. */
  visits: z.array(z.unknown()).max(LIMITS.visits, `A batch must have at most ${LIMITS.visits} visits.`),
});

/** What became of a batch. */
export interface SyncAnswer {
  readonly accepted: number;
  readonly alreadyKnown: number;
  readonly rejected: readonly Refusal[];
  readonly caseIds: readonly string[];
}

/** What is known of a visit before the transaction: that it was stored before, who was visited, or why it may not be stored. */
type Reading = { readonly visit: MobileVisit; readonly group: MobileGroupRow; readonly person: NamedPerson };
type VisitRead = 'KNOWN' | Decision<Reading>;
type BatchRead = readonly VisitRead[] | Refusal;

/**
 * Takes in visits that were recorded offline (R-056, I-17). Each is stored, known already or rejected by itself, in whatever
 * order they come; guards of the database see to it that a batch sent twice or from two devices at once is stored once.
 */
export const syncMobileVisits: Command<Tables, z.output<typeof SyncMobileVisitsInput>, BatchRead, SyncAnswer> = {
  name: 'syncMobileVisits',
  writes: 'MOBILE_VISIT_PROTOCOL',
  input: SyncMobileVisitsInput,
  read: (db, input, context) => readBatch(db, input, context),
  carryOut: async (trx, { deviceId, visits }, read, { now, calendar }) => {
    if ('ok' in read) return read;
    const write = createResponseWriter(trx);
    const readings = read.flatMap((entry) => (entry !== 'KNOWN' && entry.ok ? [entry.value] : []));
    const personIds = [...new Set(readings.map(({ person }) => person.id))];
    const familyIds = [...new Set(readings.flatMap(({ person }) => person.familyId ?? []))];
    const before = await write.lockOpenAppealsOf(personIds, familyIds);
    // Looked up behind the locks: of two batches with the same visits the second one finds them.
    const known = await listVisitsNamed(trx, visits.flatMap(toRecordId));
    const knownCaseIds: string[] = [];
    const fresh: Reading[] = [];
    const rejected: Refusal[] = [];
    let alreadyKnown = 0;
    for (const [index, entry] of read.entries()) {
      const name = toName(visits[index], deviceId);
      const stored = name && known.find((visit) => isSameVisit(visit, name));
      if (stored) {
        knownCaseIds.push(stored.caseId);
        alreadyKnown += 1;
      } else if (
        entry === 'KNOWN' ||
        (name && fresh.some((other) => isSameVisit(nameOf(other.visit, deviceId), name)))
      ) {
        alreadyKnown += 1;
      } else if (entry.ok) {
        fresh.push(entry.value);
      } else {
        rejected.push(entry);
      }
    }
    const lawful = fresh.toSorted((left, right) => compareVisits(left.visit, right.visit));
    const events = await reportFindings(trx, deviceId, lawful, before, { now, calendar });
    const openAppeals = events === null ? before : await write.lockOpenAppealsOf(personIds, familyIds);
    const cases = await write.lockCasesOf(
      openAppeals.map(({ id }) => id),
      personIds,
    );
    const taken = takeUpVisits(lawful, { cases: cases.map(toVisitedCase), openAppeals }, now, randomUUID);
    const ids = lawful.map(() => randomUUID());
    if (taken.opened.length > 0) await write.insertCases(taken.opened);
    for (const { id, appealId, groupId, sources, status, version } of taken.continued) {
      await write.updateCase(id, { appealId, groupId, sources, status, version });
    }
    if (lawful.length > 0) {
      await write.insertVisits(
        lawful.map(({ visit, group }, index) => ({
          id: ids[index] ?? '',
          groupId: group.id,
          caseId: taken.caseIds[index] ?? '',
          deviceId,
          deviceRecordId: visit.deviceRecordId,
          departedAt: visit.departedAt,
          arrivedAt: visit.arrivedAt,
          present: [...new Set(visit.present)],
          absenceExplanation: areAllPresent(visit.present) ? null : visit.absenceExplanation,
          result: visit.result,
          note: visit.note,
        })),
      );
    }
    await raiseThreats(trx, taken.threatened, { now, calendar });
    const caseIds = [...new Set([...knownCaseIds, ...taken.caseIds])];
    return {
      answer: { accepted: lawful.length, alreadyKnown, rejected, caseIds },
      audit: {
        entityIds: [...ids, ...caseIds],
        after: { accepted: lawful.length, alreadyKnown, rejected: rejected.map(({ code, path }) => ({ code, path })) },
      },
      events: events ?? [],
    };
  },
};

/** Visits after which the centre goes on: what was found is information about a family like any other (Rules p.12(4)). */
const TAKEN_ON: readonly MobileVisitResult[] = ['SUPPORT_NEEDED', 'IMMEDIATE_THREAT'];

/** Opens an appeal for whom a group found in need of support and who has none; null when there was nobody. */
async function reportFindings(
  trx: Transaction<Tables & KitTables>,
  deviceId: string,
  visits: readonly Reading[],
  openAppeals: readonly Pick<AppealRow, 'familyId' | 'applicantId'>[],
  context: Pick<CommandContext, 'now' | 'calendar'>,
): Promise<readonly DomainEvent[] | null> {
  let events: DomainEvent[] | null = null;
  for (const { visit, person } of visits) {
    if (!TAKEN_ON.includes(visit.result) || openAppeals.some((appeal) => isAbout(appeal, person))) continue;
    const id = deriveId('mobile-visit', deviceId, visit.deviceRecordId);
    const { departedAt, source, kato, result } = visit;
    const taken = await takeSignal(
      trx,
      {
        id,
        channel: 'STATE_INFORMATION_SYSTEM',
        source,
        sourceSystem: 'FSM_SOCIAL',
        sourceRecordId: id,
        senderId: null,
        receivedAt: context.now,
        occurredAt: visit.arrivedAt ?? departedAt,
        eventKind: null,
        kato,
        threatToLife: result === 'IMMEDIATE_THREAT',
        // What was seen stays in the protocol, which fewer people read.
        summary: null,
        reporter: null,
        personId: person.id,
        familyId: person.familyId,
        memberIds: [],
      },
      context,
    );
    events = [...(events ?? []), ...taken.events];
  }
  return events;
}

async function readBatch(
  db: Kysely<Tables & KitTables>,
  { deviceId, visits }: z.output<typeof SyncMobileVisitsInput>,
  { caller, peers, now }: CommandContext,
): Promise<BatchRead> {
  const known = await listVisitsNamed(db, visits.flatMap(toRecordId));
  const parsed = visits.map((visit, index) => parseVisit(visit, pathOf(index)));
  const groupIds = parsed.flatMap((visit) => (visit.ok ? [visit.value.mobileGroupId] : []));
  const groups = new Map((await listMobileGroups(db, groupIds)).map((group) => [group.id, group]));
  const readings: VisitRead[] = [];
  const visited = new Map<string, Promise<Decision<NamedPerson>>>();
  // One after the other: a batch comes from a device that has time, and the registry serves others as well.
  for (const [index, visit] of parsed.entries()) {
    const name = toName(visits[index], deviceId);
    if (name && known.some((stored) => isSameVisit(stored, name))) {
      readings.push('KNOWN');
      continue;
    }
    if (!visit.ok) {
      readings.push(visit);
      continue;
    }
    const found = groups.get(visit.value.mobileGroupId);
    // Members of a group send the visits of their own district; the system FSM Social sends those of all.
    const group =
      caller.kind === 'USER' && [null, found?.districtKato].includes(caller.districtKato) ? found : undefined;
    const inItsDistrict = group !== undefined && visit.value.kato.startsWith(toKatoPrefix(group.districtKato).digits);
    const lawful = checkVisit(visit.value, { group, inItsDistrict }, now, pathOf(index));
    if (!lawful.ok) {
      readings.push(lawful);
      continue;
    }
    const person = await findVisited(peers, visited, deviceId, visit.value);
    if (!person.ok && person.code === 'AGENCY_UNAVAILABLE') return person;
    readings.push(
      person.ok
        ? allow({ visit: visit.value, group: lawful.value, person: person.value })
        : { ...person, path: [...pathOf(index), ...(person.path ?? []).slice(1)] },
    );
  }
  return readings;
}

const pathOf = (index: number) => ['input', 'visits', String(index)];

function parseVisit(visit: unknown, path: readonly string[]): Decision<MobileVisit> {
  const parsed = MobileVisit.safeParse(visit);
  if (parsed.success) return allow(parsed.data);
  const [issue] = parsed.error.issues;
  return refuse('INVALID_INPUT', issue?.message ?? 'The visit must be complete.', {
    path: [...path, ...(issue?.path ?? []).map(String)],
  });
}

/** Somebody who is named by id is looked up once; a hint makes one person for a record, however often it is sent. */
function findVisited(
  peers: Peers,
  visited: Map<string, Promise<Decision<NamedPerson>>>,
  deviceId: string,
  { personId, person, deviceRecordId }: MobileVisit,
): Promise<Decision<NamedPerson>> {
  const record = deriveId('mobile-visit', deviceId, deviceRecordId);
  const key = personId ?? record;
  const found = visited.get(key) ?? findNamedPerson(peers, { personId, person }, record);
  visited.set(key, found);
  return found;
}

function nameOf(visit: MobileVisit, deviceId: string): VisitName {
  const { deviceRecordId, mobileGroupId, departedAt } = visit;
  return { deviceId, deviceRecordId, groupId: mobileGroupId, departedAt };
}

function toName(visit: unknown, deviceId: string): VisitName | null {
  const parsed = MobileVisit.safeParse(visit);
  return parsed.success ? nameOf(parsed.data, deviceId) : null;
}

function toRecordId(visit: unknown): string[] {
  const name = toName(visit, '');
  return name ? [name.deviceRecordId] : [];
}

/** The same record of the same device, or the same departure of the same group under that record id. */
function isSameVisit(left: VisitName, right: VisitName): boolean {
  if (left.deviceRecordId !== right.deviceRecordId) return false;
  if (left.deviceId === right.deviceId) return true;
  return left.groupId === right.groupId && Temporal.Instant.compare(left.departedAt, right.departedAt) === 0;
}

/** By departure: always in one order, so that two batches with the same visits never wait for each other. */
function compareVisits(left: MobileVisit, right: MobileVisit): number {
  const byTime = Temporal.Instant.compare(left.departedAt, right.departedAt);
  return byTime === 0 ? (left.deviceRecordId < right.deviceRecordId ? -1 : 1) : byTime;
}

function toVisitedCase({ personId, closedAt, ...row }: Tables['mobileGroupCase']): VisitedCase {
  return { ...row, personId: personId ?? null, closedAt: closedAt ?? null };
}
