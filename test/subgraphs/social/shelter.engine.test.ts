import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../../schema/access.ts';
import { reservePlace } from '../../../subgraphs/social/commands/shelter/reserve-place.ts';
import {
  admit,
  admitInput,
  commandSocial,
  createVictimTaker,
  discharge,
  letPass,
  reservationsOf,
  reserve,
} from '../../support/shelter-case.ts';
import { createWorld, key, type World } from '../../support/world.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const MEASURE = '00000000-0000-4000-8000-00000000000b';

let world: World;
let takeVictim: ReturnType<typeof createVictimTaker>;
let crisisCentres: string[];
beforeAll(async () => {
  world = await createWorld();
  takeVictim = createVictimTaker(world);
  crisisCentres = world.nation.crisisCentres.map(({ id }) => id);
});
afterAll(() => world.stop());

const here = () => crisisCentres[0] ?? '';
const there = () => crisisCentres[1] ?? '';
const codesOf = ({ userErrors }: { userErrors: { code: string; path: string[] | null }[] }) =>
  userErrors.map(({ code, path }) => [code, path?.slice(1).join('.')]);

const FIELDS =
  'placement { id version from to outcome } conflict { id version } alreadyProcessed userErrors { code message path entityId currentState }';
const give = async (command: string, type: string, input: object, asking: { role?: Role; as?: object }) => {
  const { data, errors } = await world.ask(`mutation ($input: ${type}!) { ${command}(input: $input) { ${FIELDS} } }`, {
    variables: { input: { idempotencyKey: key(), ...input } },
    role: 'CRISIS_CENTRE',
    purpose: 'SERVICE_DELIVERY',
    ...asking,
  });
  expect(errors).toEqual([]);
  return data[command];
};
const place = (
  personId: string,
  change: object = {},
  asking: { role?: Role; as?: object } = { as: { organisation: here() } },
) =>
  give(
    'recordCrisisCentrePlacement',
    'RecordCrisisCentrePlacementInput',
    { personId, crisisCentreId: here(), from: '2025-10-01', ...change },
    asking,
  );
const end = (placementId: string, change: object = {}, as: object = { organisation: here() }) =>
  give(
    'endCrisisCentrePlacement',
    'EndCrisisCentrePlacementInput',
    { placementId, expectedVersion: 1, to: '2025-10-01', outcome: 'Курс завершён', ...change },
    { as },
  );

const giveCapacity = async (crisisCentreId: string, more: number | null) => {
  const { occupied } = await world
    .sql('social')
    .selectFrom('crisisCentrePlacement')
    .select((eb) => eb.fn.countAll<number>().as('occupied'))
    .where('crisisCentreId', '=', crisisCentreId)
    .where('endsOn', 'is', null)
    .executeTakeFirstOrThrow();
  await world
    .sql('social')
    .updateTable('crisisCentre')
    .set({ capacity: more === null ? null : occupied + more })
    .where('id', '=', crisisCentreId)
    .execute();
};

