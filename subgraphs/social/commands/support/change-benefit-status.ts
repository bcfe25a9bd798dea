import { z } from 'zod';
import { type Command, conflictWith } from '../../../kit/command.ts';
import { tellFact } from '../../../kit/fact.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { dateText, entityId, idempotencyKey, optional } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import {
  BENEFIT,
  BENEFIT_MOVE_TO,
  type BenefitStatus,
  hasRunOut,
  lastDayOfEntitlement,
} from '../../rules/benefit-state.ts';
import type { Tables } from '../../store.ts';
import { createSupportWriter, findFamilyOf } from '../../support-store.ts';
import type { BenefitAnswer } from './award-benefit.ts';
import { SUPPORT_RECORDERS } from './recorders.ts';

const ChangeBenefitStatusInput = z.object({
  idempotencyKey,
  benefitId: entityId,
  expectedVersion: z.int(),
  status: z.custom<BenefitStatus>(),
  on: dateText,
  measureId: optional(entityId),
});

/** Suspends, resumes or ends an award. A suspended one is not resumed beside another that is active (I-11). */
export const changeBenefitStatus: Command<Tables, z.output<typeof ChangeBenefitStatusInput>, null, BenefitAnswer> = {
  name: 'changeBenefitStatus',
  writes: 'SOCIAL_SUPPORT',
  roles: SUPPORT_RECORDERS,
  input: ChangeBenefitStatusInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const write = createSupportWriter(trx);
    const award = await write.lockBenefit(input.benefitId);
    if (!award) return refuse('NOT_FOUND', 'There must be such an award.', { path: ['input', 'benefitId'] });
    if (award.version !== input.expectedVersion) {
      return conflictWith<BenefitAnswer>(
        { benefitId: award.id },
        { entityId: award.id, expected: input.expectedVersion, version: award.version, path: 'expectedVersion' },
      );
    }
    const next = move(BENEFIT, award, BENEFIT_MOVE_TO[input.status]);
    if (!next.ok) return next;
    if (next.value !== 'ENDED' && hasRunOut(award, toLocalDate(context.now))) {
      return refuse('INVALID_STATE', `An award must not have run out; its last day was ${award.endsOn}.`, {
        entityId: award.id,
        currentState: award.status,
      });
    }
    if (input.on < award.startsOn || input.on > toLocalDate(context.now).toString()) {
      return refuse('INVALID_INPUT', 'The new state must hold from a day of the entitlement that has come.', {
        path: ['input', 'on'],
      });
    }
    const active = next.value === 'ACTIVE' ? await write.findActiveBenefit(award.personId, award.code) : undefined;
    if (active) {
      return refuse('INVALID_STATE', 'A person must have one active award of a code; this person has another one.', {
        path: ['input', 'status'],
        entityId: active.id,
        currentState: active.status,
      });
    }
    const change = {
      status: next.value,
      endsOn: next.value === 'ENDED' ? lastDayOfEntitlement(award, input.on) : award.endsOn,
      measureId: input.measureId ?? award.measureId,
      version: award.version + 1,
    };
    await write.updateBenefit(award.id, change);
    return {
      answer: { benefitId: award.id },
      audit: { entityIds: [award.id, award.personId], before: award, after: { ...change, on: input.on } },
      events: tellFact(
        input.measureId,
        {
          evidenceKind: 'BENEFIT_AWARD',
          evidenceId: award.id,
          state: next.value,
          subject: { personId: award.personId, familyId: await findFamilyOf(trx, award.personId) },
        },
        context,
      ),
    };
  },
};
