import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { entityId, idempotencyKey, listOf, optional, shortText } from '../../kit/input.ts';
import { refuse } from '../../kit/refusal.ts';
import { createFamilyWriter } from '../family-store.ts';
import { checkIndicators } from '../rules/wellbeing-indicators.ts';
import type { WellbeingRatingRow } from '../store.ts';
import type { FamilyCommand } from './register-family.ts';

const PushWellbeingInput = z.object({
  idempotencyKey,
  familyId: entityId,
  category: z.custom<WellbeingRatingRow['category']>(),
  methodology: z.custom<WellbeingRatingRow['methodology']>(),
  calculatedAt: z.instanceof(Temporal.Instant),
  indicators: optional(listOf(z.object({ domain: z.string(), code: shortText, deprived: z.boolean() }))),
});

/** Stores a rating of the Digital Family Card; by when it was calculated it becomes the current one or history. */
export const pushWellbeing: FamilyCommand<z.output<typeof PushWellbeingInput>> = {
  name: 'pushWellbeing',
  writes: 'WELLBEING_CATEGORY',
  roles: ['INTEGRATOR', 'SOCIAL_PROTECTION'],
  input: PushWellbeingInput,
  read: async () => null,
  carryOut: async (trx, input, _, { now }) => {
    const { category, methodology, calculatedAt } = input;
    const write = createFamilyWriter(trx);
    const familyId = await write.lockSurvivingFamily(input.familyId);
    if (familyId === null) return refuse('NOT_FOUND', 'There must be such a family.', { path: ['input', 'familyId'] });
    if (Temporal.Instant.compare(calculatedAt, now) > 0) {
      return refuse('INVALID_INPUT', 'A rating must not have been calculated in the future.', {
        path: ['input', 'calculatedAt'],
      });
    }
    const indicators = checkIndicators(methodology, input.indicators ?? []);
    if (!indicators.ok) return indicators;
    const rating = { id: randomUUID(), familyId, category, methodology, calculatedAt };
    await write.insertRating({ ...rating, indicators: JSON.stringify(indicators.value) });
    return {
      answer: { familyId },
      audit: {
        entityIds: [familyId, rating.id],
        after: { category, methodology, calculatedAt: calculatedAt.toString() },
      },
    };
  },
};
