import type { CommandResult } from '../../kit/command.ts';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { changeFamilyMembership } from './change-family-membership.ts';
import { confirmPersonIdentity } from './confirm-person-identity.ts';
import { decideLinkSuggestion } from './decide-link-suggestion.ts';
import { mergeFamilies } from './merge-families.ts';
import { mergePersons, unmergePersons } from './merge-persons.ts';
import { pushWellbeing } from './push-wellbeing.ts';
import { recordContacts } from './record-contacts.ts';
import { type FamilyAnswer, registerFamily } from './register-family.ts';
import { type PersonAnswer, registerProvisionalPerson } from './register-provisional-person.ts';

/** Who is who. */
export const personMutations = {
  registerProvisionalPerson: async (_, { input }, context) =>
    toPersonPayload(await context.run(registerProvisionalPerson, input), context),
  confirmPersonIdentity: async (_, { input }, context) =>
    toPersonPayload(await context.run(confirmPersonIdentity, input), context),
  recordContacts: async (_, { input }, context) => toPersonPayload(await context.run(recordContacts, input), context),
  decideLinkSuggestion: async (_, { input }, context) => {
    const result = await context.run(decideLinkSuggestion, input);
    const { answer } = result;
    return {
      suggestion: answer && (await context.loaders.linkSuggestion.load(answer.suggestionId)),
      ...outcomeOf(result),
    };
  },
  mergePersons: async (_, { input }, context) => {
    const result = await context.run(mergePersons, input);
    return {
      person: result.answer && (await context.loaders.person.load(result.answer.personId)),
      ...outcomeOf(result),
    };
  },
  unmergePersons: async (_, { input }, context) => {
    const result = await context.run(unmergePersons, input);
    const { answer } = result;
    return {
      kept: answer && (await context.loaders.person.load(answer.keptId)),
      restored: answer && (await context.loaders.person.load(answer.restoredId)),
      ...outcomeOf(result),
    };
  },
} satisfies MutationResolvers;

/** Who belongs together, and how they fare. */
export const familyMutations = {
  registerFamily: async (_, { input }, context) => toFamilyPayload(await context.run(registerFamily, input), context),
  changeFamilyMembership: async (_, { input }, context) =>
    toFamilyPayload(await context.run(changeFamilyMembership, input), context),
  mergeFamilies: async (_, { input }, context) => toFamilyPayload(await context.run(mergeFamilies, input), context),
  pushWellbeing: async (_, { input }, context) => toFamilyPayload(await context.run(pushWellbeing, input), context),
} satisfies MutationResolvers;

async function toPersonPayload(result: CommandResult<PersonAnswer>, { loaders }: Context) {
  const { answer } = result;
  const suggestions = await Promise.all((answer?.suggestionIds ?? []).map((id) => loaders.linkSuggestion.load(id)));
  return {
    person: answer && (await loaders.person.load(answer.personId)),
    suggestions: suggestions.filter((suggestion) => suggestion !== null),
    ...outcomeOf(result),
  };
}

async function toFamilyPayload(result: CommandResult<FamilyAnswer>, { loaders }: Context) {
  return { family: result.answer && (await loaders.family.load(result.answer.familyId)), ...outcomeOf(result) };
}

function outcomeOf({ alreadyProcessed, userErrors }: CommandResult<unknown>) {
  return { alreadyProcessed, userErrors: [...userErrors] };
}
