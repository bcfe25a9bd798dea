import { z } from 'zod';
import { conflictWith } from '../../../kit/command.ts';
import { entityId, idempotencyKey, optional, shortText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { checkSignatory, checkSigner, type SignatureParty } from '../../rules/plan-signing.ts';
import { movePlan } from '../../rules/plan-state.ts';
import { createWriter, findFamilyOfPlan, lockPlan } from '../../store.ts';
import { type FamilyRead, readFamily } from '../protection/family-members.ts';
import { checkNoConflict, findActingEmployee, planAnswer, type PlanCommand } from './plan-answer.ts';
import { openPlanJournal } from './plan-journal.ts';

const SignPlanInput = z.object({
  idempotencyKey,
  planId: entityId,
  planVersion: z.int(),
  party: z.custom<SignatureParty>(),
  signatoryPersonId: optional(entityId),
  signatureRef: shortText,
});

/**
 * Records the signature of one party under one version (Rules p.17). When the centre's employee and the family have
 * signed the newest version, the plan goes to the head for approval.
 */
export const signPlan: PlanCommand<z.output<typeof SignPlanInput>, FamilyRead> = {
  name: 'signPlan',
  writes: 'CASE_HEADER',
  input: SignPlanInput,
  read: async (db, { planId, party }, { peers }) => {
    const familyId = party === 'FAMILY' ? await findFamilyOfPlan(db, planId) : null;
    return familyId === null ? [] : readFamily(peers, familyId);
  },
  carryOut: async (trx, input, members, context) => {
    const write = createWriter(trx);
    const { now } = context;
    const plan = await lockPlan(trx, input.planId);
    if (!plan) return refuse('NOT_FOUND', 'There must be such a plan.', { path: ['input', 'planId'] });
    const employee = checkSigner(plan, await findActingEmployee(write, context));
    if (!employee.ok) return employee;
    const unbiased = await checkNoConflict(trx, plan, context);
    if (!unbiased.ok) return unbiased;
    if (plan.version !== input.planVersion) {
      return conflictWith(planAnswer(plan.id), {
        entityId: plan.id,
        expected: input.planVersion,
        version: plan.version,
        code: 'SIGNATURE_STALE_VERSION',
        path: 'planVersion',
      });
    }
    const signatory = checkSignatory(input.party, input.signatoryPersonId, members === 'UNAVAILABLE' ? null : members);
    if (!signatory.ok) return signatory;
    // A revision is signed while the version in force goes on; only a first version moves on by its signatures.
    const next = plan.status === 'UNDER_REVISION' ? null : movePlan(plan, 'signedByAll');
    if (next && !next.ok) return next;
    const signed = await write.listSignatures(plan.id, plan.version);
    if (signed.some(({ party }) => party === input.party)) {
      return refuse('INVALID_STATE', `A party must sign a version once; ${input.party} has signed it.`, {
        path: ['input', 'party'],
        entityId: plan.id,
        currentState: plan.status,
      });
    }

    const journal = openPlanJournal(trx, plan, now);
    const { titleRu: organisation } = await write.getCentre(plan.leadCentreId);
    await write.insertSignature({
      planId: plan.id,
      planVersion: plan.version,
      party: input.party,
      signedAt: now,
      employeeId: employee.value.id,
      signatoryPersonId: input.signatoryPersonId,
      signatureRef: input.signatureRef,
    });
    await journal.step('SIGNED', { organisation });
    if (signed.length === 1) await journal.step('SIGNED_BY_ALL', { organisation }, next ? { status: next.value } : {});
    return {
      answer: planAnswer(plan.id),
      audit: {
        entityIds: [plan.id],
        before: { status: plan.status },
        after: { status: journal.plan().status, party: input.party, planVersion: plan.version },
      },
      events: await journal.close(),
    };
  },
};
