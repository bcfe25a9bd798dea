import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { reportMeasure } from '../support/plan-case.ts';
import { type Answer, createWorld, cut, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const getFamily = () => {
  const family = [...world.nation.all()].find(({ incident, stage }) => incident?.order && stage === 'ACTIVE');
  if (!family) throw new Error('The test nation must have a family under protection with a plan.');
  return family;
};

interface Operation {
  readonly name: string;
  readonly run: () => Promise<Answer>;
  /** What is missing while an agency is down, as its error names it; agencies that are not listed are not needed. */
  readonly lost: Partial<Record<Agency, readonly string[]>>;
}

const profileLoss = (root: string): Operation['lost'] => ({
  interior: [`${root}.members.@.person.interior`],
  health: [`${root}.members.@.person.health`],
  education: [`${root}.members.@.person.education`],
  social: [root],
  centres: [
    `${root}.leadCentre`,
    `${root}.leadCaseManager`,
    `${root}.appeals`,
    `${root}.activePlan`,
    `${root}.members.@.person.support`,
  ],
});

/** Promised operations and other roots, with what each agency's outage takes from them (decision B2). */
const OPERATIONS: readonly Operation[] = [
  {
    name: 'FamilyProfile',
    run: () => world.operation('13-family-profile.graphql', 'FamilyProfile', { variables: { id: getFamily().id } }),
    lost: profileLoss('family'),
  },
  {
    name: 'FamilyProfileByIin',
    run: () =>
      world.operation('13-family-profile.graphql', 'FamilyProfileByIin', {
        variables: { iin: getFamily().members[0]?.iin },
      }),
    lost: profileLoss('familyByIin'),
  },
  {
    name: 'MeasuresInbox',
    run: () =>
      world.operation('07-agency-inbox.graphql', 'MeasuresInbox', {
        variables: { body: 'HEALTH', districtKato: FIRST_DISTRICT, first: 5 },
        role: 'DOCTOR',
      }),
    lost: {
      health: ['measuresInbox.nodes.@.beneficiary.health'],
      social: ['measuresInbox.nodes.@.beneficiary.fullName', 'measuresInbox.nodes.@.plan.family.kato'],
      centres: ['measuresInbox'],
    },
  },
  {
    name: 'CentreNetwork',
    run: () => world.operation('14-indicators.graphql', 'CentreNetwork', { role: 'ANALYST' }),
    lost: { centres: ['centres'] },
  },
  {
    name: 'ProtectionOrders',
    run: () =>
      world.operation('14-indicators.graphql', 'ProtectionOrders', { role: 'ANALYST', variables: { year: 2025 } }),
    lost: { interior: ['protectionOrderStats'] },
  },
  {
    name: 'a plan and an appeal, reached without social protection',
    run: () =>
      world.ask(
        `query ($plan: ID!, $appeal: ID!) {
          plan(id: $plan) { number status family { id kato wellbeing { category } } measures { title beneficiary { id fullName } } }
          appeal(id: $appeal) { number applicant { id fullName } family { id kato } }
        }`,
        { variables: { plan: getFamily().plan?.id, appeal: getFamily().appeal.id } },
      ),
    lost: {
      social: [
        'plan.family.kato',
        'plan.family.wellbeing',
        'plan.measures.@.beneficiary.fullName',
        'appeal.applicant.fullName',
        'appeal.family.kato',
      ],
      centres: ['plan', 'appeal'],
    },
  },
];

const HOSTS = /internal|4001|ECONNREFUSED|http:/;

/** The errors of an answer, whatever the order in which agencies failed. */
const errorsOf = ({ errors }: Answer) =>
  errors
    .map((error) => ({ ...error, extensions: { ...error.extensions, paths: error.extensions.paths?.toSorted() } }))
    .toSorted((left, right) => (String(left.extensions.agency) < String(right.extensions.agency) ? -1 : 1));
const outage = (agency: Agency, paths: readonly string[]) => ({
  message: `The agency ${agency} does not answer; its part of this answer is missing.`,
  extensions: { code: 'AGENCY_UNAVAILABLE', agency, paths: paths.toSorted() },
});

/** The same data with null at these places; `@` stands for every item of a list. */
function without(data: object, paths: readonly string[]): object {
  const copy = structuredClone(data);
  for (const path of paths) remove(copy, path.split('.'));
  return copy;
}

function remove(value: unknown, [step = '', ...rest]: readonly string[]): void {
  if (value === null) return;
  if (step === '@') {
    for (const item of value as unknown[]) remove(item, rest);
    return;
  }
  const parent = value as Record<string, unknown>;
  if (!(step in parent)) throw new Error(`The answer must have the field ${step}.`);
  if (rest.length === 0) parent[step] = null;
  else remove(parent[step], rest);
}

describe.each(OPERATIONS)('$name', ({ run, lost }) => {
  test.each(AGENCIES)('while %s is down has exactly the promised nulls and one error', async (agency) => {
    const whole = await run();
    expect(whole.errors).toEqual([]);
    const paths = lost[agency];
    // The test can see nothing missing where nothing was.
    expect(paths ? without(whole.data, paths) : null).not.toEqual(whole.data);

    cut(world, agency);
    const answer = await run();
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual(without(whole.data, paths ?? []));
    expect(errorsOf(answer)).toEqual(paths ? [outage(agency, paths)] : []);
    expect(answer.body).not.toMatch(HOSTS);
    expect(answer.extensions).toEqual({});
  });
});

describe('two agencies down', () => {
  const [profile] = OPERATIONS as [Operation, ...Operation[]];
  const others = AGENCIES.filter((agency) => agency !== 'social');
  const pairs = others.flatMap((one, index) => others.slice(index + 1).map((other) => [one, other] as const));

  test.each(pairs)('%s and %s: two errors, and both their parts missing', async (one, other) => {
    const { data } = await profile.run();
    cut(world, one, other);
    const answer = await profile.run();
    const [ofOne = [], ofOther = []] = [profile.lost[one], profile.lost[other]];
    expect(answer.data).toEqual(without(data, [...ofOne, ...ofOther]));
    expect(errorsOf(answer)).toEqual(
      [outage(one, ofOne), outage(other, ofOther)].toSorted((left, right) =>
        left.extensions.agency < right.extensions.agency ? -1 : 1,
      ),
    );
  });

  test('social protection and another: nobody else is asked about a family that is not known', async () => {
    cut(world, 'social', 'health');
    const answer = await profile.run();
    expect(answer.data).toEqual({ family: null });
    expect(errorsOf(answer)).toEqual([outage('social', ['family'])]);
  });

  test('all five: every root is null, with one error for each agency', async () => {
    cut(world, ...AGENCIES);
    const answer = await world.ask(
      `query ($id: ID!) { family(id: $id) { kato } plan(id: $id) { number } policeIncident(id: $id) { kind }
        medicalEpisode(id: $id) { kind } childHelpCase(id: $id) { number } person(id: $id) { fullName } }`,
      { variables: { id: getFamily().id } },
    );
    expect(answer.data).toEqual({
      family: null,
      plan: null,
      policeIncident: null,
      medicalEpisode: null,
      childHelpCase: null,
      person: null,
    });
    expect(errorsOf(answer)).toEqual([
      outage('centres', ['plan']),
      outage('education', ['childHelpCase']),
      outage('health', ['medicalEpisode']),
      outage('interior', ['policeIncident']),
      outage('social', ['family', 'person']),
    ]);
    expect(answer.body).not.toMatch(HOSTS);
  });
});

test('an agency that is back is asked again at once', async () => {
  const [profile] = OPERATIONS as [Operation, ...Operation[]];
  const whole = await profile.run();
  cut(world, 'health');
  await profile.run();
  world.down.delete('health');
  expect((await profile.run()).body).toBe(whole.body);
});

test('an outage is logged with the request id, the agency and what went wrong', async () => {
  cut(world, 'interior');
  world.logged.length = 0;
  const [profile] = OPERATIONS as [Operation, ...Operation[]];
  const { headers } = await profile.run();
  expect(world.logged.filter(({ level }) => level !== 'info')).toEqual([
    {
      level: 'warn',
      message: 'an agency did not answer',
      fields: {
        agency: 'interior',
        requestId: headers['x-request-id'],
        err: new Error('connect ECONNREFUSED http://interior.internal:4001'),
      },
    },
  ]);
});

describe('ReportMeasureStatus', () => {
  /** A measure that the clinic works on, with an appointment as its evidence. */
  async function getMeasure() {
    return world
      .sql('centres')
      .selectFrom('planMeasure')
      .innerJoin('measureEvidence', 'measureEvidence.measureId', 'planMeasure.id')
      .where('planMeasure.kind', '=', 'MEDICAL')
      .where('planMeasure.status', '=', 'IN_PROGRESS')
      .orderBy('planMeasure.id')
      .select(['planMeasure.id', 'planMeasure.version', 'measureEvidence.evidenceId'])
      .executeTakeFirstOrThrow() as Promise<{ id: string; version: number; evidenceId: string }>;
  }

  test('while health is down is done, once; only what health says of the evidence is missing', async () => {
    const { id, version } = await getMeasure();
    cut(world, 'health');
    world.fetches.length = 0;
    const answer = await reportMeasure(world, id, { status: 'DONE', expectedVersion: version });
    expect(answer.data.reportMeasureStatus).toMatchObject({
      measure: { id, status: 'DONE', version: version + 1, evidence: [null] },
      userErrors: [],
    });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'AGENCY_UNAVAILABLE', agency: 'health' } }]);
    expect(world.fetches.filter(({ query }) => query.startsWith('mutation'))).toHaveLength(1);
  });

  test('with new evidence while its agency is down is refused, and nothing is written', async () => {
    const { id, version, evidenceId } = await getMeasure();
    cut(world, 'health');
    const evidence = { kind: 'MEDICAL_APPOINTMENT', id: evidenceId };
    const answer = await reportMeasure(world, id, { status: 'DONE', expectedVersion: version, evidence });
    expect(answer.data.reportMeasureStatus).toMatchObject({
      measure: null,
      userErrors: [
        {
          code: 'AGENCY_UNAVAILABLE',
          message: 'The agency that keeps the evidence, health, must answer; it does not now.',
          path: ['input', 'evidence', 'id'],
        },
      ],
    });
    expect(await getMeasure()).toEqual({ id, version, evidenceId });
  });

  test('while the centres are down fails cleanly and is sent once', async () => {
    const { id, version } = await getMeasure();
    cut(world, 'centres');
    world.fetches.length = 0;
    const answer = await reportMeasure(world, id, { status: 'DONE', expectedVersion: version });
    expect(answer.data).toEqual({ reportMeasureStatus: null });
    expect(errorsOf(answer)).toEqual([outage('centres', ['reportMeasureStatus'])]);
    expect(world.fetches).toHaveLength(1);
  });
});
