import { z } from 'zod';
import { entityId, idempotencyKey, optional, shortText } from '../../kit/input.ts';
import { refuse } from '../../kit/refusal.ts';
import { createPersonWriter } from '../person-store.ts';
import { effectOn, type PersonCommand } from './register-provisional-person.ts';

const RecordContactsInput = z.object({
  idempotencyKey,
  personId: entityId,
  registeredAddress: optional(shortText),
  phone: optional(shortText),
});

/** Changes where a person is registered or can be called; what is left out stays. */
export const recordContacts: PersonCommand<z.output<typeof RecordContactsInput>> = {
  name: 'recordContacts',
  writes: 'CONTACTS',
  input: RecordContactsInput,
  read: async () => null,
  carryOut: async (trx, { personId, registeredAddress, phone }) => {
    if (registeredAddress === null && phone === null) {
      return refuse('INVALID_INPUT', 'The address or the phone must be given.', { path: ['input'] });
    }
    const write = createPersonWriter(trx);
    const person = await write.lockPerson(personId);
    if (!person) return refuse('NOT_FOUND', 'There must be such a person.', { path: ['input', 'personId'] });
    if (person.mergedInto !== null) {
      return refuse('INVALID_STATE', 'The contacts must be recorded for the person who was kept.', {
        path: ['input', 'personId'],
        entityId: person.mergedInto,
        currentState: 'MERGED',
      });
    }
    const change = {
      ...(registeredAddress === null ? {} : { registeredAddress }),
      ...(phone === null ? {} : { phone }),
    };
    await write.updatePerson(personId, change);
    return effectOn(personId, [], {
      before: { registeredAddress: person.registeredAddress, phone: person.phone },
      after: change,
    });
  },
};
