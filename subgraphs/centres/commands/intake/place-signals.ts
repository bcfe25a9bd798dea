import { writeAudit } from '../../../kit/audit.ts';
import { type Job, takeSteps } from '../../../kit/jobs.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { appendEvents } from '../../../kit/outbox.ts';
import { createIntakeQueues } from '../../intake-store.ts';
import type { Tables } from '../../store.ts';
import { askForFamily } from './family-members.ts';
import { toCaseWriter } from './own-appeal.ts';
import { placeWaitingSignal } from './take-signal.ts';

/** So long a signal about nobody waits to be rejected [P]; then it is handled like any other, so that none is forgotten. */
const HOURS_TO_REJECT = 4;
const BATCH = 100;

/**
 * Opens an appeal for what nobody rejected. What came from a region without a centre goes to the centre that leads the family,
 * which is asked for now, or else to the nearest one: nothing waits where nobody looks. While social protection is down it
 * waits for the answer, unless life is threatened.
 */
export const placeSignals: Job<Tables> = {
  name: 'place-signals',
  run: async (db, context) => {
    const { now } = context;
    let placed = 0;
    let isRegistryDown = false;
    const waiting = await createIntakeQueues(db).listWaitingSignals(now.subtract({ hours: HOURS_TO_REJECT }), BATCH);
    for (const { id, personId, familyId } of waiting) {
      const isAsked = personId !== null && familyId === null && !isRegistryDown;
      const asked = isAsked ? await askForFamily(context.peers, personId) : null;
      if (asked === 'UNAVAILABLE') isRegistryDown = true;
      const family = asked === 'UNAVAILABLE' ? null : asked;
      placed += await takeSteps(db, context, [id], async (trx) => {
        const kit = kitPart(trx);
        const at = toCaseWriter(trx, context);
        await at.intake.lockSubjects([personId, familyId ?? family?.id ?? null].filter((subject) => subject !== null));
        const seen = await at.intake.lockSignal(id);
        if (seen?.status !== 'RECEIVED') return 0;
        if (family) await at.intake.updateSignal(id, { familyId: family.id });
        const signal = { ...seen, familyId: seen.familyId ?? family?.id ?? null };
        const isKnown = signal.personId === null || signal.familyId !== null || !isRegistryDown;
        const centres = isKnown || signal.threatToLife ? 'ANYWHERE' : 'OF_REGION';
        const { appealId, events } = await placeWaitingSignal(at, signal, family?.memberIds ?? [], centres);
        if (appealId === null) return 0;
        await writeAudit(kit, 'place-signals', context, { entityIds: [id, appealId] });
        await appendEvents(kit, events, now);
        return 1;
      });
    }
    return placed;
  },
};
