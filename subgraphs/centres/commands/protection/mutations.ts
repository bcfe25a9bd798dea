import { createCalendar } from '../../../kit/calendar.ts';
import type { CommandResult } from '../../../kit/command.ts';
import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import { countWorkingDaysOfYear } from '../../rules/calendar-year.ts';
import type { Context } from '../../context.ts';
import { assignCaseManager, type LeadAnswer } from './assign-case-manager.ts';
import { breakGlass, type OpeningAnswer } from './break-glass.ts';
import { clearSafetyFlag } from './clear-safety-flag.ts';
import { type ConflictAnswer, declareConflictOfInterest } from './declare-conflict-of-interest.ts';
import { grantAccess, type GrantAnswer } from './grant-access.ts';
import { liftConflictOfInterest } from './lift-conflict-of-interest.ts';
import { publishCalendar } from './publish-calendar.ts';
import { raiseSafetyFlag, type SafetyFlagAnswer } from './raise-safety-flag.ts';
import { recordConsent } from './record-consent.ts';
import { recordProfessionalNote } from './record-professional-note.ts';
import { type ConsentAnswer, requestConsent } from './request-consent.ts';
import { retryDelivery } from './retry-delivery.ts';
import { reviewBreakGlass } from './review-break-glass.ts';
import { revokeAccess } from './revoke-access.ts';
import { transferLeadCentre } from './transfer-lead-centre.ts';
import { withdrawConsent } from './withdraw-consent.ts';

/** Consents, safety flags, conflicts of interest, access, and the administration of the centres. */
export const protectionMutations = {
  requestConsent: async (_, { input }, context) => toConsentPayload(await context.run(requestConsent, input), context),
  recordConsent: async (_, { input }, context) => toConsentPayload(await context.run(recordConsent, input), context),
  withdrawConsent: async (_, { input }, context) => {
    const result = await context.run(withdrawConsent, input);
    const planId = result.answer?.affectedPlanId;
    return {
      ...(await toConsentPayload(result, context)),
      affectedPlan: planId ? await context.loaders.plan.load(planId) : null,
    };
  },
  raiseSafetyFlag: async (_, { input }, context) => toFlagPayload(await context.run(raiseSafetyFlag, input), context),
  clearSafetyFlag: async (_, { input }, context) => toFlagPayload(await context.run(clearSafetyFlag, input), context),
  declareConflictOfInterest: async (_, { input }, context) =>
    toConflictPayload(await context.run(declareConflictOfInterest, input), context),
  liftConflictOfInterest: async (_, { input }, context) =>
    toConflictPayload(await context.run(liftConflictOfInterest, input), context),
  recordProfessionalNote: async (_, { input }, context) => {
    const result = await context.run(recordProfessionalNote[input.kind], input);
    const { answer } = result;
    const notes = answer?.kind === 'LEGAL' ? context.loaders.legalNote : context.loaders.psychologistNote;
    return { note: answer && (await notes.load(answer.noteId)), ...toOutcome(result) };
  },
  assignCaseManager: async (_, { input }, context) => toLeadPayload(await context.run(assignCaseManager, input)),
  transferLeadCentre: async (_, { input }, context) => toLeadPayload(await context.run(transferLeadCentre, input)),
  grantAccess: async (_, { input }, context) => toGrantPayload(await context.run(grantAccess, input), context),
  revokeAccess: async (_, { input }, context) => toGrantPayload(await context.run(revokeAccess, input), context),
  breakGlass: async (_, { input }, context) => toOpeningPayload(await context.run(breakGlass, input), context),
  reviewBreakGlass: async (_, { input }, context) =>
    toOpeningPayload(await context.run(reviewBreakGlass, input), context),
  publishCalendar: async (_, { input }, context) => {
    const result = await context.run(publishCalendar, input);
    const year = result.answer && (await context.store.findCalendarYear(result.answer.year));
    return {
      // The days of one year are counted by its own table alone.
      calendar: year ? { ...year, workingDays: countWorkingDaysOfYear(year.year, createCalendar([year])) } : null,
      recomputedDeadlines: result.answer?.recomputedDeadlines ?? 0,
      ...toOutcome(result),
    };
  },
  retryDelivery: async (_, { input }, context) => {
    const result = await context.run(retryDelivery, input);
    const { answer } = result;
    const [delivery] = answer ? await context.store.listDeliveries(answer.eventId, answer.destination) : [];
    return { delivery: delivery ?? null, ...toOutcome(result) };
  },
} satisfies MutationResolvers;

function toOutcome({ alreadyProcessed, userErrors }: CommandResult<unknown>) {
  return { alreadyProcessed, userErrors: [...userErrors] };
}

async function toConsentPayload(result: CommandResult<ConsentAnswer>, { loaders }: Context) {
  return { consent: result.answer && (await loaders.consent.load(result.answer.consentId)), ...toOutcome(result) };
}

async function toFlagPayload(result: CommandResult<SafetyFlagAnswer>, { loaders }: Context) {
  const { answer } = result;
  return { safetyFlag: answer && (await loaders.safetyFlag.load(answer.safetyFlagId)), ...toOutcome(result) };
}

async function toConflictPayload(result: CommandResult<ConflictAnswer>, { loaders }: Context) {
  const { answer } = result;
  return {
    conflictOfInterest: answer && (await loaders.conflict.load(answer.conflictId)),
    awaitingSecondPerson: answer?.awaitingSecondPerson ?? false,
    ...toOutcome(result),
  };
}

function toLeadPayload(result: CommandResult<LeadAnswer>) {
  return { family: result.answer && { id: result.answer.familyId }, ...toOutcome(result) };
}

async function toGrantPayload(result: CommandResult<GrantAnswer>, { loaders }: Context) {
  return { grant: result.answer && (await loaders.grant.load(result.answer.grantId)), ...toOutcome(result) };
}

async function toOpeningPayload(result: CommandResult<OpeningAnswer>, { loaders }: Context) {
  return { access: result.answer && (await loaders.opening.load(result.answer.breakGlassId)), ...toOutcome(result) };
}
