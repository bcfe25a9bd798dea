import type { CommandResult } from '../../kit/command.ts';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { acknowledgeLawEnforcementNotice } from './acknowledge-law-enforcement-notice.ts';
import { annulProtectionOrder } from './annul-protection-order.ts';
import { issueProtectionOrder } from './issue-protection-order.ts';
import type { OrderAnswer } from './order-command.ts';
import type { PersonRecordAnswer } from './person-record.ts';
import { recordCourtRequirement } from './record-court-requirement.ts';
import { recordPreventiveRegistration } from './record-preventive-registration.ts';
import { recordProbation } from './record-probation.ts';
import { recordProtectionOrderCheck } from './record-protection-order-check.ts';
import { recordProtectionOrderViolation } from './record-protection-order-violation.ts';
import { registerIncident } from './register-incident.ts';
import { replaceProtectionOrderByCourt } from './replace-protection-order-by-court.ts';
import { serveProtectionOrder } from './serve-protection-order.ts';

/** Incidents, protection orders and registers of internal affairs. */
export const mutations = {
  registerIncident: async (_, { input }, context) => {
    const result = await context.run(registerIncident, input);
    return {
      ...outcomeOf(result),
      alreadyProcessed: result.alreadyProcessed || (result.answer?.known ?? false),
      incident: result.answer ? await context.loaders.incident.load(result.answer.incidentId) : null,
      signal: result.answer?.signalId ? { id: result.answer.signalId } : null,
    };
  },
  issueProtectionOrder: async (_, { input }, context) => {
    const result = await context.run(issueProtectionOrder, input);
    return { ...outcomeOf(result), order: await loadOrder(result.answer, context) };
  },
  serveProtectionOrder: async (_, { input }, context) =>
    toOrderPayload(await context.run(serveProtectionOrder, input), context),
  recordProtectionOrderViolation: async (_, { input }, context) =>
    toOrderPayload(await context.run(recordProtectionOrderViolation, input), context),
  recordProtectionOrderCheck: async (_, { input }, context) =>
    toOrderPayload(await context.run(recordProtectionOrderCheck, input), context),
  annulProtectionOrder: async (_, { input }, context) =>
    toOrderPayload(await context.run(annulProtectionOrder, input), context),
  replaceProtectionOrderByCourt: async (_, { input }, context) =>
    toOrderPayload(await context.run(replaceProtectionOrderByCourt, input), context),
  recordCourtRequirement: async (_, { input }, context) => {
    const result = await context.run(recordCourtRequirement, input);
    return {
      ...outcomeOf(result),
      requirement: result.answer ? await context.loaders.courtRequirement.load(result.answer.recordId) : null,
    };
  },
  recordProbation: async (_, { input }, context) => toPersonPayload(await context.run(recordProbation, input)),
  recordPreventiveRegistration: async (_, { input }, context) =>
    toPersonPayload(await context.run(recordPreventiveRegistration, input)),
  acknowledgeLawEnforcementNotice: async (_, { input }, context) => {
    const result = await context.run(acknowledgeLawEnforcementNotice, input);
    const { answer } = result;
    return {
      ...outcomeOf(result),
      notice: answer && { id: answer.noticeId, acknowledgedAt: Temporal.Instant.from(answer.acknowledgedAt) },
    };
  },
} satisfies MutationResolvers;

async function toOrderPayload(result: CommandResult<OrderAnswer>, context: Context) {
  return {
    ...outcomeOf(result),
    order: await loadOrder(result.answer, context),
    conflict: await loadOrder(result.conflict, context),
  };
}

async function loadOrder(answer: OrderAnswer | null, { loaders }: Context) {
  return answer && loaders.order.load(answer.orderId);
}

function toPersonPayload(result: CommandResult<PersonRecordAnswer>) {
  return { ...outcomeOf(result), person: result.answer && { id: result.answer.personId } };
}

function outcomeOf({ alreadyProcessed, userErrors }: CommandResult<unknown>) {
  return { alreadyProcessed, userErrors: [...userErrors] };
}
