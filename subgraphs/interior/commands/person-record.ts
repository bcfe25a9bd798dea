import { z } from 'zod';
import type { Command, CommandContext } from '../../kit/command.ts';
import { tellFact } from '../../kit/fact.ts';
import { entityId, idempotencyKey, optional } from '../../kit/input.ts';
import { kitPart } from '../../kit/kit-tables.ts';
import { findSurvivor } from '../../kit/merges.ts';
import { findNamedPerson, type NamedPerson } from '../../kit/person-hint.ts';
import { type Decision, refuse } from '../../kit/refusal.ts';
import { createWriter, type Tables } from '../store.ts';
import { OFFICERS } from './officer.ts';

/** What a command on the registers stores as its answer. */
export interface PersonRecordAnswer {
  readonly recordId: string;
  readonly personId: string;
}

/** What every command on a person's records says. */
export const ON_PERSON = { idempotencyKey, personId: entityId, measureId: optional(entityId) };
type OnPerson = z.output<z.ZodObject<typeof ON_PERSON>>;

/** A command that records one thing about a person whom the registry knows. */
export function onPerson<Input extends OnPerson>(definition: {
  name: string;
  input: z.ZodType<Input>;
  check: (input: Input, now: Temporal.Instant) => Decision;
  /** Stores the record, or finds it stored; returns its id. */
  put: (write: ReturnType<typeof createWriter>, input: Input, personId: string) => Promise<{ id: string }>;
  /** What the centres are told of the record's state. */
  stateOf: (input: Input, now: Temporal.Instant) => string;
}): Command<Tables, Input, Decision<NamedPerson>, PersonRecordAnswer> {
  return {
    name: definition.name,
    writes: 'OFFENDER_RECORDS',
    roles: OFFICERS,
    input: definition.input,
    read: (_, input, { peers }) =>
      findNamedPerson(peers, { personId: input.personId, person: null }, input.idempotencyKey),
    carryOut: async (trx, input, person, context: CommandContext) => {
      const checked = definition.check(input, context.now);
      if (!checked.ok) return checked;
      if (!person.ok) return person;
      const personId = person.value.id;
      // Nobody keeps the registers about himself or herself; it looks like a person that is not there.
      const officer = context.caller.kind === 'USER' ? context.caller.personId : null;
      if (officer !== null && (await findSurvivor(kitPart(trx), officer)) === personId) {
        return refuse('NOT_FOUND', 'There must be such a person.', { path: ['input', 'personId'] });
      }
      const { id } = await definition.put(createWriter(trx), input, personId);
      return {
        answer: { recordId: id, personId },
        audit: { entityIds: [id, personId] },
        events: tellFact(
          input.measureId,
          // An offender may belong to another family than the one that the plan protects.
          { evidenceKind: null, evidenceId: null, state: definition.stateOf(input, context.now), subject: null },
          context,
        ),
      };
    },
  };
}
