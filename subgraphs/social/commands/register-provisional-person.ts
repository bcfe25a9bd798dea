import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { findIin } from '../../../schema/iin.ts';
import type { Command, Effect } from '../../kit/command.ts';
import { toLocalDate } from '../../kit/deadline.ts';
import { idempotencyKey } from '../../kit/input.ts';
import { PersonHint } from '../../kit/person-hint.ts';
import { refuse } from '../../kit/refusal.ts';
import { createPersonWriter, type PersonWriter, toTraits } from '../person-store.ts';
import { checkHolder } from '../rules/iin-holder.ts';
import { matchPersons } from '../rules/person-matching.ts';
import type { LinkSuggestionRow, PersonRecord, Tables } from '../store.ts';

/** What a command on a person stores as its answer. */
export interface PersonAnswer {
  readonly personId: string;
  readonly suggestionIds: readonly string[];
}

export type PersonCommand<Input extends { idempotencyKey: string }> = Command<Tables, Input, null, PersonAnswer>;

const RegisterProvisionalPersonInput = z.object({ idempotencyKey, hint: PersonHint });

/**
 * Lets somebody without an IIN enter (decision B1): a PROVISIONAL person of what is known, with suggestions of who it may be.
 * A hint with the IIN of a known person names that person, and nothing is created.
 */
export const registerProvisionalPerson: PersonCommand<z.output<typeof RegisterProvisionalPersonInput>> = {
  name: 'registerProvisionalPerson',
  writes: 'IDENTITY',
  services: ['interior', 'health', 'education', 'centres'],
  input: RegisterProvisionalPersonInput,
  read: async () => null,
  carryOut: async (trx, { hint }, _, { now }) => {
    const write = createPersonWriter(trx);
    const today = toLocalDate(now);
    if (Object.values(hint).every((known) => known === null)) {
      return refuse('INVALID_INPUT', 'At least one field of the hint must be given.', { path: ['input', 'hint'] });
    }
    if (hint.iin !== null) {
      const path = ['input', 'hint', 'iin'];
      const checked = checkHolder(findIin(hint.iin, { allowSynthetic: true }), hint.sex, today, path);
      if (!checked.ok) return checked;
      const holder = await write.findHolder(hint.iin);
      if (!holder) return refuse('IIN_NOT_FOUND', 'The IIN must be of a person of the registry.', { path });
      return { answer: { personId: holder.id, suggestionIds: [] }, audit: { entityIds: [holder.id] } };
    }
    if (hint.birthYear !== null && (hint.birthYear < EARLIEST_YEAR || hint.birthYear > today.year)) {
      return refuse('INVALID_INPUT', `The year of birth must be from ${EARLIEST_YEAR} to the present one.`, {
        path: ['input', 'hint', 'birthYear'],
      });
    }
    const person: PersonRecord = {
      id: randomUUID(),
      iin: null,
      identityStatus: 'PROVISIONAL',
      mergedInto: null,
      fullName: hint.fullName,
      birthDate: null,
      birthYear: hint.birthYear,
      sex: hint.sex,
      registeredKato: hint.kato,
      registeredAddress: null,
      phone: hint.phone,
      recordedAt: now,
    };
    await write.insertPerson(person);
    return effectOn(person.id, await suggestLinks(write, person, now), { after: person });
  },
};

const EARLIEST_YEAR = 1890;

/** What a command on one person did, with its audit. */
export function effectOn(
  personId: string,
  suggestionIds: readonly string[],
  audit: Pick<Effect<unknown>['audit'], 'before' | 'after'>,
): Effect<PersonAnswer> {
  return { answer: { personId, suggestionIds }, audit: { entityIds: [personId, ...suggestionIds], ...audit } };
}

/** More is no help to who decides. */
const MOST_SUGGESTIONS = 10;

/** Suggests the likeliest other records of a person, for a human to decide; nothing is ever joined by itself. */
export async function suggestLinks(write: PersonWriter, person: PersonRecord, now: Temporal.Instant) {
  const traits = toTraits(person);
  const matches = (await write.listCandidates(person.id, traits))
    .flatMap((candidate) => {
      const match = matchPersons(candidate, traits);
      return match ? [{ ...match, id: candidate.id }] : [];
    })
    .toSorted((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1))
    .slice(0, MOST_SUGGESTIONS);
  return write.insertSuggestions(
    matches.map(({ id, score, reasons }): LinkSuggestionRow => ({
      id: randomUUID(),
      leftPersonId: id,
      rightPersonId: person.id,
      score,
      reasons: [...reasons],
      status: 'OPEN',
      suggestedAt: now,
      decidedAt: null,
    })),
  );
}
