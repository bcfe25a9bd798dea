import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PERMISSIVE_POLICY } from '../../../schema/access.ts';
import { runCommand } from '../../../subgraphs/kit/command.ts';
import { registerProvisionalPerson } from '../../../subgraphs/social/commands/register-provisional-person.ts';
import { createWorld, key, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const REGISTER = `mutation ($input: RegisterProvisionalPersonInput!) {
  registerProvisionalPerson(input: $input) {
    person { id identityStatus fullName birthYear sex registeredKato phone iinMasked }
    suggestions { score status reasons { kind weight } left { id } right { id } }
    alreadyProcessed
    userErrors { code path message }
  }
}`;

async function register(hint: object, idempotencyKey = key()) {
  const { data, errors } = await world.ask(REGISTER, {
    role: 'SOCIAL_PROTECTION',
    variables: { input: { idempotencyKey, hint } },
  });
  expect(errors).toEqual([]);
  return data.registerProvisionalPerson;
}

const somebody = () => {
  const [woman] = world.nation.family(3).members;
  if (!woman) throw new Error('A family has members.');
  return woman;
};

describe('somebody without an IIN enters the system (decision B1)', () => {
  test('as a provisional person, with likely matches that are never joined by themselves', async () => {
    const known = somebody();
    const hint = {
      fullName: known.fullName.toLowerCase(),
      birthYear: Number(known.birthDate.slice(0, 4)),
      sex: known.sex,
      kato: '711110000',
    };
    const { person, suggestions, userErrors } = await register(hint);
    expect(userErrors).toEqual([]);
    expect(person).toMatchObject({ identityStatus: 'PROVISIONAL', iinMasked: null, birthYear: hint.birthYear });
    const [first] = suggestions;
    expect(first).toMatchObject({ score: 0.85, status: 'OPEN', left: { id: known.id }, right: { id: person.id } });
    expect(first.reasons).toEqual([
      { kind: 'NAME', weight: 0.5 },
      { kind: 'BIRTH_YEAR', weight: 0.2 },
      { kind: 'DISTRICT', weight: 0.1 },
      { kind: 'SEX', weight: 0.05 },
    ]);
  });

  test('once for a key; the key with another hint is refused', async () => {
    const sent = key();
    const first = await register({ fullName: 'Белгісіз Бала' }, sent);
    const again = await register({ fullName: 'Белгісіз Бала' }, sent);
    expect(again).toEqual({ ...first, alreadyProcessed: true });
    expect((await register({ fullName: 'Басқа Адам' }, sent)).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT' },
    ]);
  });

  test('a hint with the IIN of a known person names that person, and nothing is created', async () => {
    const known = somebody();
    const before = await world.sql('social').selectFrom('person').select('id').execute();
    const { person, suggestions } = await register({ iin: known.iin, fullName: 'Как угодно' });
    expect(person).toMatchObject({ id: known.id, identityStatus: 'CONFIRMED', fullName: known.fullName });
    expect(suggestions).toEqual([]);
    expect(await world.sql('social').selectFrom('person').select('id').execute()).toHaveLength(before.length);
  });

  test.each<[string, object, string, string[]]>([
    ['an empty hint', {}, 'INVALID_INPUT', ['input', 'hint']],
    ['a year to come', { fullName: 'А Б', birthYear: 2026 }, 'INVALID_INPUT', ['input', 'hint', 'birthYear']],
    ['a valid IIN of nobody known', { iin: '908514400010' }, 'IIN_NOT_FOUND', ['input', 'hint', 'iin']],
    ['an IIN of the other sex', { iin: '908514400010', sex: 'MALE' }, 'IIN_INVALID', ['input', 'hint', 'iin']],
  ])('%s is refused', async (_, hint, code, path) => {
    const { person, userErrors } = await register(hint);
    expect(person).toBeNull();
    expect(userErrors).toMatchObject([{ code, path }]);
  });

  test('a malformed IIN does not reach the command', async () => {
    const { errors } = await world.ask(REGISTER, {
      variables: { input: { idempotencyKey: key(), hint: { iin: '1' } } },
    });
    expect(errors).toMatchObject([{ extensions: { code: 'IIN_INVALID' } }]);
  });

  test.each([
    ['interior', []],
    ['gateway', [{ code: 'FORBIDDEN' }]],
  ])('as a service, %s may give the command or is refused', async (agency, userErrors) => {
    const result = await runCommand(
      world.sql('social'),
      registerProvisionalPerson,
      { idempotencyKey: key(), hint: { fullName: 'Кто-то С Улицы' } },
      {
        caller: { kind: 'SERVICE', agency },
        policy: PERMISSIVE_POLICY,
        now: world.clock.now(),
        purpose: 'INTEGRATION',
        requestId: 'r',
      } as never,
    );
    expect(result.userErrors).toMatchObject(userErrors);
    expect(result.userErrors).toHaveLength(userErrors.length);
  });
});
