import { z } from 'zod';
import type { Command } from '../../../kit/command.ts';
import { tellFact } from '../../../kit/fact.ts';
import { tell } from '../../../kit/events.ts';
import { entityId, idempotencyKey, listOf, longText, optional } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { isOpposed } from '../../../kit/visible.ts';
import { decideIdentification } from '../../rules/identification-state.ts';
import { createShelterWriter } from '../../shelter-store.ts';
import type { Tables } from '../../store.ts';

const RecordVictimIdentificationInput = z.object({
  idempotencyKey,
  referralId: entityId,
  result: z.enum(
    ['CONFIRMED', 'NOT_CONFIRMED', 'PERSON_REFUSED'],
    'The result must be a decision: CONFIRMED, NOT_CONFIRMED or PERSON_REFUSED.',
  ),
  decidedAt: z.custom<Temporal.Instant>(),
  grounds: optional(listOf(longText)),
  measureId: optional(entityId),
});

export interface IdentificationAnswer {
  readonly referralId: string;
}

/**
 * The organisation that a referral was addressed to says whether the person is a victim (Rules p.24), once; the centre that
 * sent the referral learns it. Of referrals to others nothing is told.
 */
export const recordVictimIdentification: Command<
  Tables,
  z.output<typeof RecordVictimIdentificationInput>,
  null,
  IdentificationAnswer
> = {
  name: 'recordVictimIdentification',
  writes: 'INCIDENT_AS_VICTIM',
  roles: ['SOCIAL_PROTECTION', 'CRISIS_CENTRE'],
  input: RecordVictimIdentificationInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const { caller, now } = context;
    const write = createShelterWriter(trx);
    const found = await write.lockIdentification(input.referralId);
    if (
      !found ||
      caller.kind !== 'USER' ||
      ![found.crisisCentreId, found.organisationId].some((to) => to !== null && to === caller.organisationId) ||
      (await isOpposed(kitPart(trx), context, [found.personId]))
    ) {
      return refuse('NOT_FOUND', "There must be such a referral to the caller's organisation.", {
        path: ['input', 'referralId'],
      });
    }
    const next = decideIdentification({ id: found.referralId, status: found.result }, input);
    if (!next.ok) return next;
    if (Temporal.Instant.compare(input.decidedAt, now) > 0) {
      return refuse('INVALID_INPUT', 'The decision must have been taken.', { path: ['input', 'decidedAt'] });
    }
    await write.updateIdentification(found.referralId, {
      result: next.value,
      decidedAt: input.decidedAt,
      grounds: input.grounds && [...input.grounds],
      measureId: input.measureId ?? found.measureId,
    });
    return {
      answer: { referralId: found.referralId },
      audit: {
        entityIds: [found.referralId, found.personId],
        before: { result: found.result },
        after: { result: next.value },
      },
      events: [
        tell('IdentificationDecided', {
          referralId: found.referralId,
          result: input.result,
          at: input.decidedAt.toString(),
        }),
        ...tellFact(
          input.measureId,
          {
            evidenceKind: 'VICTIM_IDENTIFICATION',
            evidenceId: found.referralId,
            state: next.value,
            subject: { personId: found.personId, familyId: null },
          },
          context,
        ),
      ],
    };
  },
};
