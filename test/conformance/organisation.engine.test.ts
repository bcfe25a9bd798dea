import { randomUUID } from 'node:crypto';
import { getNamedType } from 'graphql';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/access.ts';
import { AGENCIES, type Agency, readSubgraphSdl } from '../../schema/subgraphs.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import type { Post } from '../../subgraphs/kit/nation/places.ts';
import { API, leastOf } from '../support/bad-input.ts';
import { createStrangerTaker, signalInput, submitSignal } from '../support/intake-case.ts';
import { createCaseTaker, createPlan, planInput } from '../support/plan-case.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const MUTATIONS = Object.values(API.getMutationType()?.getFields() ?? {});
const mutationsOf = (...agencies: readonly Agency[]) =>
  MUTATIONS.filter(({ name }) =>
    agencies.some((agency) => new RegExp(`^  ${name}\\(`, 'm').test(readSubgraphSdl(agency))),
  );

/** Gives each of the commands in its least form; returns command → codes. */
async function giveAll(commands: typeof MUTATIONS, role: Role, as: object = {}): Promise<Record<string, string[]>> {
  const answers: Record<string, string[]> = {};
  for (const { name, args } of commands) {
    const type = getNamedType(args[0]?.type);
    if (!args[0] || !type) throw new Error(`${name} must have an input.`);
    const input = { ...(leastOf(args[0].type) as object), idempotencyKey: randomUUID() };
    const { data, errors } = await world.ask(
      `mutation ($input: ${type.name}!) { ${name}(input: $input) { userErrors { code } } }`,
      { role, as, variables: { input } },
    );
    expect(errors, name).toEqual([]);
    answers[name] = data[name].userErrors.map(({ code }: { code: string }) => code);
  }
  return answers;
}
const allForbidden = (commands: typeof MUTATIONS) =>
  Object.fromEntries(commands.map(({ name }) => [name, ['FORBIDDEN']]));

function staffOf(post: Post) {
  const employee = world.nation.districts
    .find(({ kato }) => kato === FIRST_DISTRICT)
    ?.centre.employees.find((candidate) => candidate.post === post);
  if (!employee) throw new Error(`The centre of the first district must have the post ${post}.`);
  return employee;
}

describe('the network of centres', () => {
  test('has one centre in a district, also past all rules (R-001)', async () => {
    const districts = await world.sql('centres').selectFrom('centre').select('districtKato').execute();
    expect(new Set(districts.map(({ districtKato }) => districtKato)).size).toBe(districts.length);
    await expect(
      sql`insert into centre (id, title_ru, title_kk, district_kato, region_kato, opened_at)
        select (select id from organisation where kind = 'HEALTH' limit 1), title_ru, title_kk, district_kato, region_kato, opened_at
        from centre limit 1`.execute(world.sql('centres')),
    ).rejects.toMatchObject({ code: '23505', constraint: 'centre_district_kato_key' });
  });

  test('tells of each centre its staff by post against the norm, to the ministry too (R-002, R-003)', async () => {
    const { data, errors } = await world.ask(
      '{ centres { id staffing { normUnits actualUnits posts { post normUnits actualUnits } } } }',
      { role: 'ANALYST', purpose: null },
    );
    expect(errors).toEqual([]);
    expect(data.centres.length).toBeGreaterThan(0);
    const staff = await world.sql('centres').selectFrom('employee').select(['centreId', 'units']).execute();
    for (const { id, staffing } of data.centres) {
      const units = staff.filter(({ centreId }) => centreId === id).reduce((sum, row) => sum + row['units'], 0);
      expect(staffing.posts).toHaveLength(20);
      expect(staffing).toMatchObject({ normUnits: 17, actualUnits: units });
    }
  });
});

