import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { syntheticIin } from '../../../schema/iin.ts';
import { tell } from '../../../subgraphs/kit/events.ts';
import { kitPart } from '../../../subgraphs/kit/kit-tables.ts';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import { appendEvents } from '../../../subgraphs/kit/outbox.ts';
import { signalIdOf } from '../../../subgraphs/kit/signal-id.ts';
import { onAppeal, readAppeal, recordNumber, submitSignal, triageAppeal } from '../../support/intake-case.ts';
import { INVARIANTS } from '../../support/invariants.ts';
import { give, merge, unmerge } from '../../support/registry.ts';
import { createWorld, key, type World } from '../../support/world.ts';

// People, or families, are found to be one while their cases are open (I-03, domain.md 6.3).

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const HINT = { birthYear: 1991, sex: 'FEMALE', kato: FIRST_DISTRICT };
let names = 0;
const newName = () => `Танысбаева ${String.fromCodePoint(1072 + (names += 1))}йсұлу`;
const provisional = async (hint: object = {}): Promise<string> =>
  (await give(world, 'registerProvisionalPerson', { hint: { ...HINT, fullName: newName(), ...hint } })).person.id;
let serial = 7000;
async function confirmed(hint: object = {}): Promise<{ id: string; iin: string }> {
  const id = await provisional(hint);
  const iin = syntheticIin('1991-02-03', 'FEMALE', (serial += 1));
  if (!iin) return confirmed(hint);
  expect((await give(world, 'confirmPersonIdentity', { personId: id, iin })).userErrors).toEqual([]);
  return { id, iin };
}
const about = (personId: string | null, change: object = {}) => ({
  idempotencyKey: key(),
  channel: 'STATE_INFORMATION_SYSTEM',
  source: 'POLICE',
  sourceRecordId: recordNumber(),
  personId,
  kato: FIRST_DISTRICT,
  occurredAt: '2025-09-30T22:00:00+05:00',
  threatToLife: false,
  summary: 'Избиение в семье.',
  ...change,
});
const appealAbout = async (personId: string, change: object = {}): Promise<string> => {
  const { appeal, userErrors } = await submitSignal(world, about(personId, change));
  expect(userErrors).toEqual([]);
  return appeal.id;
};
const run = () => world.agencies.servers.centres.jobs.run();
/** Everybody is asked about again. */
const runLater = async () => {
  world.clock.advance({ hours: 1 });
  await run();
  await world.agencies.settle();
};

describe('the police give an IIN, and probation the name of the same woman', () => {
  test('two appeals and a suggestion, until a human has joined the two: then one appeal with one case of the mobile group', async () => {
    const hint = { ...HINT, fullName: 'Қуанбаева Сәулетай Ерланқызы' };
    const { id, iin } = await confirmed(hint);
    const first = await submitSignal(world, about(null, { person: { iin } }));
    expect(first.userErrors).toEqual([]);
    expect((await readAppeal(world, first.appeal.id)).applicant).toEqual({ id });
    const second = await submitSignal(
      world,
      about(null, { source: 'PROBATION', person: { ...hint, fullName: 'Куанбаева Саулетай' } }),
    );
    expect(second).toMatchObject({ userErrors: [], mergedIntoExisting: false });
    expect(second.appeal.id).not.toBe(first.appeal.id);
    const twin = (await readAppeal(world, second.appeal.id)).applicant.id as string;
    const suggestions = await world
      .sql('social')
      .selectFrom('linkSuggestion')
      .select(['leftPersonId', 'status'])
      .where('rightPersonId', '=', twin)
      .execute();
    expect(suggestions).toEqual([{ leftPersonId: id, status: 'OPEN' }]);

    expect((await merge(world, id, twin)).userErrors).toEqual([]);
    await runLater();
    const kept = await readAppeal(world, first.appeal.id);
    expect(kept.signals.map(({ source }: { source: string }) => source).toSorted()).toEqual(['POLICE', 'PROBATION']);
    expect(kept.mobileGroupCase.sources.toSorted()).toEqual(['POLICE', 'PROBATION']);
    expect(await readAppeal(world, second.appeal.id)).toMatchObject({
      status: 'CLOSED',
      mobileGroupCase: { status: 'CLOSED' },
    });
  });
});

