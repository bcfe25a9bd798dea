import { z } from 'zod';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import type { AppealRow } from '../../store.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { alertMobileGroup, type CaseWriter, openAssessment, shortenAssessment } from './case-steps.ts';
import { CASE_LEADERS, onAppeal } from './own-appeal.ts';

const ChangeThreatToLifeInput = z.object({
  idempotencyKey,
  appealId: entityId,
  expectedVersion: z.int(),
  threatToLife: z.boolean(),
  reason: longText,
});

/** A danger that became known, or proved absent (Rules p.13(2), 14(2), 22): known, it shortens and alerts; absent, it lengthens nothing. */
export const changeThreatToLife = onAppeal({
  name: 'changeThreatToLife',
  roles: CASE_LEADERS,
  input: ChangeThreatToLifeInput,
  change: async (step) => {
    const { input, appeal, write } = step;
    if (appeal.status === 'CLOSED') {
      return refuse('INVALID_STATE', 'The danger is judged on an open appeal, not on one that is CLOSED.', {
        entityId: appeal.id,
        currentState: appeal.status,
      });
    }
    if (input.threatToLife) await raiseThreat(step, appeal);
    else await write.updateAppeal(appeal.id, { threatToLife: false });
    return { after: { reason: input.reason } };
  },
});

/**
 * Marks the threat. An assessment that is open is due in one working day from now; where nobody is assessing or planning any
 * more, a new one is opened. The mobile group is called in.
 */
export async function raiseThreat(at: CaseWriter, appeal: AppealRow): Promise<void> {
  const { write, intake } = at;
  const open = await intake.findOpenAssessment(appeal.id);
  // A REGISTERED appeal is assessed too, but its first decision is still to be taken.
  const reassessed = appeal.status === 'REGISTERED' ? undefined : APPEAL.moves[appeal.status].assess;
  await write.updateAppeal(appeal.id, { threatToLife: true, status: reassessed ?? appeal.status });
  if (open) await shortenAssessment(at, open.id);
  if (!open && (reassessed || appeal.status === 'REGISTERED')) {
    await openAssessment(at, { ...appeal, threatToLife: true });
  }
  const [first] = await intake.listSignalsOfAppeal(appeal.id);
  await alertMobileGroup(at, appeal, {
    source: first?.source ?? 'OTHER',
    threatToLife: true,
    sameEvent: false,
    earlier: [],
  });
}
