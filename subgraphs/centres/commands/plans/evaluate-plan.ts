import { z } from 'zod';
import { endOfDay } from '../../../kit/deadline.ts';
import { entityId, idempotencyKey, optional } from '../../../kit/input.ts';
import { PeerUnavailable, type Peers } from '../../../kit/peer.ts';
import { refuse } from '../../../kit/refusal.ts';
import { evaluate, type KnownRating } from '../../rules/plan-evaluation.ts';
import { movePlan } from '../../rules/plan-state.ts';
import { findFamilyOfPlan } from '../../store.ts';
import { releaseBodies } from './end-plan.ts';
import { openPlan, planAnswer, type PlanCommand } from './plan-answer.ts';
import { openPlanJournal } from './plan-journal.ts';

const EvaluatePlanInput = z.object({ idempotencyKey, planId: entityId, expectedVersion: optional(z.int()) });

/**
 * Judges a plan by the change of the family's category in the Digital Family Card. An expired plan ends with it: what
 * was still open is cancelled.
 */
export const evaluatePlan: PlanCommand<z.output<typeof EvaluatePlanInput>, readonly KnownRating[] | 'UNAVAILABLE'> = {
  name: 'evaluatePlan',
  writes: 'CASE_HEADER',
  input: EvaluatePlanInput,
  read: async (db, { planId }, { peers }) => {
    const familyId = await findFamilyOfPlan(db, planId);
    return familyId === null ? [] : readRatings(peers, familyId);
  },
  carryOut: async (trx, input, ratings, context) => {
    const opened = await openPlan(trx, input, context, input.expectedVersion);
    if (!opened.ok) return opened;
    const { plan } = opened.value;
    const next = movePlan(plan, 'evaluate');
    if (!next.ok) return next;
    if (ratings === 'UNAVAILABLE') {
      return refuse('AGENCY_UNAVAILABLE', 'Social protection must tell the category; it does not answer now.', {
        path: ['input', 'planId'],
        entityId: plan.id,
        currentState: plan.status,
      });
    }
    const { now } = context;
    const journal = openPlanJournal(trx, plan, now);
    // A plan ends when it is closed, and on its last day at the latest.
    const lastMoment = endOfDay(Temporal.PlainDate.from(plan.endDate));
    const closedAt = (await journal.plans.findClosing(plan.id)) ?? lastMoment;
    const endedAt = Temporal.Instant.compare(closedAt, lastMoment) < 0 ? closedAt : lastMoment;
    const approvedAt = (await journal.plans.findFirstApproval(plan.id)) ?? plan.createdAt;
    const evaluation = evaluate({ id: plan.id, approvedAt, endedAt }, ratings);
    if (!evaluation.ok) return evaluation;
    const { before, after, result } = evaluation.value;

    const { titleRu: organisation } = await journal.write.getCentre(plan.leadCentreId);
    await journal.step(
      'EVALUATED',
      { organisation },
      { status: next.value, categoryBefore: before, categoryAfter: after, result, evaluatedAt: now },
    );
    if (plan.status === 'EXPIRED') await releaseBodies(journal, { organisation }, context);
    return {
      answer: planAnswer(plan.id),
      audit: { entityIds: [plan.id], before: { status: plan.status }, after: { status: next.value, result } },
      events: await journal.close(),
    };
  },
};

const DOCUMENT = `query Ratings($id: ID!) {
  family(id: $id) { wellbeingHistory { category methodology calculatedAt } }
}`;

const Shape = z.object({
  family: z
    .object({
      wellbeingHistory: z
        .array(
          z.object({
            category: z.enum(['A', 'B', 'C', 'D', 'E']),
            methodology: z.string(),
            calculatedAt: z.iso.datetime({ offset: true }).transform((text) => Temporal.Instant.from(text)),
          }),
        )
        .nullable(),
    })
    .nullable(),
});

async function readRatings(peers: Peers, familyId: string): Promise<readonly KnownRating[] | 'UNAVAILABLE'> {
  try {
    const { family } = await peers.query('social', { document: DOCUMENT, variables: { id: familyId }, shape: Shape });
    return family?.wellbeingHistory ?? [];
  } catch (error) {
    if (error instanceof PeerUnavailable) return 'UNAVAILABLE';
    throw error;
  }
}
