import { writeAudit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/database.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { type Job, takeSteps } from '../../../kit/jobs.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { appendEvents } from '../../../kit/outbox.ts';
import { readFamilyFacts } from './family-facts.ts';
import { openPlanJournal, SYSTEM } from './plan-journal.ts';
import { findRepeatedBenefits } from './wanted-measures.ts';
import { createPlanWriter } from '../../plan-store.ts';
import { checkBeneficiaries } from '../../rules/plan-draft.ts';
import { movePlan } from '../../rules/plan-state.ts';
import { createWriter, lockPlan, type Tables } from '../../store.ts';

/** After its last day a plan is EXPIRED, until it is closed with a ground or evaluated; a revision that was under way is void. */
const expirePlans: Job<Tables> = {
  name: 'expire-plans',
  run: async (db, context) => {
    const { now } = context;
    const today = toLocalDate(now).toString();
    let taken = 0;
    for (;;) {
      const due = await createPlanWriter(db).listPlansPastEnd(today);
      const expired = await takeSteps(db, context, due, async (trx, { id }) => {
        const plan = await lockPlan(trx, id);
        if (!plan || plan.endDate >= today) return 0;
        const next = movePlan(plan, 'expire');
        if (!next.ok) return 0;
        const journal = openPlanJournal(trx, plan, now);
        await journal.step('EXPIRED', { organisation: SYSTEM }, { status: next.value });
        const open = await journal.plans.listOpenMeasures(id);
        const planned = open.filter(({ status }) => status === 'PLANNED');
        await journal.stepMeasures(planned, ['CANCELLED'], { organisation: SYSTEM });
        await writeAudit(kitPart(trx), 'expirePlan', context, { entityIds: [id], after: { status: next.value } });
        await appendEvents(kitPart(trx), await journal.close(), now);
        return 1;
      });
      taken += expired;
      if (expired === 0) return taken;
    }
  },
};

/**
 * Plans made while social protection was down are compared with what it knows as soon as it answers (decision B3). A plan for
 * somebody who is not an identified member of the family stays unchecked: its approval says why.
 */
const checkDuplicates: Job<Tables> = {
  name: 'check-duplicates',
  run: async (db, context) => {
    const { now } = context;
    let taken = 0;
    for (const { id, familyId } of await createPlanWriter(db).listPlansToCheck()) {
      const facts = await readFamilyFacts(context.peers, familyId);
      if (facts === 'UNAVAILABLE') break;
      if (facts === 'UNKNOWN') continue;
      taken += await takeSteps(db, context, [id], async (trx) => {
        const plan = await lockPlan(trx, id);
        if (!plan || plan.duplicatesChecked) return 0;
        const measures = await createPlanWriter(trx).listOpenMeasures(id);
        const beneficiaries = measures.map(({ beneficiaryId }) => ({ beneficiaryPersonId: beneficiaryId }));
        if (!checkBeneficiaries(beneficiaries, facts.members).ok) return 0;
        const write = createWriter(trx);
        await write.updatePlan(id, { duplicatesChecked: true });
        await writeAudit(kitPart(trx), 'checkDuplicates', context, {
          entityIds: [id],
          after: { benefitIds: findRepeatedBenefits(measures, facts).map(({ benefitId }) => benefitId) },
        });
        await write.recordChanges([{ kind: 'PLAN', planId: id, concerns: [plan.leadCentreId] }], now);
        return 1;
      });
    }
    return taken;
  },
};

/** One submission for each late measure of a state body, whatever becomes of the measure later (R-040, decision C5). */
const submitLateMeasures: Job<Tables> = {
  name: 'submit-late-measures',
  run: async (db, context) => {
    const { now } = context;
    const today = toLocalDate(now).toString();
    let taken = 0;
    for (;;) {
      const submitted = await inTransaction(db, async (trx) => {
        const rows = await createPlanWriter(trx).submitLateMeasures(null, today, now);
        if (rows.length === 0) return 0;
        await writeAudit(kitPart(trx), 'submitLateMeasures', context, {
          entityIds: rows.map(({ measureId }) => measureId),
        });
        await createWriter(trx).recordChanges(
          rows.map(({ measureId, organisationId, leadCentreId }) => ({
            kind: 'MEASURE' as const,
            measureId,
            concerns: [organisationId, leadCentreId],
          })),
          now,
        );
        return rows.length;
      });
      if (submitted === 0) return taken;
      taken += submitted;
    }
  },
};

/** What happens to plans when time has passed. */
export const planJobs: readonly Job<Tables>[] = [expirePlans, checkDuplicates, submitLateMeasures];
