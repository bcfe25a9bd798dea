import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command, CommandContext } from '../../../kit/command.ts';
import { entityId, idempotencyKey, instant, longText, optional, shortText } from '../../../kit/input.ts';
import { PeerUnavailable } from '../../../kit/peer.ts';
import { PersonNamed } from '../../../kit/person-hint.ts';
import { type Decision, allow, refuse } from '../../../kit/refusal.ts';
import { signalIdOf } from '../../../kit/signal-id.ts';
import { findSubject } from '../../../kit/subject.ts';
import type { IntakeChannel, SignalSource } from '../../__generated__/resolvers.ts';
import { toSourceSystem } from '../../rules/source-system.ts';
import type { Tables } from '../../store.ts';
import { readMembers } from './family-members.ts';
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
  read: (_, input, context) => findMatter(input, context),
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
      return refuse('INVALID_INPUT', 'The place must lie in the area of a centre, or the family must have one.', {
        path: ['input', 'kato'],
      });
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

/**
 * Nobody, a person, a family, or a person of that family: what is named must exist and fit together. Whoever may be new is
 * asked for last, because a hint of an input that is refused must leave no provisional person behind.
 */
async function findMatter(input: SubmitSignalInput, context: CommandContext): Promise<Decision<Subject>> {
  if (input.occurredAt && Temporal.Instant.compare(input.occurredAt, context.now) > 0) {
    return refuse('INVALID_INPUT', 'The event must have happened; the time given is in the future.', {
      path: ['input', 'occurredAt'],
    });
  }
  const given = input.familyId === null ? null : await findFamily(context, input.familyId);
  if (given === 'UNKNOWN') return unknownFamily();
  const named =
    input.personId === null && input.person === null ? allow(null) : await findSubject('submitSignal', input, context);
  if (!named.ok) return named;
  const person = named.value;
  const personId = person?.id ?? null;
  const familyId = input.familyId ?? person?.familyId ?? null;
  if (familyId === null) return allow({ personId, familyId, memberIds: [] });
  const family = given ?? (await findFamily(context, familyId));
  if (family === 'UNKNOWN') return unknownFamily();
  if (family === 'UNAVAILABLE') {
    // Who is meant is known; the family is found when social protection answers again.
    if (personId !== null) return allow({ personId, familyId: null, memberIds: [] });
    return refuse('AGENCY_UNAVAILABLE', 'Social protection must say which family is meant; it does not answer now.');
  }
  if (person?.familyId && person.familyId !== family.id) {
    return refuse('INVALID_INPUT', 'The person must be one of that family; he or she belongs to another.', {
      path: ['input', 'familyId'],
    });
  }
  return allow({ personId, familyId: family.id, memberIds: family.memberIds });
}

async function findFamily({ peers }: Pick<CommandContext, 'peers'>, familyId: string) {
  try {
    return (await readMembers(peers, familyId)) ?? ('UNKNOWN' as const);
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    return 'UNAVAILABLE' as const;
  }
}

function unknownFamily() {
  return refuse('NOT_FOUND', 'There must be such a family.', { path: ['input', 'familyId'] });
}