describe('after a merge', () => {
  test('who is named by the old id is the one that was kept, also in an event that was under way; after it is taken back, not', async () => {
    const [keepId, duplicateId] = [await provisional(), await provisional()];
    const appealId = await appealAbout(keepId);
    await merge(world, keepId, duplicateId);
    expect(await appealAbout(duplicateId)).toBe(appealId);
    const tellOf = async () => {
      const sourceRecordId = recordNumber();
      const signalId = signalIdOf('POLICE', sourceRecordId);
      const now = world.clock.now().toString();
      const event = tell('SignalReported', {
        signalId,
        source: 'POLICE',
        sourceSystem: 'POLICE',
        sourceRecordId,
        personId: duplicateId,
        kind: null,
        kato: FIRST_DISTRICT,
        occurredAt: now,
        receivedAt: now,
        threatToLife: false,
        summary: null,
        senderId: null,
      });
      await appendEvents(kitPart(world.sql('interior')), [event], world.clock.now());
      await world.agencies.settle();
      return world
        .sql('centres')
        .selectFrom('signal')
        .select(['personId', 'appealId'])
        .where('id', '=', signalId)
        .executeTakeFirst();
    };
    expect(await tellOf()).toEqual({ personId: keepId, appealId });
    await unmerge(world, duplicateId);
    const apart = await tellOf();
    expect(apart?.['personId']).toBe(duplicateId);
    expect(apart?.['appealId']).not.toBe(appealId);
  });

  test('nobody leads the case of the duplicate any more when that of the one kept is closed (decision A4)', async () => {
    const [keepId, duplicateId] = [await provisional(), await provisional()];
    const appealId = await appealAbout(duplicateId);
    await merge(world, keepId, duplicateId);
    await triageAppeal(world, { appealId, consultation: 'LEGAL' });
    const { version } = await readAppeal(world, appealId);
    const { userErrors } = await onAppeal(world, 'closeAppeal', { appealId, expectedVersion: version, note: 'Решено' });
    expect(userErrors).toEqual([]);
    await world.agencies.settle();
    for (const agency of ['centres', 'interior'] as const) {
      const facts = await world
        .sql(agency)
        .selectFrom('accessFact')
        .select('validUntil')
        .where('subjectId', 'in', [keepId, duplicateId])
        .where('kind', '=', 'LEAD_CENTRE')
        .execute();
      expect(facts.length).toBeGreaterThan(0);
      expect(facts.filter(({ validUntil }) => validUntil === null)).toEqual([]);
    }
  });

  test('whoever is barred from the one that was kept does not act on the case of a family that knows the old id (8.3)', async () => {
    const [head, member, kept] = [await provisional(), await provisional(), await confirmed()];
    const { family } = await give(world, 'registerFamily', {
      kato: FIRST_DISTRICT,
      members: [
        { personId: head, role: 'HEAD' },
        { personId: member, role: 'SPOUSE' },
      ],
    });
    const { appeal } = await submitSignal(world, about(null, { familyId: family.id }));
    const manager = { as: { person: head } };
    const aggressor = await provisional();
    const fact = { kind: 'CONFLICT', subjectId: kept.id, otherPersonId: aggressor, id: crypto.randomUUID() };
    await world.sql('centres').insertInto('accessFact').values(fact).execute();
    await merge(world, kept.id, member);
    const barred = await triageAppeal(
      world,
      { appealId: appeal.id, consultation: 'LEGAL' },
      { as: { person: aggressor } },
    );
    expect(barred.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await triageAppeal(world, { appealId: appeal.id, consultation: 'LEGAL' }, manager)).userErrors).toEqual([]);
  });

  test('two open appeals of one person, or of one family, become one (6.3)', async () => {
    const [keepId, duplicateId] = [await provisional(), await provisional()];
    const [own, other] = [await appealAbout(keepId), await appealAbout(duplicateId, { threatToLife: true })];
    await merge(world, keepId, duplicateId);
    const families = [];
    for (const head of [await provisional(), await provisional()]) {
      const { family } = await give(world, 'registerFamily', {
        kato: FIRST_DISTRICT,
        members: [{ personId: head, role: 'HEAD' }],
      });
      families.push({ id: family.id as string, appealId: await appealAbout(head) });
    }
    const [kept, double] = families as [(typeof families)[0], (typeof families)[0]];
    const merged = await give(world, 'mergeFamilies', {
      keepId: kept.id,
      duplicateId: double.id,
      reason: 'Одна семья',
    });
    expect(merged.userErrors).toEqual([]);
    await world.agencies.settle();
    await runLater();
    for (const [appealId, closedId] of [
      [own, other],
      [kept.appealId, double.appealId],
    ] as const) {
      expect((await readAppeal(world, closedId)).status).toBe('CLOSED');
      expect((await readAppeal(world, appealId)).signals).toHaveLength(2);
    }
    expect(await readAppeal(world, own)).toMatchObject({ threatToLife: true, assessment: { due: { rule: 'DL-03' } } });
    expect((await readAppeal(world, double.appealId)).family).toEqual({ id: kept.id });
  });
});

