import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../kit/command.ts';
import { tell } from '../../kit/events.ts';
import { idempotencyKey, instant, longText, optional } from '../../kit/input.ts';
import { type NamedPerson, PersonNamed } from '../../kit/person-hint.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { signalIdOf } from '../../kit/signal-id.ts';
import { findSubject } from '../../kit/subject.ts';
import { createRecordWriter } from '../record-store.ts';
import { checkEpisodeTimes } from '../rules/episode.ts';
import type { MedicalEpisodeRow, Tables } from '../store.ts';
import { findOwnOrganisation, type OwnOrganisation } from './own-organisation.ts';

const ReportInjurySignalInput = z.object({
  idempotencyKey,
  ...PersonNamed,
  openedAt: instant,
  kato: optional(z.string()),
  suspicionOfViolence: z.boolean(),
  threatToLife: z.boolean(),
  summary: optional(longText),
});
type ReportInjurySignalInput = z.output<typeof ReportInjurySignalInput>;

interface Known {
  readonly person: NamedPerson;
  readonly kato: string;
  readonly organisation: OwnOrganisation;
}

export interface EpisodeAnswer {
  readonly episodeId: string;
}

/** Health has no outside source system of its own: its records are known to the centres under its name. */
const SOURCE_SYSTEM = 'HEALTH';

/** The signal that a reported episode causes. */
export function signalOf(episodeId: string): string {
  return signalIdOf(SOURCE_SYSTEM, episodeId);
}

/**
 * A doctor reports an injury. It takes neither consent nor a police record (R-068, domain.md 8.4): the episode with the
 * doctor's words stays here, the centres get a signal without any diagnosis.
 */
export const reportInjurySignal: Command<Tables, ReportInjurySignalInput, Decision<Known>, EpisodeAnswer> = {
  name: 'reportInjurySignal',
  writes: 'MEDICAL_DETAILS',
  roles: ['DOCTOR'],
  input: ReportInjurySignalInput,
  read: async (db, input, context) => {
    const checked = checkEpisodeTimes({ openedAt: input.openedAt, closedAt: null }, context.now);
    if (!checked.ok) return checked;
    const kato = input.kato ?? (context.caller.kind === 'USER' ? context.caller.districtKato : null);
    if (kato === null) {
      return refuse('INVALID_INPUT', 'The place must be given by a doctor who works in no district.', {
        path: ['input', 'kato'],
      });
    }
    const organisation = await findOwnOrganisation(db, context);
    if (!organisation.ok) return organisation;
    // Last: a hint of an input that is refused must leave no provisional person behind.
    const person = await findSubject('reportInjurySignal', input, context);
    return person.ok ? allow({ person: person.value, kato, organisation: organisation.value }) : person;
  },
  carryOut: async (trx, input, known, { now }) => {
    if (!known.ok) return known;
    const { person, kato, organisation } = known.value;
    const id = randomUUID();
    const episode: MedicalEpisodeRow = {
      id,
      personId: person.id,
      openedAt: input.openedAt,
      closedAt: null,
      kind: 'INJURY',
      organisation: organisation.title,
      organisationId: organisation.id,
      suspicionOfViolence: input.suspicionOfViolence,
      summary: input.summary,
      signalId: signalOf(id),
    };
    await createRecordWriter(trx).insertEpisode(episode);
    const { signalId } = episode;
    return {
      answer: { episodeId: id },
      audit: { entityIds: [id, person.id], after: { signalId, threatToLife: input.threatToLife } },
      events: [
        tell('SignalReported', {
          signalId: signalOf(id),
          source: 'HEALTH',
          sourceSystem: SOURCE_SYSTEM,
          sourceRecordId: id,
          personId: person.id,
          kind: input.suspicionOfViolence ? SUSPECTED : null,
          kato,
          occurredAt: input.openedAt.toString(),
          receivedAt: now.toString(),
          threatToLife: input.threatToLife,
          summary: input.suspicionOfViolence ? 'Подозрение на насилие' : null,
          senderId: organisation.id,
        }),
      ],
    };
  },
};

/** An injury that was inflicted: so the police name the same event, and the centres join the two (domain.md 6.3). */
const SUSPECTED = 'PHYSICAL_VIOLENCE';
