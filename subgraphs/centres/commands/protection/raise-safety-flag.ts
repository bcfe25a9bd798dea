import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import type { SafetyFlagKind } from '../../__generated__/resolvers.ts';
import { findOwnPerson, type PersonRead, readPerson } from './case-person.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

const RaiseSafetyFlagInput = z.object({ idempotencyKey, personId: entityId, kind: z.custom<SafetyFlagKind>() });

export interface SafetyFlagAnswer {
  readonly safetyFlagId: string;
}

/** What everybody who works with the person must observe; a flag that stands already is returned as it is. */
export const raiseSafetyFlag: ProtectionCommand<z.output<typeof RaiseSafetyFlagInput>, SafetyFlagAnswer, PersonRead> = {
  name: 'raiseSafetyFlag',
  writes: 'CONSENT_AND_SAFETY',
  roles: ['CASE_MANAGER', 'FAMILY_MEMBER'],
  input: RaiseSafetyFlagInput,
  read: (_, { personId }, { peers }) => readPerson(peers, personId),
  carryOut: async (trx, input, read, { caller, now }) => {
    const write = createWriters(trx);
    const person = await findOwnPerson(trx, read, input.personId, { caller, now });
    if (!person.ok) return person;
    const { id: personId } = person.value;
    const flag = await write.raiseFlag({ id: randomUUID(), personId, kind: input.kind, since: now, clearedAt: null });
    return {
      answer: { safetyFlagId: flag.id },
      audit: { entityIds: [flag.id, personId], after: { kind: input.kind, fresh: flag.fresh } },
    };
  },
};