describe('a crisis centre takes somebody in', () => {
  test('the placement and the person’s place are one, for its staff to see at once, and end together', async () => {
    const { victimId } = takeVictim();
    const { placement, userErrors } = await place(victimId, { measureId: MEASURE });
    expect(userErrors).toEqual([]);
    expect(placement).toMatchObject({ version: 1, from: '2025-10-01', to: null });
    const [reservation] = await reservationsOf(world, victimId);
    expect(reservation).toMatchObject({ status: 'CONFIRMED', placeId: here(), expiresAt: null });
    const known = () =>
      world.sql('social').selectFrom('accessFact').selectAll().where('id', '=', reservation?.id).execute();
    expect(await known()).toMatchObject([
      { kind: 'ASSIGNED', subjectId: victimId, organisationId: here(), validUntil: null },
    ]);

    expect(await end(placement.id)).toMatchObject({ placement: { version: 2, to: '2025-10-01' }, userErrors: [] });
    await world.agencies.settle();
    expect(await reservationsOf(world, victimId)).toMatchObject([{ status: 'RELEASED' }]);
    expect((await known())[0]?.validUntil).toEqual(world.clock.now());
    const told = await world
      .sql('social')
      .selectFrom('outbox')
      .select('payload')
      .where('type', '=', 'FactRecorded')
      .execute();
    expect(told.map(({ payload }) => payload)).toMatchObject([
      { measureId: MEASURE, evidenceKind: 'CRISIS_CENTRE_PLACEMENT', evidenceId: placement.id, state: 'PLACED' },
    ]);
    expect((await place(victimId)).userErrors).toEqual([]);
  });

  test('sixteen tries of two crisis centres and a centre at once: one place (I-12)', async () => {
    const { victimId } = takeVictim();
    await giveCapacity(here(), null);
    await giveCapacity(there(), null);
    const answers = await Promise.all(
      Array.from({ length: 16 }, async (_, index): Promise<string[]> => {
        if (index % 4 === 0) {
          return (await admit(world, admitInput({ victimId, minorIds: [] }))).userErrors.map(
            ({ code }: { code: string }) => code,
          );
        }
        const organisation = index % 2 === 0 ? here() : there();
        const { userErrors } = await place(victimId, { crisisCentreId: organisation }, { as: { organisation } });
        return userErrors.map(({ code }: { code: string }) => code);
      }),
    );
    expect(answers.filter((codes) => codes.length === 0)).toHaveLength(1);
    expect(new Set(answers.flat())).toEqual(new Set(['ALREADY_PLACED']));
    await letPass(world, { minutes: 1 });
    expect((await reservationsOf(world, victimId)).filter(({ status }) => status === 'CONFIRMED')).toHaveLength(1);
  });

  test('is ALREADY_PLACED while the person lives at a centre, free after the discharge, and the place is never named', async () => {
    const { victimId } = takeVictim();
    const { residence } = await admit(world, admitInput({ victimId, minorIds: [] }));
    const refused = await place(victimId);
    expect(codesOf(refused)).toEqual([['ALREADY_PLACED', 'personId']]);
    expect(JSON.stringify(refused)).not.toContain(residence.id);
    expect(refused.userErrors).toMatchObject([{ entityId: null, currentState: null }]);
    await discharge(world, residence.id, { reason: 'TRANSFERRED_TO_CRISIS_CENTRE' });
    await world.agencies.settle();
    expect((await place(victimId)).userErrors).toEqual([]);
  });

  test('the last two places are given twice (NO_CAPACITY)', async () => {
    await giveCapacity(there(), 2);
    const answers = await Promise.all(
      Array.from({ length: 7 }, () =>
        place(takeVictim().victimId, { crisisCentreId: there() }, { as: { organisation: there() } }),
      ),
    );
    expect(answers.filter(({ placement }) => placement)).toHaveLength(2);
    expect(new Set(answers.flatMap(codesOf).map(String))).toEqual(new Set(['NO_CAPACITY,crisisCentreId']));
  });

  test('aggressor and victim are not at one crisis centre, and the refusal is that of a full one (I-15)', async () => {
    const { victimId, aggressorId } = takeVictim();
    await giveCapacity(here(), null);
    await place(victimId);
    const refused = await place(aggressorId);
    expect(codesOf(refused)).toEqual([['NO_CAPACITY', 'crisisCentreId']]);
    await giveCapacity(here(), 0);
    expect((await place(takeVictim().victimId)).userErrors).toEqual(refused.userErrors);
    await giveCapacity(here(), null);
    expect(await reservationsOf(world, aggressorId)).toEqual([]);
  });

  test.each<[string, string, object]>([
    ['NOT_FOUND', 'crisisCentreId', { crisisCentreId: UNKNOWN }],
    ['FORBIDDEN', 'crisisCentreId', { crisisCentreId: 'there' }],
    ['NOT_FOUND', 'personId', { personId: UNKNOWN }],
    ['INVALID_INPUT', 'from', { from: '2025-12-31' }],
  ])('is refused with %s at %s', async (code, path, change) => {
    const input =
      'crisisCentreId' in change && change.crisisCentreId === 'there' ? { crisisCentreId: there() } : change;
    expect(codesOf(await place(takeVictim().victimId, input))).toEqual([[code, path]]);
  });

  test('is FORBIDDEN to every other role, and NOT_FOUND to the aggressor’s side', async () => {
    const { victimId, aggressorId } = takeVictim();
    for (const role of ['CASE_MANAGER', 'SOCIAL_PROTECTION', 'POLICE', 'FAMILY_MEMBER'] as const) {
      expect(codesOf(await place(victimId, {}, { role, as: { organisation: here() } }))).toEqual([
        ['FORBIDDEN', undefined],
      ]);
    }
    expect(codesOf(await place(victimId, {}, { as: { organisation: here(), person: aggressorId } }))).toEqual([
      ['NOT_FOUND', 'personId'],
    ]);
  });
});

