import { z } from 'zod';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { findPersonOfFlag } from '../../protection-store.ts';
import { findOwnPerson, type PersonRead, readPerson } from './case-person.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';
import type { SafetyFlagAnswer } from './raise-safety-flag.ts';

const ClearSafetyFlagInput = z.object({ idempotencyKey, safetyFlagId: entityId, reason: longText });

/** The danger is over, for a reason that is kept. A flag that was cleared before is not there any more. */
export const clearSafetyFlag: ProtectionCommand<z.output<typeof ClearSafetyFlagInput>, SafetyFlagAnswer, PersonRead> = {
  name: 'clearSafetyFlag',
  writes: 'CONSENT_AND_SAFETY',
  roles: ['CASE_MANAGER', 'FAMILY_MEMBER'],
  input: ClearSafetyFlagInput,
  read: async (db, { safetyFlagId }, { peers }) => {
    const personId = await findPersonOfFlag(db, safetyFlagId);
    return personId === null ? 'UNKNOWN' : readPerson(peers, personId);
  },
  carryOut: async (trx, input, read, { caller, now }) => {
    const write = createWriters(trx);
    const missing = refuse('NOT_FOUND', 'There must be such a flag, and it must stand.', {
      path: ['input', 'safetyFlagId'],
    });
    const flag = await write.lockFlag(input.safetyFlagId);
    if (!flag || flag.clearedAt !== null) return missing;
    const person = await findOwnPerson(trx, read, flag.personId, { caller, now }, 'safetyFlagId');
    if (!person.ok) return person.code === 'NOT_FOUND' ? missing : person;
    await write.clearFlag(flag.id, now);
    return {
      answer: { safetyFlagId: flag.id },
      audit: { entityIds: [flag.id, flag.personId], before: { kind: flag.kind }, after: { reason: input.reason } },
    };
  },
};
