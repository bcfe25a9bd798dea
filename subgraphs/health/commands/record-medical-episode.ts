import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../kit/command.ts';
import { tellFact } from '../../kit/fact.ts';
import { entityId, idempotencyKey, instant, longText, optional } from '../../kit/input.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { findSubject } from '../../kit/subject.ts';
import { createRecordWriter } from '../record-store.ts';
import { checkEpisodeTimes, completeEpisode } from '../rules/episode.ts';
import type { MedicalEpisodeRow, Tables } from '../store.ts';
import { findOwnOrganisation, type OwnOrganisation } from './own-organisation.ts';
import type { EpisodeAnswer } from './report-injury-signal.ts';

const RecordMedicalEpisodeInput = z.object({
  idempotencyKey,
  personId: entityId,
  episodeId: optional(entityId),
  kind: z.custom<MedicalEpisodeRow['kind']>(),
  openedAt: instant,
  closedAt: optional(instant),
  suspicionOfViolence: z
    .boolean()
    .nullish()
    .transform((suspected) => suspected ?? false),
  summary: optional(longText),
  measureId: optional(entityId),
});
type RecordMedicalEpisodeInput = z.output<typeof RecordMedicalEpisodeInput>;

interface Known {
  readonly personId: string;
  readonly familyId: string | null;
  readonly organisation: OwnOrganisation;
}

/** Records an episode of care at the caller's own organisation, or completes one of its own; the centres get no signal. */
export const recordMedicalEpisode: Command<Tables, RecordMedicalEpisodeInput, Decision<Known>, EpisodeAnswer> = {
  name: 'recordMedicalEpisode',
  writes: 'MEDICAL_DETAILS',
  roles: ['DOCTOR'],
  input: RecordMedicalEpisodeInput,
  read: async (db, input, context) => {
    const times = checkEpisodeTimes(input, context.now);
    if (!times.ok) return times;
    const person = await findSubject('recordMedicalEpisode', input, context);
    if (!person.ok) return person;
    const organisation = await findOwnOrganisation(db, context);
    if (!organisation.ok) return organisation;
    const { id: personId, familyId } = person.value;
    return allow({ personId, familyId, organisation: organisation.value });
  },
  carryOut: async (trx, input, known, context) => {
    if (!known.ok) return known;
    const { personId, familyId, organisation } = known.value;
    const write = createRecordWriter(trx);
    const { kind, openedAt, closedAt, suspicionOfViolence, summary } = input;
    const said = { kind, openedAt, closedAt, suspicionOfViolence, summary };
    const id = input.episodeId ?? randomUUID();
    if (input.episodeId === null) {
      await write.insertEpisode({
        ...said,
        id,
        personId,
        organisation: organisation.title,
        organisationId: organisation.id,
        signalId: null,
      });
    } else {
      const episode = await write.findEpisode(input.episodeId);
      if (episode?.personId !== personId || episode.organisationId !== organisation.id) {
        return refuse('NOT_FOUND', 'The episode must be one of this patient at the own organisation.', {
          path: ['input', 'episodeId'],
        });
      }
      await write.updateEpisode(id, completeEpisode(episode, said));
    }
    return {
      answer: { episodeId: id },
      audit: { entityIds: [id, personId], after: { closed: closedAt !== null } },
      events: tellFact(
        input.measureId,
        // Care is no evidence: that there is an episode at all is medical secrecy.
        {
          evidenceKind: null,
          evidenceId: null,
          state: closedAt === null ? 'OPEN' : 'CLOSED',
          subject: { personId: personId, familyId: familyId },
        },
        context,
      ),
    };
  },
};