describe('endCrisisCentrePlacement', () => {
  test('is refused when it ended, for a stale version, and for days that cannot be', async () => {
    const { placement } = await place(takeVictim().victimId);
    expect(await end(placement.id, { expectedVersion: 3 })).toMatchObject({
      placement: null,
      conflict: { id: placement.id, version: 1 },
      userErrors: [{ code: 'VERSION_CONFLICT', path: ['input', 'expectedVersion'] }],
    });
    for (const to of ['2025-09-30', '2025-12-31']) {
      expect(codesOf(await end(placement.id, { to }))).toEqual([['INVALID_INPUT', 'to']]);
    }
    await end(placement.id);
    expect((await end(placement.id, { expectedVersion: 2 })).userErrors).toMatchObject([
      { code: 'INVALID_STATE', entityId: placement.id, currentState: 'ENDED' },
    ]);
  });

  test('of another crisis centre, for the aggressor, and of nothing are one and the same', async () => {
    const { victimId, aggressorId } = takeVictim();
    const { placement } = await place(victimId);
    const answers = [
      await end(placement.id, {}, { organisation: there() }),
      await end(placement.id, {}, { organisation: here(), person: aggressorId }),
      await end(UNKNOWN),
    ];
    expect(codesOf(answers[0])).toEqual([['NOT_FOUND', 'placementId']]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

describe('the reservation between agencies (decision B4)', () => {
  test('is for the centres alone: no other agency, and no user of any role', async () => {
    const { victimId } = takeVictim();
    const input = { idempotencyKey: key(), personId: victimId, placeId: here() };
    expect((await commandSocial(world, reservePlace, input, 'health')).userErrors).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    const asked = await world.ask('mutation { reservePlace(input: {}) { reservationId } }', { role: 'CENTRE_HEAD' });
    expect(asked.status).toBe(400);
    expect(reservePlace.roles).toEqual([]);
  });

  test('holds for ten minutes; a centre that holds the place goes on holding it, and no other gets one', async () => {
    const { victimId } = takeVictim();
    const reservationId = await reserve(world, victimId, here());
    const [held] = await reservationsOf(world, victimId);
    expect(held?.reservedAt.until(held.expiresAt).total('minutes')).toBe(10);
    world.clock.advance({ minutes: 4 });
    expect(await reserve(world, victimId, here())).toBe(reservationId);
    expect((await reservationsOf(world, victimId))[0]?.expiresAt).toEqual(world.clock.now().add({ minutes: 10 }));
    expect(await reserve(world, victimId, there())).toBeNull();
  });

  test('is for a person who is there', async () => {
    const unknown = await commandSocial(world, reservePlace, {
      idempotencyKey: key(),
      personId: UNKNOWN,
      placeId: here(),
    });
    expect(unknown.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'personId'] }]);
  });

  test('the centres are asked once what became of a reservation, however often the job runs', async () => {
    const { victimId } = takeVictim();
    const reservationId = await reserve(world, victimId, there());
    world.clock.advance({ minutes: 10 });
    const { jobs } = world.agencies.servers.social;
    await Promise.all([jobs.run(), jobs.run()]);
    await jobs.run();
    const questions = await world
      .sql('social')
      .selectFrom('outbox')
      .select('payload')
      .where('type', '=', 'PlaceReservationLapsed')
      .execute();
    expect(questions.filter(({ payload }) => payload.reservationId === reservationId)).toHaveLength(1);
    // While the answer is out, the place is neither held on nor given to anybody else.
    expect(await reserve(world, victimId, there())).toBeNull();
    await world.agencies.settle();
    expect(await reserve(world, victimId, here())).not.toBeNull();
  });
});

test('the database itself has one current place for a person (I-12)', async () => {
  const { victimId } = takeVictim();
  await reserve(world, victimId, here());
  const [current] = await reservationsOf(world, victimId);
  await expect(
    world
      .sql('social')
      .insertInto('placeReservation')
      .values({ ...current, id: key().slice(5), placeId: there(), status: 'CONFIRMED' })
      .execute(),
  ).rejects.toMatchObject({ code: '23505' });
});
