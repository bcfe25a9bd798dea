import { z } from 'zod';
import { findIin } from '../../../schema/iin.ts';
import { toLocalDate } from '../../kit/deadline.ts';
import { entityId, idempotencyKey } from '../../kit/input.ts';
import { refuse } from '../../kit/refusal.ts';
import { createPersonWriter } from '../person-store.ts';
import { checkHolder } from '../rules/iin-holder.ts';
import { effectOn, type PersonCommand } from './register-provisional-person.ts';

const ConfirmPersonIdentityInput = z.object({ idempotencyKey, personId: entityId, iin: z.string() });

/** Settles who a PROVISIONAL person is by the IIN, after which an individual plan is possible (I-23); one holder for a number (I-03). */
export const confirmPersonIdentity: PersonCommand<z.output<typeof ConfirmPersonIdentityInput>> = {
  name: 'confirmPersonIdentity',
  writes: 'IDENTITY',
  input: ConfirmPersonIdentityInput,
  read: async () => null,
  carryOut: async (trx, { personId, iin }, _, { now }) => {
    const write = createPersonWriter(trx);
    const person = await write.lockPerson(personId);
    if (!person) return refuse('NOT_FOUND', 'There must be such a person.', { path: ['input', 'personId'] });
    const identityStatus = person.mergedInto === null ? person.identityStatus : 'MERGED';
    if (identityStatus !== 'PROVISIONAL') {
      return refuse('INVALID_STATE', `Only a PROVISIONAL person is confirmed; this one is ${identityStatus}.`, {
        path: ['input', 'personId'],
        entityId: personId,
        currentState: identityStatus,
      });
    }
    const path = ['input', 'iin'];
    const checked = checkHolder(findIin(iin, { allowSynthetic: true }), person.sex, toLocalDate(now), path);
    if (!checked.ok) return checked;
    const holder = await write.findHolder(iin);
    if (holder) {
      return refuse('INVALID_STATE', 'Another person holds this IIN; the two records are to be merged.', {
        path,
        entityId: holder.id,
        currentState: holder.identityStatus,
      });
    }
    const { birthDate, sex } = checked.value;
    const change = { birthDate, birthYear: Temporal.PlainDate.from(birthDate).year, sex };
    await write.updatePerson(personId, { ...change, iin, identityStatus: 'CONFIRMED' });
    // The number itself stays out of the audit (domain.md 8.5).
    return effectOn(personId, [], {
      before: { identityStatus, birthYear: person.birthYear, sex: person.sex },
      after: { identityStatus: 'CONFIRMED', ...change },
    });
  },
};
