import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { dateText, instant, longText } from '../../kit/input.ts';
import { checkCourtDecision } from '../rules/reported-time.ts';
import { ON_PERSON, onPerson } from './person-record.ts';

/** A court demands or forbids something of an offender (Law No. 214-IV art. 22); the same words of the same decision stand once. */
export const recordCourtRequirement = onPerson({
  name: 'recordCourtRequirement',
  input: z.object({ ...ON_PERSON, decidedAt: instant, until: dateText, requirement: longText }),
  check: checkCourtDecision,
  put: async (write, { decidedAt, until, requirement }, personId) => {
    const like = { personId, decidedAt, until, requirement };
    const known = await write.findCourtRequirement(like);
    if (known) return known;
    const row = { id: randomUUID(), ...like };
    await write.insertCourtRequirement(row);
    return row;
  },
  stateOf: () => 'RECORDED',
});
