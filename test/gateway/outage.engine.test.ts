import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { createCaseTaker, planInput, reportMeasure } from '../support/plan-case.ts';
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
const OPERATIONS: Operation[] = [
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

const idOf = async (agency: Agency, table: string): Promise<string> => {
  const { id } = await world.sql(agency).selectFrom(table).select('id').orderBy('id').executeTakeFirstOrThrow();
  return id;
};

OPERATIONS.push({
  name: 'a root of every agency',
  run: async () =>
    world.ask(
      `query ($family: ID!, $person: ID!, $plan: ID!, $incident: ID!, $episode: ID!, $case: ID!) {
        family(id: $family) { kato } plan(id: $plan) { number } policeIncident(id: $incident) { kind }
        medicalEpisode(id: $episode) { kind } childHelpCase(id: $case) { number } person(id: $person) { fullName }
      }`,
      {
        variables: {
          family: getFamily().id,
          person: getFamily().members[0]?.id,
          plan: getFamily().plan?.id,
          incident: await idOf('interior', 'policeIncident'),
          episode: await idOf('health', 'medicalEpisode'),
          case: await idOf('education', 'childHelpCase'),
        },
      },
    ),
  lost: {
    interior: ['policeIncident'],
    health: ['medicalEpisode'],
    education: ['childHelpCase'],
    social: ['family', 'person'],
    centres: ['plan'],
  },
});

const HOSTS = /internal|:4001|ECONNREFUSED|http:/;

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

/** All ways in which at least one agency can be down: 31 for five. */
const OUTAGES = Array.from({ length: 2 ** AGENCIES.length - 1 }, (_, bits) =>
  AGENCIES.filter((_agency, index) => (bits + 1) & (1 << index)),
);

/** What each of the agencies that are down takes away. Below what is missing anyway nobody is asked, and nobody is missed. */
function lossOf(lost: Operation['lost'], down: readonly Agency[]): (readonly [Agency, readonly string[]])[] {
  const isAsked = (agency: Agency, path: string) =>
    !down.some((other) => other !== agency && lost[other]?.some((above) => path.startsWith(`${above}.`)));
  return down
    .map((agency) => [agency, (lost[agency] ?? []).filter((path) => isAsked(agency, path))] as const)
    .filter(([, paths]) => paths.length > 0);
}

const outages = (losses: ReturnType<typeof lossOf>) =>
  losses
    .map(([agency, paths]) => outage(agency, paths))
    .toSorted((left, right) => (left.extensions.agency < right.extensions.agency ? -1 : 1));

describe.each(OPERATIONS)('$name', ({ run, lost }) => {
  let whole: Answer;
  beforeAll(async () => {
    whole = await run();
  });

  test('has something to lose in every place that an outage takes', () => {
    expect(whole.errors).toEqual([]);
    for (const paths of Object.values(lost)) {
      for (const path of paths) expect(without(whole.data, [path]), path).not.toEqual(whole.data);
    }
  });

  test.each(OUTAGES.map((down) => [down.join(', '), down] as const))(
    'while down are %s: exactly the promised nulls and one error for each that is missed (decision B2)',
    async (_, down) => {
      cut(world, ...down);
      const answer = await run();
      const losses = lossOf(lost, down);
      expect(answer.status).toBe(200);
      expect(answer.data).toEqual(
        without(
          whole.data,
          losses.flatMap(([, paths]) => paths),
        ),
      );
      expect(errorsOf(answer)).toEqual(outages(losses));
      expect(answer.body).not.toMatch(HOSTS);
      expect(answer.extensions).toEqual({});
    },
  );
});

describe('CreatePlan', () => {
  const PLAN = `plan { id number family { id kato wellbeing { category } }
    measures { id beneficiary { id fullName health { needsMedicalHelp } education { attendance } interior { asOf } } } }`;
  const below = (root: string, lost: Operation['lost']): Operation['lost'] =>
    Object.fromEntries(Object.entries(lost).map(([agency, paths]) => [agency, paths.map((path) => `${root}.${path}`)]));
  const LOST: Operation['lost'] = {
    interior: ['measures.@.beneficiary.interior'],
    health: ['measures.@.beneficiary.health'],
    education: ['measures.@.beneficiary.education'],
    social: ['family.kato', 'family.wellbeing', 'measures.@.beneficiary.fullName'],
  };
  let take: () => NationFamily;
  let spare: NationFamily;
  beforeAll(() => {
    take = createCaseTaker(world);
    spare = take();
  });
  const send = (input: object) =>
    world.ask(`mutation ($input: CreatePlanInput!) { createPlan(input: $input) { ${PLAN} userErrors { code } } }`, {
      variables: { input },
    });

  /** How many rows every table of every agency has. */
  async function countRows(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const agency of AGENCIES) {
      const db = world.sql(agency);
      const { rows } = await sql<{
        name: string;
      }>`select tablename as name from pg_tables where schemaname = ${agency}`.execute(db);
      for (const { name } of rows) {
        const counted = await sql<{ count: number }>`select count(*) from ${sql.table(`${agency}.${name}`)}`.execute(
          db,
        );
        counts[`${agency}.${name}`] = Number(counted.rows[0]?.count);
      }
    }
    return counts;
  }

  /** Of the agencies that have a part in it: the others are not asked. */
  const byCentres = (wanted: boolean) =>
    OUTAGES.filter((down) => down.every((agency) => agency === 'centres' || LOST[agency]))
      .filter((down) => down.includes('centres') === wanted)
      .map((down) => [down.join(', '), down] as const);

  test.each(byCentres(true))(
    'while down are %s: fails cleanly, is sent once, and writes nothing anywhere',
    async (_, down) => {
      const before = await countRows();
      cut(world, ...down);
      world.fetches.length = 0;
      const answer = await send(planInput(spare));
      expect(answer.data).toEqual({ createPlan: null });
      expect(errorsOf(answer)).toEqual([outage('centres', ['createPlan'])]);
      expect(answer.body).not.toMatch(HOSTS);
      expect(world.fetches).toHaveLength(1);
      expect(await countRows()).toEqual(before);
    },
  );

  test.each(byCentres(false))(
    'while down are %s: is done whole, once, and only what the others say of it is missing (decision B3)',
    async (_, down) => {
      const input = planInput(take());
      const before = await countRows();
      cut(world, ...down);
      const answer = await send(input);
      const after = await countRows();
      const { plan, userErrors } = answer.data.createPlan;
      expect(userErrors).toEqual([]);
      expect(errorsOf(answer)).toEqual(outages(lossOf(below('createPlan.plan', LOST), down)));
      expect(answer.body).not.toMatch(HOSTS);
      for (const [table, rows] of [
        ['centres.individual_plan', 1],
        ['centres.plan_measure', input.measures.length],
        ['centres.idempotency', 1],
        ['centres.audit_entry', 1],
      ] as const) {
        expect((after[table] ?? 0) - (before[table] ?? 0), table).toBe(rows);
      }
      const row = await world
        .sql('centres')
        .selectFrom('individualPlan')
        .where('id', '=', plan.id)
        .select('duplicatesChecked')
        .executeTakeFirstOrThrow();
      expect(row).toEqual({ duplicatesChecked: !down.includes('social') });

      for (const agency of down) world.down.delete(agency);
      const { data } = await world.ask(
        `query ($id: ID!) { plan(id: $id) { ...P } } fragment P on IndividualPlan ${PLAN.slice(5)}`,
        {
          variables: { id: plan.id },
        },
      );
      expect(plan).toEqual(
        without(
          data.plan,
          lossOf(LOST, down).flatMap(([, paths]) => paths),
        ),
      );
    },
  );
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
