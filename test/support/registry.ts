import { expect } from 'vitest';
import { type Answer, type Asking, key, type World } from './world.ts';

const USER_ERRORS = 'alreadyProcessed userErrors { code message path entityId currentState }';
const PERSON = 'id identityStatus fullName birthDate birthYear sex mergedInto { id }';
const FAMILY =
  'id kato mergedInto { id } members { role since until person { id } } wellbeing { category } wellbeingHistory { category }';
const SUGGESTION = 'id score status reasons { kind weight } left { id } right { id }';

const COMMANDS = {
  registerProvisionalPerson: `person { ${PERSON} } suggestions { ${SUGGESTION} } ${USER_ERRORS}`,
  confirmPersonIdentity: `person { ${PERSON} iin } suggestions { id } ${USER_ERRORS}`,
  recordContacts: `person { id registeredAddress phone } ${USER_ERRORS}`,
  decideLinkSuggestion: `suggestion { ${SUGGESTION} decidedAt } ${USER_ERRORS}`,
  mergePersons: `person { ${PERSON} } ${USER_ERRORS}`,
  unmergePersons: `kept { ${PERSON} } restored { ${PERSON} } ${USER_ERRORS}`,
  registerFamily: `family { ${FAMILY} } ${USER_ERRORS}`,
  changeFamilyMembership: `family { ${FAMILY} } ${USER_ERRORS}`,
  mergeFamilies: `family { ${FAMILY} } ${USER_ERRORS}`,
  pushWellbeing: `family { ${FAMILY} } ${USER_ERRORS}`,
} as const;
export type RegistryCommand = keyof typeof COMMANDS;

/** Gives a command to the registry, with a fresh key unless one is given; as social protection unless told otherwise. */
export async function give(
  world: World,
  command: RegistryCommand,
  input: object,
  asking: Asking = {},
  // Tests know what they asked for.
): Promise<Answer['data']> {
  const type =
    command === 'registerProvisionalPerson'
      ? 'RegisterProvisionalPerson'
      : command[0]?.toUpperCase() + command.slice(1);
  const { data, errors } = await world.ask(
    `mutation ($input: ${type}Input!) { ${command}(input: $input) { ${COMMANDS[command]} } }`,
    { role: 'SOCIAL_PROTECTION', ...asking, variables: { input: { idempotencyKey: key(), ...input } } },
  );
  expect(errors).toEqual([]);
  return data[command];
}

/** Merges, and lets every agency learn of it. */
export async function merge(world: World, keepId: string, duplicateId: string) {
  const answer = await give(world, 'mergePersons', { keepId, duplicateId, reason: 'Документы сверены' });
  await world.agencies.settle();
  return answer;
}

export async function unmerge(world: World, mergedId: string) {
  const answer = await give(world, 'unmergePersons', { mergedId, reason: 'Это разные люди' });
  await world.agencies.settle();
  return answer;
}

/** Everything that the five agencies say of a person, but for the id that was asked for. */
export async function readAll(world: World, id: string) {
  const { data, errors } = await world.ask(ALL, { variables: { id } });
  expect(errors).toEqual([]);
  return data.person;
}

const ALL = `query ($id: ID!) { person(id: $id) {
  fullName birthDate sex membership { role family { id } }
  social { benefits(activeOnly: false) { id } employment { id } disabilityGroup crisisCentrePlacements { id } }
  interior {
    incidentsAsVictim { id victim { id } } incidentsAsAggressor { id } protectionOrdersFor { id } protectionOrdersAgainst { id }
    courtRequirements { id } probation { onRegister since } preventiveRegister { ground since }
  }
  health { needsMedicalHelp underPatronage details { episodes { id } appointments { id } } }
  education { enrolled organisation hasNotes notes { text } childHelpCases { id } guardianship { body } }
  support {
    consents { id } safetyFlags { kind } temporaryResidences { id } psychologistNotes { text } legalNotes { text }
    conflictsOfInterest { id }
  }
} }`;
