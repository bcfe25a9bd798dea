import { z } from 'zod';
import type { Command } from '../../../kit/command.ts';
import { tellFact } from '../../../kit/fact.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { dateText, entityId, idempotencyKey, optional } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import type { DisabilityRecord, Tables } from '../../store.ts';
import { createSupportWriter } from '../../support-store.ts';
import { findUnmergedPerson } from '../person-named.ts';
import { SUPPORT_RECORDERS } from './recorders.ts';

const RecordDisabilityInput = z.object({
  idempotencyKey,
  personId: entityId,
  group: z.custom<DisabilityRecord['disabilityGroup']>(),
  since: dateText,
  measureId: optional(entityId),
});

export interface DisabilityAnswer {
  readonly personId: string;
}

/** Records the disability group that was established, or that it has lapsed. */
export const recordDisability: Command<Tables, z.output<typeof RecordDisabilityInput>, null, DisabilityAnswer> = {
  name: 'recordDisability',
  writes: 'SOCIAL_SUPPORT',
  roles: SUPPORT_RECORDERS,
  input: RecordDisabilityInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    if (input.since > toLocalDate(context.now).toString()) {
      return refuse('INVALID_INPUT', 'The day from which the group holds must have come.', {
        path: ['input', 'since'],
      });
    }
    const person = await findUnmergedPerson(trx, input.personId);
    if (!person.ok) return person;
    const write = createSupportWriter(trx);
    const before = await write.findDisability(person.value.id);
    const row: DisabilityRecord = {
      personId: person.value.id,
      disabilityGroup: input.group,
      since: input.since,
      measureId: input.measureId ?? before?.measureId ?? null,
    };
    await write.storeDisability(row);
    return {
      answer: { personId: row.personId },
      audit: { entityIds: [row.personId], before: before ?? null, after: row },
      // A disability group is no record of its own that could be linked as evidence.
      events: tellFact(
        input.measureId,
        {
          evidenceKind: null,
          evidenceId: null,
          state: row.disabilityGroup,
          subject: { personId: row.personId, familyId: person.value.familyId },
        },
        context,
      ),
    };
  },
};
