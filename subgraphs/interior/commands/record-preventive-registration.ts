import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { toLocalDate } from '../../kit/deadline.ts';
import { dateText, optional, shortText } from '../../kit/input.ts';
import { isOnRegister } from '../rules/registers.ts';
import { checkStay } from '../rules/reported-time.ts';
import { ON_PERSON, onPerson } from './person-record.ts';

/** A person is put on the preventive register of internal affairs or, with `until`, taken off it. */
export const recordPreventiveRegistration = onPerson({
  name: 'recordPreventiveRegistration',
  input: z.object({ ...ON_PERSON, ground: shortText, since: dateText, until: optional(dateText) }),
  check: checkStay,
  put: (write, { ground, since, until }, personId) =>
    write.putPreventiveRegistration({ id: randomUUID(), personId, ground, since, until }),
  stateOf: (stay, now) => (isOnRegister(stay, toLocalDate(now)) ? 'ON_REGISTER' : 'OFF_REGISTER'),
});