describe('the two units of a centre (R-006)', () => {
  test('methodology and outreach gives no command of the centres at all, whatever its role says', async () => {
    const commands = mutationsOf('centres');
    expect(commands.length).toBeGreaterThan(50);
    for (const post of ['MEDIA_SPECIALIST', 'PREVENTION_SPECIALIST'] as const) {
      const employee = world.nation.districts[0]?.centre.employees.find((candidate) => candidate.post === post);
      if (!employee) continue;
      expect(await giveAll(commands, 'CASE_MANAGER', { sub: employee.userId })).toEqual(allForbidden(commands));
    }
  });

  test('neither do support posts; both units are staffed', async () => {
    const commands = mutationsOf('centres').filter(({ name }) => ['createPlan', 'triageAppeal'].includes(name));
    const accountant = { sub: staffOf('CHIEF_ACCOUNTANT').userId };
    expect(await giveAll(commands, 'CENTRE_HEAD', accountant)).toEqual(allForbidden(commands));
    const { rows } = await sql<{
      unit: string;
    }>`select distinct unit from employee where unit is not null order by unit`.execute(world.sql('centres'));
    expect(rows.map(({ unit }) => unit)).toEqual(['CONSULTATION_AND_ACCOMPANIMENT', 'METHODOLOGY_AND_OUTREACH']);
  });

  test('consultation and accompaniment assesses, plans, runs groups and residence (R-007)', async () => {
    const commands = mutationsOf('centres').filter(({ name }) =>
      [
        'triageAppeal',
        'completePrimaryAssessment',
        'confirmNeedsAssessment',
        'createPlan',
        'organiseMobileGroup',
        'createImmediateResponsePlan',
        'admitToTemporaryResidence',
      ].includes(name),
    );
    expect(commands).toHaveLength(7);
    for (const codes of Object.values(await giveAll(commands, 'CASE_MANAGER')))
      expect(codes).not.toContain('FORBIDDEN');
  });
});

test('a plan shows its specialists, and for each measure one kind, one body and one date (R-031, R-032, R-033)', async () => {
  const input = planInput(createCaseTaker(world)());
  const created = await createPlan(world, input);
  const { data } = await world.ask(
    `{ plan(id: "${created.data.createPlan.plan.id}") { specialists measures { kind responsible { kind } due { dueAt } } } }`,
  );
  expect(data.plan.specialists).toEqual(input.specialists);
  const asked = input.measures.map(({ kind, responsible, dueDate }) => ({
    kind,
    responsible: { kind: responsible },
    due: { dueAt: `${dueDate}T23:59:59+05:00` },
  }));
  expect(data.plan.measures).toHaveLength(asked.length);
  expect(data.plan.measures).toEqual(expect.arrayContaining(asked));
});

test('the ministry and its Project Office give no command to any agency (R-002, R-011)', async () => {
  const commands = mutationsOf(...AGENCIES);
  expect(commands).toHaveLength(MUTATIONS.length);
  expect(await giveAll(commands, 'ANALYST')).toEqual(allForbidden(commands));
});

test('the contact centre 111 has a channel of its own, and its signals become appeals (R-097, R-020)', async () => {
  const family = createStrangerTaker(world)();
  const input = signalInput(family, {
    familyId: family.id,
    channel: 'CONTACT_CENTRE_111',
    source: 'CONTACT_CENTRE_111',
  });
  const { appeal, userErrors } = await submitSignal(world, input, { role: 'CONTACT_CENTRE_111' });
  expect(userErrors).toEqual([]);
  const { data } = await world.ask(`{ appealByNumber(number: "${appeal.number}") { signals { channel source } } }`);
  expect(data.appealByNumber.signals).toContainEqual({ channel: 'CONTACT_CENTRE_111', source: 'CONTACT_CENTRE_111' });
});

test('one open assessment of a family and of an appeal, also past all rules (I-05)', async () => {
  const open = (appealId: string | undefined, familyId: string | null) =>
    sql`insert into primary_assessment (id, appeal_id, family_id, status, version)
      values (gen_random_uuid(), ${appealId}, ${familyId}, 'DUE', 1)`.execute(world.sql('centres'));
  const { rows } = await sql<{ id: string }>`select id from appeal a where not exists
    (select from primary_assessment p where p.appeal_id = a.id and p.status in ('DUE', 'IN_PROGRESS')) limit 2`.execute(
    world.sql('centres'),
  );
  const familyId = randomUUID();
  await open(rows[0]?.id, familyId);
  await expect(open(rows[1]?.id, familyId)).rejects.toMatchObject({ code: '23505', constraint: 'one_open_assessment' });
  await expect(open(rows[0]?.id, null)).rejects.toMatchObject({
    code: '23505',
    constraint: 'one_open_assessment_of_appeal',
  });
});
