import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../schema/access.ts';
import type { Agency } from '../../schema/subgraphs.ts';
import { signWord } from '../../schema/word.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const profile = (id: string, asking = {}) =>
  world.operation('13-family-profile.graphql', 'FamilyProfile', { variables: { id }, ...asking });

/** A family that every agency knows something about. */
function getViolenceFamily() {
  const family = [...world.nation.all()].find(({ incident, stage }) => incident?.order && stage === 'ACTIVE');
  if (!family?.incident || !family.plan) throw new Error('The nation must have a family under protection with a plan.');
  return { ...family, incident: family.incident, plan: family.plan };
}

test('one request shows what all five agencies know (J12, B-02, R-091)', async () => {
  const family = getViolenceFamily();
  const { status, data, errors } = await profile(family.id);
  expect(errors).toEqual([]);
  expect(status).toBe(200);
  expect(data.family.members).toHaveLength(family.members.length);
  const victim = data.family.members.find(
    ({ person }: { person: { id: string } }) => person.id === family.incident.victim.id,
  ).person;
  expect(victim).toMatchObject({
    fullName: family.incident.victim.fullName,
    iinMasked: family.incident.victim.iinMasked,
    social: { asOf: '2025-10-01T09:00:00+05:00' },
    health: { asOf: '2025-10-01T09:00:00+05:00', needsMedicalHelp: true },
    education: { asOf: '2025-10-01T09:00:00+05:00' },
    support: { asOf: '2025-10-01T09:00:00+05:00' },
  });
  expect(victim.interior.protectionOrdersFor).toMatchObject([{ number: family.incident.order?.number }]);
  expect(data.family.activePlan).toMatchObject({ number: family.plan.number, status: 'ACTIVE' });
  expect(data.family.activePlan.measures).toHaveLength(family.plan.measures.length);
  expect(data.family.appeals.nodes).toMatchObject([{ number: family.appeal.number }]);
});

test('the same profile is found by the IIN of a member', async () => {
  const family = getViolenceFamily();
  const { data, errors } = await world.operation('13-family-profile.graphql', 'FamilyProfileByIin', {
    variables: { iin: family.incident.victim.iin },
  });
  expect(errors).toEqual([]);
  expect(data.familyByIin.id).toBe(family.id);
});

test('an unknown family, and an id that is none, are null without an error', async () => {
  for (const id of ['00000000-0000-4000-8000-000000000000', 'no-such-id', '']) {
    expect(await profile(id)).toMatchObject({ status: 200, data: { family: null }, errors: [] });
  }
});

test('a profile costs six fetches, however large the family', async () => {
  const sizes = [...world.nation.all()].toSorted((left, right) => left.members.length - right.members.length);
  for (const family of [sizes[0], sizes.at(-1)]) {
    world.fetches.length = 0;
    await profile(family?.id ?? '');
    expect(world.fetches.map(({ agency }) => agency).toSorted()).toEqual([
      'centres',
      'centres',
      'education',
      'health',
      'interior',
      'social',
    ]);
  }
});

test('the SQL statements of an agency do not grow with the number of representations', async () => {
  const families = [...world.nation.all()];
  for (const [agency, type, most, selection] of SELECTIONS) {
    for (const some of [families.slice(0, 5), families]) {
      const ids = some.flatMap(({ id, members }) => (type === 'Family' ? [id] : members.map((member) => member.id)));
      expect(await countStatements(agency, type, ids, selection), `${agency} ${type}`).toBeLessThanOrEqual(most);
    }
  }
});

/** Agency, type, the most statements that one `_entities` call may cost, and what it asks for. */
const SELECTIONS = [
  [
    'interior',
    'Person',
    10,
    'interior { asOf incidentsAsVictim { id } incidentsAsAggressor { id } protectionOrdersFor { number violations { at } checks { at } } protectionOrdersAgainst { number } probation { onRegister } preventiveRegister { ground } courtRequirements { id } }',
  ],
  ['health', 'Person', 5, 'health { asOf needsMedicalHelp details { episodes { kind } appointments { status } } }'],
  [
    'education',
    'Person',
    7,
    'education { asOf organisation attendance notes { text } childHelpCases { number services { kind } notified { recipient } } guardianship { body } }',
  ],
  [
    'social',
    'Person',
    10,
    'fullName membership { role family { id } } social { asOf benefits { code } employment { status } disabilityGroup crisisCentrePlacements { id centre { titleRu freePlaces } } }',
  ],
  [
    'social',
    'Family',
    9,
    'kato members { role person { fullName } } wellbeing { category indicators { code } } wellbeingHistory { category }',
  ],
  [
    'centres',
    'Person',
    11,
    'support { asOf consents { id } safetyFlags { kind } temporaryResidences { id centre { titleRu } withMinors { id } notices { id due { dueAt } } } psychologistNotes { id } legalNotes { id } }',
  ],
  [
    'centres',
    'Family',
    19,
    'leadCentre { titleRu } leadCaseManager { fullName } appeals(first: 5) { nodes { id assessment { due { dueAt } needs { items { kind } } } signals { id } consultations { by { fullName } } } } activePlan { measures { history { at } evidence { __typename } responsible { organisation } } signatures { party } approvedBy { fullName } }',
  ],
] as const;

/** Sends representations straight to an agency, as the gateway would. */
async function countStatements(
  agency: Agency,
  type: string,
  ids: readonly (string | undefined)[],
  selection: string,
): Promise<number> {
  const { transport, key } = world.agencies.addresses[agency];
  const word = signWord(
    { issuer: 'gateway', audience: agency, requestId: 'test', purpose: 'CASE_WORK', caller: CALLER },
    key,
    Date.now(),
  );
  return world.countStatements(agency, async () => {
    const { body } = await transport({
      path: '/graphql',
      headers: { 'content-type': 'application/json', 'x-request-id': 'test', authorization: `Bearer ${word}` },
      body: JSON.stringify({
        query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${selection} } } }`,
        variables: { r: ids.map((id) => ({ __typename: type, id })) },
      }),
      signal: AbortSignal.timeout(5000),
    });
    expect(JSON.parse(body).errors).toBeUndefined();
  });
}

const CALLER: Caller = {
  kind: 'USER',
  userId: 'u',
  role: 'CASE_MANAGER',
  organisationId: null,
  districtKato: null,
  personId: null,
  system: null,
};
