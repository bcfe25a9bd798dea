import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tell } from '../../../subgraphs/kit/events.ts';
import { kitPart } from '../../../subgraphs/kit/kit-tables.ts';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import { appendEvents } from '../../../subgraphs/kit/outbox.ts';
import { signalIdOf } from '../../../subgraphs/kit/signal-id.ts';
import { createStrangerTaker, recordNumber, signalInput, submitSignal } from '../../support/intake-case.ts';
import { give } from '../../support/registry.ts';
import { createWorld, cut, key, type World } from '../../support/world.ts';

// A signal names somebody once, and is never left where nobody looks.

let world: World;
let takeFamily: ReturnType<typeof createStrangerTaker>;
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createStrangerTaker(world);
});
afterAll(() => world.stop());

/** A region in which the test nation has no centre. */
const NO_CENTRE = '100000000';
const countPersons = async () => (await world.sql('social').selectFrom('person').select('id').execute()).length;
const somebodyNew = (change: object = {}) => ({
  personId: null,
  person: { fullName: 'Жаңабаева Сәуле', birthYear: 1991, sex: 'FEMALE', kato: FIRST_DISTRICT, ...change },
});

describe('somebody without an IIN (decision B1)', () => {
  test('is one person for a record, sent at once and again under whatever key, and told more of later', async () => {
    const before = await countPersons();
    const input = { ...signalInput(takeFamily(), somebodyNew()), sourceRecordId: recordNumber() };
    const send = (change: object = {}) => submitSignal(world, { ...input, idempotencyKey: key(), ...change });
    const answers = await Promise.all(Array.from({ length: 8 }, () => send()));
    answers.push(await send(), await send(somebodyNew({ birthYear: 1990 })));
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(answers.map(({ signal }) => signal.id)).size).toBe(1);
    expect(await countPersons()).toBe(before + 1);
  });

  test.each<[string, object, string]>([
    ['an event to come', { occurredAt: '2025-10-02T10:00:00+05:00' }, 'occurredAt'],
    ['a place without a centre', { kato: NO_CENTRE }, 'kato'],
    ['a family that nobody knows', { familyId: randomUUID() }, 'familyId'],
  ])('is not registered by a signal that is refused for %s', async (_, change, field) => {
    const before = await countPersons();
    const { userErrors } = await submitSignal(world, signalInput(takeFamily(), { ...somebodyNew(), ...change }));
    expect(userErrors).toMatchObject([{ path: ['input', field] }]);
    expect(await countPersons()).toBe(before);
  });

  test('may be told of otherwise under the same key, when the command was refused', async () => {
    const open = async (input: object) => {
      const { data, errors } = await world.ask(
        `mutation ($input: OpenChildHelpCaseInput!) { openChildHelpCase(input: $input) { childCase { id } userErrors { code path } } }`,
        { role: 'GUARDIANSHIP', as: { district: null }, variables: { input } },
      );
      expect(errors).toEqual([]);
      return data.openChildHelpCase;
    };
    const input = { idempotencyKey: key(), reason: 'BULLYING', detectedAt: '2025-09-30T10:00:00+05:00' };
    const refused = await open({ ...input, child: { fullName: 'Жаңа Бала' } });
    expect(refused.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'kato'] }]);
    const opened = await open({ ...input, kato: FIRST_DISTRICT, child: { fullName: 'Жаңа Бала', birthYear: 2015 } });
    expect(opened).toMatchObject({ userErrors: [], childCase: { id: expect.any(String) } });
  });
});

describe('a signal from a region without a centre', () => {
  const told = (personId: string, threatToLife = false) => {
    const sourceRecordId = recordNumber();
    const now = world.clock.now();
    return tell('SignalReported', {
      signalId: signalIdOf('POLICE', sourceRecordId),
      source: 'POLICE',
      sourceSystem: 'POLICE',
      sourceRecordId,
      personId,
      kind: 'PHYSICAL_VIOLENCE',
      kato: NO_CENTRE,
      occurredAt: now.subtract({ hours: 2 }).toString(),
      receivedAt: now.toString(),
      threatToLife,
      summary: 'Избиение',
      senderId: null,
    });
  };
  const tellOf = async (...events: ReturnType<typeof told>[]) => {
    await appendEvents(kitPart(world.sql('interior')), events, world.clock.now());
    await world.agencies.settle();
  };
  const somebody = async (): Promise<string> =>
    (await give(world, 'registerProvisionalPerson', { hint: { fullName: 'Кезбе Адам' } })).person.id;
  const signalOf = (personId: string) =>
    world
      .sql('centres')
      .selectFrom('signal')
      .leftJoin('centre', (join) =>
        join.on('centre.id', '=', (eb: any) =>
          eb.selectFrom('appeal').select('centreId').whereRef('appeal.id', '=', 'signal.appealId'),
        ),
      )
      .select(['signal.status', 'centre.id as centreId'])
      .where('signal.personId', '=', personId)
      .executeTakeFirstOrThrow();
  const run = () => world.agencies.servers.centres.jobs.run();

  test('about nobody is refused to who can say the place: nothing is taken that nobody would see', async () => {
    for (const change of [{}, { channel: 'PERSONAL', source: 'SELF' }, { threatToLife: true }]) {
      const nameless = signalInput(takeFamily(), { personId: null, kato: NO_CENTRE, ...change });
      expect((await submitSignal(world, nameless)).userErrors).toMatchObject([
        { code: 'INVALID_INPUT', path: ['input', 'kato'] },
      ]);
    }
  });

  test('about somebody of no family goes to the nearest centre, and stands in its list', async () => {
    const personId = await somebody();
    await tellOf(told(personId));
    expect(await signalOf(personId)).toMatchObject({ status: 'RECEIVED' });
    await run();
    const placed = await signalOf(personId);
    expect(placed).toMatchObject({ status: 'NEW_APPEAL', centreId: expect.any(String) });
    const { data } = await world.ask(
      `query ($kato: KATO!) { appeals(districtKato: $kato, first: 100) { nodes { applicant { id } } } }`,
      { variables: { kato: FIRST_DISTRICT } },
    );
    expect(data.appeals.nodes).toContainEqual({ applicant: { id: personId } });
  });

  test('waits for social protection unless life is threatened, and holds up no other', async () => {
    const [calm, threatened] = [await somebody(), await somebody()];
    const others = await Promise.all(Array.from({ length: 120 }, () => randomUUID()));
    await tellOf(...others.map((id) => told(id)), told(calm), told(threatened, true));
    const { signal } = await submitSignal(world, {
      ...signalInput(takeFamily(), { personId: null, channel: 'MEDIA_OR_SOCIAL_NETWORK', source: 'MEDIA' }),
    });
    world.clock.advance({ hours: 4 });
    cut(world, 'social');
    await run();
    const media = world.sql('centres').selectFrom('signal').select('status').where('id', '=', signal.id);
    expect(await media.executeTakeFirstOrThrow()).toEqual({ status: 'NEW_APPEAL' });
    expect(await signalOf(calm)).toMatchObject({ status: 'RECEIVED' });
    expect(await signalOf(threatened)).toMatchObject({ status: 'NEW_APPEAL' });
    world.down.delete('social');
    for (let turn = 0; turn < 3; turn += 1) await run();
    expect(await signalOf(calm)).toMatchObject({ status: 'NEW_APPEAL' });
  });
});
