import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command, CommandContext } from '../../../kit/command.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { entityId, idempotencyKey, instant, longText, optional, shortText } from '../../../kit/input.ts';
import { PeerUnavailable } from '../../../kit/peer.ts';
import { PersonNamed } from '../../../kit/person-hint.ts';
import { type Decision, allow, refuse } from '../../../kit/refusal.ts';
import { signalIdOf } from '../../../kit/signal-id.ts';
import { findSubject } from '../../../kit/subject.ts';
import type { IntakeChannel, SignalSource } from '../../__generated__/resolvers.ts';
import { createIntakeWriter } from '../../intake-store.ts';
import { toSourceSystem } from '../../rules/source-system.ts';
import type { Tables } from '../../store.ts';
import { type KnownFamily, readMembers } from './family-members.ts';
import { takeSignal } from './take-signal.ts';

const SubmitSignalInput = z.object({
  idempotencyKey,
  channel: z.custom<IntakeChannel>(),
  source: z.custom<SignalSource>(),
  sourceRecordId: optional(shortText),
  ...PersonNamed,
  familyId: optional(entityId),
  kato: z.string(),
  occurredAt: optional(instant),
  threatToLife: z.boolean(),
  summary: longText,
  reporter: optional(shortText),
});
type SubmitSignalInput = z.output<typeof SubmitSignalInput>;

/** Whom the signal is about, as social protection knows them. */
interface Subject {
  readonly personId: string | null;
  readonly familyId: string | null;
  readonly memberIds: readonly string[];
}

/** What the command stores as its answer. */
export interface SignalAnswer {
  readonly signalId: string;
  readonly appealId: string | null;
  readonly merged: boolean;
}

/** One piece of information from any of the five channels (Rules p.12), joined to the matter that it belongs to. */
export const submitSignal: Command<Tables, SubmitSignalInput, Decision<Subject>, SignalAnswer> = {
  name: 'submitSignal',
  writes: 'APPEAL_TEXT',
  input: SubmitSignalInput,
  read: async (db, input, context) => {
    const intake = createIntakeWriter(db);
    const { sourceRecordId, occurredAt, kato } = input;
    const sourceSystem = toSourceSystem(context.caller);
    const known = sourceRecordId === null ? null : await intake.findSubjectOfRecord(sourceSystem, sourceRecordId);
    if (known) return allow({ ...known, memberIds: [] });
    if (occurredAt && Temporal.Instant.compare(occurredAt, context.now) > 0) {
      return refuse('INVALID_INPUT', 'The event must have happened; the time given is in the future.', {
        path: ['input', 'occurredAt'],
      });
    }
    if (!mayHaveLead(input) && !(await intake.findCentreFor(kato, toLocalDate(context.now).toString()))) {
      return refuseWithoutCentre();
    }
    const matter = sourceRecordId === null ? input.idempotencyKey : signalIdOf(sourceSystem, sourceRecordId);
    return findMatter(input, matter, context);
  },
  carryOut: async (trx, input, subject, { caller, now, calendar }) => {
    if (!subject.ok) return subject;
    const { personId, familyId, memberIds } = subject.value;
    const sourceSystem = toSourceSystem(caller);
    const { events, ...answer } = await takeSignal(
      trx,
      {
        id: input.sourceRecordId === null ? randomUUID() : signalIdOf(sourceSystem, input.sourceRecordId),
        channel: input.channel,
        source: input.source,
        sourceSystem,
        sourceRecordId: input.sourceRecordId,
        senderId: caller.kind === 'USER' ? caller.organisationId : null,
        receivedAt: now,
        occurredAt: input.occurredAt,
        kato: input.kato,
        threatToLife: input.threatToLife,
        summary: input.summary,
        reporter: input.reporter,
        personId,
        familyId,
        eventKind: null,
        memberIds,
      },
      { now, calendar },
    );
    if (answer.appealId === null && !answer.merged && (personId ?? familyId) !== null) {
      return refuseWithoutCentre();
    }
    return {
      answer,
      audit: {
        entityIds: [answer.signalId, ...(answer.appealId ? [answer.appealId] : [])],
        after: { merged: answer.merged, threatToLife: input.threatToLife },
      },
      events,
    };
  },
};

/** Somebody the registry knows may belong to a family that a centre leads, wherever the signal comes from. */
function mayHaveLead({ personId, person, familyId }: SubmitSignalInput): boolean {
  return personId !== null || familyId !== null || (person !== null && person.iin !== null);
}

function refuseWithoutCentre() {
  return refuse('INVALID_INPUT', 'The place must lie in the area of a centre, or the family must have one.', {
    path: ['input', 'kato'],
  });
}

/**
 * Nobody, a person, a family, or a person of that family: what is named must exist and fit together. Somebody new is registered
 * last, so that a signal that is refused leaves nobody behind; a record makes a person once, under whatever key it comes.
 */
async function findMatter(
  input: SubmitSignalInput,
  matter: string,
  context: CommandContext,
): Promise<Decision<Subject>> {
  const given = input.familyId === null ? null : await readFamily(input, input.familyId, context);
  if (given && !given.ok) return given;
  const named =
    input.personId === null && input.person === null
      ? allow(null)
      : await findSubject('submitSignal', { ...input, idempotencyKey: matter }, context);
  if (!named.ok) return named;
  const person = named.value;
  const personId = person?.id ?? null;
  const found =
    given ?? (person?.familyId ? await readFamily({ ...input, personId }, person.familyId, context) : allow(null));
  if (!found.ok) return found;
  const family = found.value;
  if (family && person?.familyId && person.familyId !== family.id) {
    return refuse('INVALID_INPUT', 'The person must be one of that family; he or she belongs to another.', {
      path: ['input', 'familyId'],
    });
  }
  return allow({ personId, familyId: family?.id ?? null, memberIds: family?.memberIds ?? [] });
}

/** Null when social protection is down and a person is named by id: then the family is found when it answers again. */
async function readFamily(
  { personId }: Pick<SubmitSignalInput, 'personId'>,
  familyId: string,
  { peers }: CommandContext,
): Promise<Decision<KnownFamily | null>> {
  try {
    const family = await readMembers(peers, familyId);
    return family
      ? allow(family)
      : refuse('NOT_FOUND', 'There must be such a family.', { path: ['input', 'familyId'] });
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    if (personId !== null) return allow(null);
    return refuse('AGENCY_UNAVAILABLE', 'Social protection must say which family is meant; it does not answer now.');
  }
}
