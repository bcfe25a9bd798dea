import { writeAudit } from '../../../kit/audit.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { type Job, takeSteps } from '../../../kit/jobs.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { endRunOut } from '../../rules/benefit-state.ts';
import type { Tables } from '../../store.ts';
import { createSupportWriter, listBenefitsEndingBefore } from '../../support-store.ts';

/** Ends the awards whose last day of entitlement is over: they are no help any more, and no conflict with a plan (I-11). */
export const endBenefits: Job<Tables> = {
  name: 'end-benefits',
  run: async (db, context) => {
    const today = toLocalDate(context.now);
    return takeSteps(db, context, await listBenefitsEndingBefore(db, today), async (trx, { id }) => {
      const write = createSupportWriter(trx);
      const award = await write.lockBenefit(id);
      const after = award ? endRunOut(award, today) : null;
      if (!award || !after) return 0;
      await write.updateBenefit(id, after);
      const { personId, status, version } = award;
      await writeAudit(kitPart(trx), `job:${endBenefits.name}`, context, {
        entityIds: [id, personId],
        before: { status, version },
        after,
      });
      return 1;
    });
  },
};
