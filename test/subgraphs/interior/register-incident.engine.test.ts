import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import {
  command,
  createCoupleTaker,
  incidentInput,
  policeBody,
  registerIncident,
  toldEvents,
} from '../../support/incident-case.ts';
import { NOBODY } from '../../support/bad-input.ts';
import { type Asking, createWorld, cut, key, type World } from '../../support/world.ts';

const ANOTHER_DISTRICT = '751110000';
const SELECT = 'incident { id victim { id identityStatus } aggressor { id } childrenPresent { id } } signal { id }';

let world: World;
let takeFamily: () => NationFamily;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCoupleTaker(world);
});
afterAll(() => world.stop());

const register = (input: object, asking: Asking = {}) => command(world, 'registerIncident', input, SELECT, asking);

const incidentsOf = (registryNumber: string) =>
  world.sql('interior').selectFrom('policeIncident').selectAll().where('registryNumber', '=', registryNumber).execute();

const personsNamed = (fullName: string) =>
  world.sql('social').selectFrom('person').select(['id', 'identityStatus']).where('fullName', '=', fullName).execute();

describe('is refused', () => {
  const child = (family: NationFamily) => family.members.find(({ minor }) => minor)?.id;
  test.each<[string, (family: NationFamily) => object, string, string[]]>([
    ['in another district', () => ({ kato: ANOTHER_DISTRICT }), 'FORBIDDEN', ['kato']],
    ['before it happened', () => ({ occurredAt: '2025-10-01T09:00:01+05:00' }), 'INVALID_INPUT', ['occurredAt']],
    ['without a victim', () => ({ victimPersonId: null }), 'INVALID_INPUT', ['victimPersonId']],
    ['with two victims', () => ({ victim: { fullName: 'Айгүл' } }), 'INVALID_INPUT', ['victimPersonId']],
    ['with two aggressors', () => ({ aggressor: { fullName: 'Ерлан' } }), 'INVALID_INPUT', ['aggressorPersonId']],
    ['with an unknown victim', () => ({ victimPersonId: NOBODY }), 'NOT_FOUND', ['victimPersonId']],
    ['with an unknown aggressor', () => ({ aggressorPersonId: NOBODY }), 'NOT_FOUND', ['aggressorPersonId']],
    [
      'with an unknown child',
      (family) => ({ childrenPresentIds: [child(family), NOBODY] }),
      'NOT_FOUND',
      ['childrenPresentIds', '1'],
    ],
    [
      'with an IIN that leads to nobody',
      () => ({ victimPersonId: null, victim: { iin: '888101400108' } }),
      'IIN_NOT_FOUND',
      ['victim'],
    ],
    ['with an empty hint', () => ({ childrenPresent: [{}] }), 'INVALID_INPUT', ['childrenPresent', '0']],
    [
      'when the victim is the aggressor',
      (family) => ({ aggressorPersonId: family.members[0]?.id }),
      'INVALID_INPUT',
      ['aggressorPersonId'],
    ],
    [
      'when the aggressor is a child who was there',
      (family) => ({ aggressorPersonId: child(family) }),
      'INVALID_INPUT',
      ['aggressorPersonId'],
    ],
  ])('%s', async (_, change, code, path) => {
    const family = takeFamily();
    const input = incidentInput(family, change(family));
    expect(await register(input)).toMatchObject({
      incident: null,
      signal: null,
      alreadyProcessed: false,
      userErrors: [{ code, path: ['input', ...path] }],
    });
    expect(await incidentsOf(input.registryNumber)).toEqual([]);
  });

  test.each(['CASE_MANAGER', 'DOCTOR', 'FAMILY_MEMBER', 'INTEGRATOR'] as const)('to %s (FORBIDDEN)', async (role) => {
    const input = incidentInput(takeFamily());
    expect((await register(input, { role })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect(await incidentsOf(input.registryNumber)).toEqual([]);
  });

  test('under a key that was used with another input (IDEMPOTENCY_CONFLICT)', async () => {
    const input = incidentInput(takeFamily());
    await register(input);
    expect((await register({ ...input, threatToLife: false })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT', path: ['input', 'idempotencyKey'] },
    ]);
  });

  test('while social protection cannot say who is meant; a known number needs nobody (decision B3)', async () => {
    const input = incidentInput(takeFamily());
    const known = incidentInput(takeFamily());
    await register(known);
    cut(world, 'social');
    const select = 'incident { registryNumber }';
    expect(await command(world, 'registerIncident', input, select)).toMatchObject({
      incident: null,
      userErrors: [{ code: 'AGENCY_UNAVAILABLE' }],
    });
    expect(await command(world, 'registerIncident', { ...known, idempotencyKey: key() }, select)).toMatchObject({
      incident: { registryNumber: known.registryNumber },
      alreadyProcessed: true,
    });
  });
});

describe('people without an id (decision B1)', () => {
  const unknown = (name: string, change: object = {}) => ({
    victimPersonId: null,
    victim: { fullName: `${name} Пострадавшая`, birthYear: 1990 },
    aggressorPersonId: null,
    aggressor: { fullName: `${name} Агрессор` },
    childrenPresentIds: [],
    childrenPresent: [{ fullName: `${name} Ребёнок` }, { fullName: `${name} Ребёнок` }],
    ...change,
  });

  test('become provisional persons, once for the incident under whatever keys and at whatever moment', async () => {
    const input = incidentInput(takeFamily(), unknown('Жаңыл'));
    const answers = await Promise.all(Array.from({ length: 6 }, () => register({ ...input, idempotencyKey: key() })));
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(answers.map(({ incident }) => incident.id)).size).toBe(1);
    expect(answers[0].incident).toMatchObject({ victim: { identityStatus: 'PROVISIONAL' } });
    expect(await personsNamed('Жаңыл Пострадавшая')).toHaveLength(1);
    expect(await personsNamed('Жаңыл Агрессор')).toHaveLength(1);
    // Two children of whom the same is known are two children.
    expect(await personsNamed('Жаңыл Ребёнок')).toHaveLength(2);
    expect(answers[0].incident.childrenPresent).toHaveLength(2);
  });

  test('are not made twice by a report that was refused and then corrected', async () => {
    const input = incidentInput(takeFamily(), unknown('Раушан', { aggressor: { iin: '888101400108' } }));
    expect((await register(input)).userErrors).toMatchObject([{ code: 'IIN_NOT_FOUND', path: ['input', 'aggressor'] }]);
    expect((await register({ ...input, aggressor: { fullName: 'Раушан Агрессор' } })).userErrors).toEqual([]);
    expect(await personsNamed('Раушан Пострадавшая')).toHaveLength(1);
  });

  test('are known persons when their IIN says so', async () => {
    const family = takeFamily();
    const [woman, man] = family.members;
    const { incident } = await register(
      incidentInput(family, {
        victimPersonId: null,
        victim: { iin: woman?.iin },
        childrenPresentIds: [man?.id],
        aggressorPersonId: null,
      }),
    );
    expect(incident).toMatchObject({ victim: { id: woman?.id }, aggressor: null, childrenPresent: [{ id: man?.id }] });
  });
});

describe('a number that is registered', () => {
  test('of the nation gives its incident and its signal', async () => {
    const [row] = await world
      .sql('interior')
      .selectFrom('policeIncident')
      .selectAll()
      .where('kato', '=', FIRST_DISTRICT)
      .where('signalId', 'is not', null)
      .limit(1)
      .execute();
    const again = await register(incidentInput(takeFamily(), { registryNumber: row?.['registryNumber'] }));
    expect(again).toMatchObject({
      incident: { id: row?.['id'] },
      signal: { id: row?.['signalId'] },
      alreadyProcessed: true,
      userErrors: [],
    });
  });

  test('in another district, or by the aggressor himself, is refused without a word about it (8.3)', async () => {
    const family = takeFamily();
    const [, man] = family.members;
    const { registryNumber } = await registerIncident(world, family);
    const elsewhere = incidentInput(takeFamily(), { registryNumber, kato: ANOTHER_DISTRICT });
    const refused = { incident: null, signal: null, userErrors: [{ code: 'FORBIDDEN', entityId: null }] };
    expect(await register(elsewhere, { as: { district: ANOTHER_DISTRICT } })).toMatchObject(refused);
    const input = incidentInput(takeFamily(), { registryNumber });
    expect(await register(input, { as: { person: man?.id ?? null } })).toMatchObject(refused);
  });

  test('without an aggressor is known to every officer of the district', async () => {
    const input = incidentInput(takeFamily(), { aggressorPersonId: null });
    await register(input);
    expect(await register({ ...input, idempotencyKey: key() }, { as: { person: NOBODY } })).toMatchObject({
      alreadyProcessed: true,
      userErrors: [],
    });
  });
});

describe('tells', () => {
  test('the measure that it carries out (decision C3), once', async () => {
    const family = takeFamily();
    const measureId = '22222222-2222-4222-8222-222222222222';
    const input = incidentInput(family, { measureId });
    const { incident } = await register(input);
    await register({ ...input, idempotencyKey: key() });
    const facts = (await toldEvents(world, 'interior', 'FactRecorded')).filter(
      ({ payload }) => payload.measureId === measureId,
    );
    expect(facts).toEqual([
      {
        destination: 'centres',
        payload: {
          measureId,
          evidenceKind: 'POLICE_INCIDENT',
          evidenceId: incident.id,
          state: 'REGISTERED',
          organisationId: policeBody(world),
          subject: { personId: family.members[0]?.id, familyId: family.id },
          at: '2025-10-01T04:00:00Z',
          note: null,
        },
      },
    ]);
  });

  test('nobody of a conflict while the aggressor is unknown', async () => {
    const before = await toldEvents(world, 'interior', 'AccessFactsChanged');
    await register(incidentInput(takeFamily(), { aggressorPersonId: null }));
    expect(await toldEvents(world, 'interior', 'AccessFactsChanged')).toEqual(before);
  });

  test('the audit of what was done, without a word of the narrative (I-19, I-20)', async () => {
    const { incident } = await register(incidentInput(takeFamily()));
    const entries = await world
      .sql('interior')
      .selectFrom('auditEntry')
      .selectAll()
      .where('operation', '=', 'registerIncident')
      .execute();
    const [entry] = entries.filter((row) => (row['entityIds'] as string[]).includes(incident.id));
    expect(entry).toMatchObject({ role: 'POLICE', after: { kind: 'PHYSICAL_VIOLENCE', threatToLife: true } });
    expect(JSON.stringify(entry)).not.toContain('побои');
  });
});

test('even past all rules two incidents of one number cannot stand, nor one against oneself (I-04)', async () => {
  const family = takeFamily();
  const { registryNumber } = await registerIncident(world, family);
  const [row] = await incidentsOf(registryNumber);
  const insert = (change: object) =>
    world
      .sql('interior')
      .insertInto('policeIncident')
      .values({ ...row, id: NOBODY, signalId: null, ...change })
      .execute();
  await expect(insert({})).rejects.toThrow('police_incident_registry_number_key');
  await expect(insert({ registryNumber: 'КУИ-сам', aggressorId: row?.['victimId'] })).rejects.toThrow('check');
});
