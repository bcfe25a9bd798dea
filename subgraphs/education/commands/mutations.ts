import type { CommandResult } from '../../kit/command.ts';
import type { ChildHelpWarning, MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { acknowledgeGuardianshipNotice } from './acknowledge-guardianship-notice.ts';
import { accompanyChildHelpCase } from './child-help/accompany-child-help-case.ts';
import { assignChildHelpRoom } from './child-help/assign-child-help-room.ts';
import type { CaseAnswer } from './child-help/case-answer.ts';
import { closeChildHelpCase } from './child-help/close-child-help-case.ts';
import { declineChildHelpProposal } from './child-help/decline-child-help-proposal.ts';
import { openChildHelpCase } from './child-help/open-child-help-case.ts';
import { openChildHelpRoom } from './child-help/open-child-help-room.ts';
import { planChildHelpService } from './child-help/plan-child-help-service.ts';
import { recordChildHelpService } from './child-help/record-child-help-service.ts';
import { registerChildHelpCase } from './child-help/register-child-help-case.ts';
import { addSchoolNote } from './schooling/add-school-note.ts';
import { recordGuardianship } from './schooling/record-guardianship.ts';
import { type PersonAnswer, recordSchooling } from './schooling/record-schooling.ts';

/** Help for children from the signal to its end, and what school and guardianship say about a child. */
export const mutations = {
  openChildHelpCase: async (_, { input }, context) => {
    const result = await context.run(openChildHelpCase, input);
    return { ...(await toCasePayload(result, context)), existing: result.answer?.existing ?? false };
  },
  registerChildHelpCase: async (_, { input }, context) =>
    toCasePayload(await context.run(registerChildHelpCase, input), context),
  assignChildHelpRoom: async (_, { input }, context) =>
    toCasePayload(await context.run(assignChildHelpRoom, input), context),
  planChildHelpService: async (_, { input }, context) =>
    toCasePayload(await context.run(planChildHelpService, input), context),
  recordChildHelpService: async (_, { input }, context) =>
    toCasePayload(await context.run(recordChildHelpService, input), context),
  accompanyChildHelpCase: async (_, { input }, context) =>
    toCasePayload(await context.run(accompanyChildHelpCase, input), context),
  closeChildHelpCase: async (_, { input }, context) =>
    toCasePayload(await context.run(closeChildHelpCase, input), context),
  declineChildHelpProposal: async (_, { input }, context) => {
    const { answer, ...how } = toHow(await context.run(declineChildHelpProposal, input));
    return { ...how, proposal: answer && (await context.loaders.proposal.load(answer.proposalId)) };
  },
  openChildHelpRoom: async (_, { input }, context) => {
    const { answer, ...how } = toHow(await context.run(openChildHelpRoom, input));
    return { ...how, room: answer && (await context.loaders.room.load(answer.roomId)) };
  },

  recordSchooling: async (_, { input }, context) => toPersonPayload(await context.run(recordSchooling, input)),
  addSchoolNote: async (_, { input }, context) => {
    const { answer, ...how } = toHow(await context.run(addSchoolNote, input));
    const notes = answer ? await context.loaders.notesOf.load(answer.personId) : [];
    return { ...how, note: notes.find(({ id }) => id === answer?.noteId) ?? null };
  },
  recordGuardianship: async (_, { input }, context) => toPersonPayload(await context.run(recordGuardianship, input)),

  acknowledgeGuardianshipNotice: async (_, { input }, context) => {
    const { answer, ...how } = toHow(await context.run(acknowledgeGuardianshipNotice, input));
    return { ...how, notice: answer && (await context.loaders.residenceNotice.load(answer.noticeId)) };
  },
} satisfies MutationResolvers;

/** How a command ended, as every payload tells it. */
function toHow<Answer>({ answer, alreadyProcessed, userErrors }: CommandResult<Answer>) {
  return { answer, alreadyProcessed, userErrors: [...userErrors] };
}

async function toCasePayload(result: CommandResult<CaseAnswer>, { loaders }: Context) {
  const load = (answer: CaseAnswer | null) => answer && loaders.childHelpCase.load(answer.caseId);
  return {
    childCase: await load(result.answer),
    conflict: await load(result.conflict),
    warnings: (result.answer?.warnings ?? []).map((code) => ({ code, message: WARNINGS[code] })),
    alreadyProcessed: result.alreadyProcessed,
    userErrors: [...result.userErrors],
  };
}

const WARNINGS: Readonly<Record<ChildHelpWarning['code'], string>> = {
  ROOM_NOT_OPEN_IN_REGION: 'No help room is open in the region yet: the Family Support Centre accompanies the child.',
};

function toPersonPayload(result: CommandResult<PersonAnswer>) {
  const { answer, ...how } = toHow(result);
  return { ...how, person: answer && { id: answer.personId } };
}
