import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { toLocalDate } from '../../kit/deadline.ts';
import { dateText, optional } from '../../kit/input.ts';
import { isOnRegister } from '../rules/registers.ts';
import { checkStay } from '../rules/reported-time.ts';
import { ON_PERSON, onPerson } from './person-record.ts';

/** A person is put on the probation register or, with `until`, taken off it. */
export const recordProbation = onPerson({
  name: 'recordProbation',
  input: z.object({ ...ON_PERSON, since: dateText, until: optional(dateText) }),
  check: checkStay,
  put: (write, { since, until }, personId) => write.putProbation({ id: randomUUID(), personId, since, until }),
  stateOf: (stay, now) => (isOnRegister(stay, toLocalDate(now)) ? 'ON_REGISTER' : 'OFF_REGISTER'),
});