describe('a merge is taken back after the appeals of the two have become one', () => {
  const sourcesOf = async (appealId: string) =>
    (await readAppeal(world, appealId)).signals.map(({ source }: { source: string }) => source).toSorted();
  const join = async (keepId: string, duplicateId: string) => {
    expect((await merge(world, keepId, duplicateId)).userErrors).toEqual([]);
    await runLater();
  };
  const part = async (duplicateId: string) => {
    expect((await unmerge(world, duplicateId)).userErrors).toEqual([]);
  };

  const joinThree = async () => {
    const [first, second, third] = [await provisional(), await provisional(), await provisional()];
    const appeals = [
      await appealAbout(first),
      await appealAbout(second, { source: 'NGO' }),
      await appealAbout(third, { source: 'HEALTH' }),
    ] as const;
    await join(first, second);
    await join(first, third);
    return { second, third, appeals };
  };
  const familyOf = async (personId: string): Promise<string> => {
    const members = [{ personId, role: 'HEAD' }];
    return (await give(world, 'registerFamily', { kato: FIRST_DISTRICT, members })).family.id;
  };

  test('then they are two again: what was told of each stands in her own, open and due (I-03)', async () => {
    const [keepId, duplicateId] = [await provisional(), await provisional()];
    const own = await appealAbout(keepId);
    const later = await appealAbout(duplicateId, { source: 'NGO', threatToLife: true });
    await join(keepId, duplicateId);
    expect(await sourcesOf(own)).toEqual(['NGO', 'POLICE']);
    expect((await readAppeal(world, later)).status).toBe('CLOSED');

    await part(duplicateId);
    expect([await sourcesOf(own), await sourcesOf(later)]).toEqual([['POLICE'], ['NGO']]);
    expect(await readAppeal(world, later)).toMatchObject({
      status: 'REGISTERED',
      threatToLife: true,
      applicant: { id: duplicateId },
      assessment: { status: 'DUE', due: { rule: 'DL-03' } },
      mobileGroupCase: { status: 'REGISTERED' },
    });
    // And so it stays.
    await runLater();
    expect([await sourcesOf(own), await sourcesOf(later)]).toEqual([['POLICE'], ['NGO']]);
  });

  test('a family that the other belongs to has nothing to do with her any more', async () => {
    const [member, stranger] = [await provisional(), await provisional()];
    await familyOf(member);
    const [own, later] = [await appealAbout(member), await appealAbout(stranger, { source: 'NGO' })];
    await join(member, stranger);
    expect(await sourcesOf(own)).toEqual(['NGO', 'POLICE']);
    await part(stranger);
    expect([await sourcesOf(own), await sourcesOf(later)]).toEqual([['POLICE'], ['NGO']]);
    expect(await readAppeal(world, later)).toMatchObject({ status: 'REGISTERED', family: null });
    const facts = await world
      .sql('centres')
      .selectFrom('leadCentreFact')
      .select('familyId')
      .where('subjectId', '=', stranger)
      .where('endedAt', 'is', null)
      .execute();
    expect(facts).toEqual([{ familyId: null }]);
  });

  test('also when the family of the other was merged with a third one since', async () => {
    const [kept, member, stranger] = [await provisional(), await provisional(), await provisional()];
    const [keepId, duplicateId] = [await familyOf(kept), await familyOf(member)];
    const ofKept = await appealAbout(kept, { source: 'HEALTH' });
    const [own, later] = [await appealAbout(member), await appealAbout(stranger, { source: 'NGO' })];
    await join(member, stranger);
    await give(world, 'mergeFamilies', { keepId, duplicateId, reason: 'Одна семья' });
    await world.agencies.settle();
    await runLater();
    expect(await Promise.all([ofKept, own, later].map(sourcesOf))).toEqual([['HEALTH', 'NGO', 'POLICE'], [], []]);
    await part(stranger);
    expect(await Promise.all([ofKept, own, later].map(sourcesOf))).toEqual([['HEALTH', 'POLICE'], [], ['NGO']]);
  });

  test('whoever is one with another by another merge stays with her', async () => {
    const { second, appeals } = await joinThree();
    await part(second);
    await run();
    expect(await Promise.all(appeals.map(sourcesOf))).toEqual([['HEALTH', 'POLICE'], ['NGO'], []]);
  });

  test('of three who were found to be one, only she parts whose merge it was', async () => {
    const { second, third, appeals } = await joinThree();
    expect(await sourcesOf(appeals[0])).toEqual(['HEALTH', 'NGO', 'POLICE']);
    await part(third);
    await runLater();
    expect(await Promise.all(appeals.map(sourcesOf))).toEqual([['NGO', 'POLICE'], [], ['HEALTH']]);
    await part(second);
    expect(await Promise.all(appeals.map(sourcesOf))).toEqual([['POLICE'], ['NGO'], ['HEALTH']]);
  });
});

test('after all this every invariant of cases holds', async () => {
  for (const { id, title, find } of INVARIANTS.filter(({ id }) => /I-0[1345]|6\.|I-22|DL-01/.test(id))) {
    expect(await find(world), `${id} ${title}`).toEqual([]);
  }
});
