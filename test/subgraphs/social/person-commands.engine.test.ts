import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIRST_DISTRICT } from '../../../subgraphs/kit/nation/nation.ts';
import { syntheticIin } from '../../../schema/iin.ts';
import { createPersonWriter } from '../../../subgraphs/social/person-store.ts';
import { give, merge } from '../../support/registry.ts';
import { createWorld, key, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const UNKNOWN = randomUUID();
const provisional = async (hint: object = {}): Promise<string> =>
  (await give(world, 'registerProvisionalPerson', { hint: { fullName: 'Белгісіз Адам', ...hint } })).person.id;
const confirmed = (index: number) => {
  const [person] = world.nation.family(index).members;
  if (!person) throw new Error('A family has members.');
  return person;
};

let serial = 4000;
/** A number that nobody has. */
function freeIin(sex: 'MALE' | 'FEMALE' = 'FEMALE'): string {
  serial += 1;
  return syntheticIin('1991-02-03', sex, serial) ?? freeIin(sex);
}

describe('confirmPersonIdentity (I-03, I-23)', () => {
  test('the same key twice is carried out once; with another number it is refused', async () => {
    const input = { idempotencyKey: key(), personId: await provisional(), iin: freeIin() };
    const first = await give(world, 'confirmPersonIdentity', input);
    expect(first).toMatchObject({
      alreadyProcessed: false,
      userErrors: [],
      person: { sex: 'FEMALE', birthYear: 1991 },
    });
    expect(await give(world, 'confirmPersonIdentity', input)).toEqual({ ...first, alreadyProcessed: true });
    const other = await give(world, 'confirmPersonIdentity', { ...input, iin: freeIin() });
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  });

  test.each<[string, () => Promise<object>, () => object]>([
    ['nobody', async () => ({ personId: UNKNOWN }), () => ({ code: 'NOT_FOUND', path: ['input', 'personId'] })],
    [
      'a confirmed person',
      async () => ({ personId: confirmed(1).id }),
      () => ({
        code: 'INVALID_STATE',
        path: ['input', 'personId'],
        entityId: confirmed(1).id,
        currentState: 'CONFIRMED',
      }),
    ],
    [
      'a man by a woman’s number',
      async () => ({ personId: await provisional({ sex: 'MALE' }) }),
      () => ({ code: 'IIN_INVALID', path: ['input', 'iin'] }),
    ],
    [
      'somebody by a number of nobody alive',
      async () => ({ personId: await provisional(), iin: syntheticIin('2031-01-01', 'FEMALE', 7) }),
      () => ({ code: 'IIN_NOT_FOUND', path: ['input', 'iin'] }),
    ],
    [
      'somebody by another’s number',
      async () => ({ personId: await provisional(), iin: confirmed(1).iin }),
      () => ({ code: 'INVALID_STATE', path: ['input', 'iin'], entityId: confirmed(1).id, currentState: 'CONFIRMED' }),
    ],
  ])('%s is not confirmed', async (_, input, error) => {
    const { person, userErrors } = await give(world, 'confirmPersonIdentity', { iin: freeIin(), ...(await input()) });
    expect(person).toBeNull();
    expect(userErrors).toMatchObject([error()]);
  });

  test('a merged person is not confirmed', async () => {
    const personId = await provisional();
    await merge(world, confirmed(1).id, personId);
    const { userErrors } = await give(world, 'confirmPersonIdentity', { personId, iin: freeIin() });
    expect(userErrors).toMatchObject([{ code: 'INVALID_STATE', currentState: 'MERGED' }]);
  });

  test('of two persons confirmed by one number at once, one gets it and the other is told who has it', async () => {
    const ids = [await provisional(), await provisional()];
    const iin = freeIin();
    const answers = await Promise.all(ids.map((personId) => give(world, 'confirmPersonIdentity', { personId, iin })));
    const winner = answers.find(({ person }) => person !== null);
    const loser = answers.find(({ person }) => person === null);
    expect(ids).toContain(winner?.person.id);
    expect(loser?.userErrors).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'iin'], entityId: winner?.person.id },
    ]);
  });

  test('the number stays out of the audit', async () => {
    const iin = freeIin();
    await give(world, 'confirmPersonIdentity', { personId: await provisional(), iin });
    const audit = await world.sql('social').selectFrom('auditEntry').selectAll().execute();
    expect(JSON.stringify(audit)).not.toContain(iin);
  });
});

describe('recordContacts', () => {
  test('changes what is given and leaves the rest', async () => {
    const personId = await provisional({ phone: '+7 700 1112233' });
    const { person, userErrors } = await give(world, 'recordContacts', { personId, registeredAddress: 'ул. Новая, 1' });
    expect(userErrors).toEqual([]);
    expect(person).toEqual({ id: personId, registeredAddress: 'ул. Новая, 1', phone: '+7 700 1112233' });
  });

  test('is refused without anything to change, for nobody, and for a merged person', async () => {
    const personId = await provisional();
    const refusalOf = async (input: object) => (await give(world, 'recordContacts', input)).userErrors;
    expect(await refusalOf({ personId })).toMatchObject([{ code: 'INVALID_INPUT', path: ['input'] }]);
    expect(await refusalOf({ personId: UNKNOWN, phone: '1' })).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'personId'] },
    ]);
    expect(await refusalOf({ personId, phone: ' ' })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'phone'] },
    ]);
    await merge(world, confirmed(1).id, personId);
    expect(await refusalOf({ personId, phone: '1' })).toMatchObject([
      { code: 'INVALID_STATE', entityId: confirmed(1).id, currentState: 'MERGED' },
    ]);
  });
});

