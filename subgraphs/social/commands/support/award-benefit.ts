import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../../kit/command.ts';
import { tellFact } from '../../../kit/fact.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { dateText, entityId, idempotencyKey, optional, shortText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { checkAward, endRunOut } from '../../rules/benefit-state.ts';
import type { BenefitAwardRow, Tables } from '../../store.ts';
import { createSupportWriter } from '../../support-store.ts';
import { findPersonNamed } from '../person-named.ts';
import { SUPPORT_RECORDERS } from './recorders.ts';

const AwardBenefitInput = z.object({
  idempotencyKey,
  personId: entityId,
  code: shortText,
  from: dateText,
  to: optional(dateText),
  measureId: optional(entityId),
});

/** What a command on an award stores as its answer. */
export interface BenefitAnswer {
  readonly benefitId: string;
}

/** Social protection awards a measure of state support; one that the person gets already is shown and not awarded again (I-11). */
export const awardBenefit: Command<Tables, z.output<typeof AwardBenefitInput>, null, BenefitAnswer> = {
  name: 'awardBenefit',
  writes: 'SOCIAL_SUPPORT',
  roles: SUPPORT_RECORDERS,
  input: AwardBenefitInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const checked = checkAward(input);
    if (!checked.ok) return checked;
    const person = await findPersonNamed(trx, input.personId);
    if (!person.ok) return person;
    const write = createSupportWriter(trx);
    const existing = await write.findActiveBenefit(person.value.id, input.code);
    // What has run out is in nobody's way, also while the job has not ended it yet.
    const runOut = existing ? endRunOut(existing, toLocalDate(context.now)) : null;
    if (existing && !runOut) {
      return {
        ok: false,
        conflict: { benefitId: existing.id },
        refusal: refuse(
          'INVALID_STATE',
          'A person must have one active award of a code; this person has one already.',
          {
            path: ['input', 'code'],
            entityId: existing.id,
            currentState: existing.status,
          },
        ),
      };
    }
    const award: BenefitAwardRow = {
      id: randomUUID(),
      personId: person.value.id,
      code: input.code,
      startsOn: input.from,
      endsOn: input.to,
      status: 'ACTIVE',
      measureId: input.measureId,
      version: 1,
    };
    if (existing && runOut) await write.updateBenefit(existing.id, runOut);
    await write.insertBenefit(award);
    return {
      answer: { benefitId: award.id },
      audit: {
        entityIds: [award.id, award.personId, ...(existing ? [existing.id] : [])],
        before: existing ?? null,
        after: award,
      },
      events: tellFact(
        input.measureId,
        {
          evidenceKind: 'BENEFIT_AWARD',
          evidenceId: award.id,
          state: award.status,
          subject: { personId: award.personId, familyId: person.value.familyId },
        },
        context,
      ),
    };
  },
};
