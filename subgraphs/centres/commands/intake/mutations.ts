import type { CommandResult } from '../../../kit/command.ts';
import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import type { Context } from '../../context.ts';
import { cancelPrimaryAssessment } from './cancel-primary-assessment.ts';
import { changeThreatToLife } from './change-threat-to-life.ts';
import { closeAppeal } from './close-appeal.ts';
import { completePrimaryAssessment } from './complete-primary-assessment.ts';
import { confirmNeedsAssessment } from './confirm-needs-assessment.ts';
import type { AppealAnswer } from './own-appeal.ts';
import type { AssessmentAnswer } from './own-assessment.ts';
import { recordAppealRefusal } from './record-appeal-refusal.ts';
import { recordConsultation } from './record-consultation.ts';
import { recordContactAttempt } from './record-contact-attempt.ts';
import { rejectSignal } from './reject-signal.ts';
import { startPrimaryAssessment } from './start-primary-assessment.ts';
import { type SignalAnswer, submitSignal } from './submit-signal.ts';
import { triageAppeal } from './triage-appeal.ts';

/** From a signal to confirmed needs (Rules p.12–14). */
export const intakeMutations = {
  submitSignal: async (_, { input }, context) => {
    const { loaders, ...result } = await runSignal(context.run(submitSignal, input), context);
    const { answer } = result;
    return {
      signal: result.signal,
      appeal: answer?.appealId ? await loaders.appeal.load(answer.appealId) : null,
      mergedIntoExisting: answer?.merged ?? false,
      alreadyProcessed: result.alreadyProcessed,
      userErrors: result.userErrors,
    };
  },
  rejectSignal: async (_, { input }, context) => {
    const { signal, alreadyProcessed, userErrors } = await runSignal(context.run(rejectSignal, input), context);
    return { signal, alreadyProcessed, userErrors };
  },
  triageAppeal: async (_, { input }, context) => toAppealPayload(await context.run(triageAppeal, input), context),
  recordConsultation: async (_, { input }, context) =>
    toAppealPayload(await context.run(recordConsultation, input), context),
  recordContactAttempt: async (_, { input }, context) =>
    toAppealPayload(await context.run(recordContactAttempt, input), context),
  recordAppealRefusal: async (_, { input }, context) =>
    toAppealPayload(await context.run(recordAppealRefusal, input), context),
  changeThreatToLife: async (_, { input }, context) =>
    toAppealPayload(await context.run(changeThreatToLife, input), context),
  closeAppeal: async (_, { input }, context) => toAppealPayload(await context.run(closeAppeal, input), context),
  startPrimaryAssessment: async (_, { input }, context) =>
    toAssessmentPayload(await context.run(startPrimaryAssessment, input), context),
  completePrimaryAssessment: async (_, { input }, context) =>
    toAssessmentPayload(await context.run(completePrimaryAssessment, input), context),
  cancelPrimaryAssessment: async (_, { input }, context) =>
    toAssessmentPayload(await context.run(cancelPrimaryAssessment, input), context),
  confirmNeedsAssessment: async (_, { input }, context) =>
    toAssessmentPayload(await context.run(confirmNeedsAssessment, input), context),
} satisfies MutationResolvers;

async function runSignal(running: Promise<CommandResult<SignalAnswer>>, context: Context) {
  const { answer, alreadyProcessed, userErrors } = await running;
  const { loaders } = context;
  const signal = answer ? await loaders.signal.load(answer.signalId) : null;
  return { loaders, answer, signal, alreadyProcessed, userErrors: [...userErrors] };
}

async function toAppealPayload(result: CommandResult<AppealAnswer>, { loaders }: Context) {
  const load = (answer: AppealAnswer | null) => (answer ? loaders.appeal.load(answer.appealId) : null);
  return {
    appeal: await load(result.answer),
    conflict: await load(result.conflict),
    alreadyProcessed: result.alreadyProcessed,
    userErrors: [...result.userErrors],
  };
}

async function toAssessmentPayload(result: CommandResult<AssessmentAnswer>, { loaders }: Context) {
  const load = (answer: AssessmentAnswer | null) => (answer ? loaders.assessment.load(answer.assessmentId) : null);
  return {
    assessment: await load(result.answer),
    conflict: await load(result.conflict),
    alreadyProcessed: result.alreadyProcessed,
    userErrors: [...result.userErrors],
  };
}