describe('decideLinkSuggestion (decision B1)', () => {
  const suggest = async (kato = FIRST_DISTRICT) => {
    const fullName = `Сыныққызы ${randomUUID().slice(0, 4).replaceAll(/\d/g, 'к')} Ұқсас`;
    const hint = { fullName, birthYear: 1999, sex: 'FEMALE', kato };
    await provisional(hint);
    const { suggestions } = await give(world, 'registerProvisionalPerson', { hint });
    return suggestions[0].id as string;
  };
  const decide = (suggestionId: string, asking = {}) =>
    give(
      world,
      'decideLinkSuggestion',
      { suggestionId, same: false, reason: 'Разные люди' },
      { role: 'CASE_MANAGER', ...asking },
    );

  test('a rejected pair is not suggested again', async () => {
    const id = await suggest();
    expect((await decide(id)).suggestion).toMatchObject({ id, status: 'REJECTED' });
    const [pair] = await world.sql('social').selectFrom('linkSuggestion').selectAll().where('id', '=', id).execute();
    const twin = { id: randomUUID(), leftPersonId: pair?.['rightPersonId'], rightPersonId: pair?.['leftPersonId'] };
    const again = await createPersonWriter(world.sql('social') as never).insertSuggestions([
      { ...pair, ...twin, status: 'OPEN', decidedAt: null } as never,
    ]);
    expect(again).toEqual([]);
  });

  test('is for case managers of the district; for those of another it is not there', async () => {
    const id = await suggest();
    expect((await decide(id, { role: 'SOCIAL_PROTECTION' })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect((await decide(id, { as: { district: '751110000' } })).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'suggestionId'] },
    ]);
    expect((await decide(UNKNOWN)).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'suggestionId'] }]);
  });

  test('of two decisions at once one counts', async () => {
    const id = await suggest();
    const answers = await Promise.all([decide(id), decide(id)]);
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'INVALID_STATE', entityId: id, currentState: 'REJECTED' },
    ]);
  });
});

describe('mergePersons and unmergePersons (I-03)', () => {
  test.each<[string, () => Promise<[string, string]>, () => object]>([
    [
      'with itself',
      async () => [confirmed(1).id, confirmed(1).id],
      () => ({ code: 'INVALID_INPUT', path: ['input', 'duplicateId'] }),
    ],
    [
      'with nobody',
      async () => [confirmed(1).id, UNKNOWN],
      () => ({ code: 'NOT_FOUND', path: ['input', 'duplicateId'] }),
    ],
    ['into nobody', async () => [UNKNOWN, confirmed(1).id], () => ({ code: 'NOT_FOUND', path: ['input', 'keepId'] })],
    [
      'with another confirmed one',
      async () => [confirmed(1).id, confirmed(2).id],
      () => ({
        code: 'INVALID_STATE',
        path: ['input', 'duplicateId'],
        entityId: confirmed(2).id,
        currentState: 'CONFIRMED',
      }),
    ],
    [
      'into a provisional one',
      async () => [await provisional(), confirmed(2).id],
      () => ({ code: 'INVALID_INPUT', path: ['input', 'keepId'] }),
    ],
  ])('a person is not merged %s', async (_, ids, error) => {
    const [keepId, duplicateId] = await ids();
    const { person, userErrors } = await give(world, 'mergePersons', { keepId, duplicateId, reason: 'Проверка' });
    expect(person).toBeNull();
    expect(userErrors).toMatchObject([error()]);
  });

  test('what is merged is merged once and parted once, also by twins at once', async () => {
    const duplicateId = await provisional();
    const keeps = [confirmed(1).id, confirmed(2).id];
    const merges = await Promise.all(keeps.map((keepId) => merge(world, keepId, duplicateId)));
    expect(merges.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'duplicateId'], entityId: duplicateId, currentState: 'MERGED' },
    ]);
    const into = await give(world, 'mergePersons', {
      keepId: duplicateId,
      duplicateId: await provisional(),
      reason: 'Проверка',
    });
    expect(into.userErrors).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'keepId'], currentState: 'MERGED' },
    ]);
    const parts = await Promise.all(
      [1, 2].map(() => give(world, 'unmergePersons', { mergedId: duplicateId, reason: 'Ошибка' })),
    );
    expect(parts.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'mergedId'], entityId: duplicateId, currentState: 'PROVISIONAL' },
    ]);
    const nobody = await give(world, 'unmergePersons', { mergedId: UNKNOWN, reason: 'Ошибка' });
    expect(nobody.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'mergedId'] }]);
  });

  test('two merges in a circle at once are one merge', async () => {
    const [one, other] = [await provisional(), await provisional()];
    const answers = await Promise.all([merge(world, one, other), merge(world, other, one)]);
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'INVALID_STATE' }]);
  });

  test('the same key twice merges once', async () => {
    const input = {
      idempotencyKey: key(),
      keepId: confirmed(1).id,
      duplicateId: await provisional(),
      reason: 'Документы сверены',
    };
    const first = await give(world, 'mergePersons', input);
    expect(await give(world, 'mergePersons', input)).toEqual({ ...first, alreadyProcessed: true });
  });
});
