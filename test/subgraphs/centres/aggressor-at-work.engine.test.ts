import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import { listTold, mergeInto, protectFrom, type Question } from '../../support/conflict-case.ts';
import { createCaseTaker } from '../../support/plan-case.ts';
import { command, factsAbout, openCentre } from '../../support/protection-case.ts';
import { type Asking, createWorld, type World } from '../../support/world.ts';

// The aggressor may work at the very centre that protects his family (domain.md 8.3): there, too, nothing of it exists to him.

let world: World;
let takeFamily: () => NationFamily;
const husband = randomUUID();
beforeAll(async () => {
  world = await createWorld();
  takeFamily = createCaseTaker(world);
});
afterAll(() => world.stop());

const HEAD: Asking = { role: 'CENTRE_HEAD' };
const AS_MANAGER: Asking = { role: 'CASE_MANAGER', as: { person: husband } };
const AS_HEAD: Asking = { role: 'CENTRE_HEAD', as: { person: husband } };
const womanOf = ({ incident, members }: NationFamily) => (incident?.victim ?? members[0])?.id ?? '';
const GIVEN = { scope: ['EDUCATION'], textVersion: '2025-2', language: 'RU', way: 'WRITTEN' };

test('he takes no consent, raises no flag, writes no note and bars nobody in her name', async () => {
  const family = takeFamily();
  await protectFrom(world, family, husband);
  const shared: Question[] = [
    ['recordConsent', 'RecordConsentInput', (personId) => ({ personId, ...GIVEN })],
    [
      'requestConsent',
      'RequestConsentInput',
      (personId) => ({ personId, scope: ['EDUCATION'], textVersion: '2025-2', language: 'RU' }),
    ],
    ['raiseSafetyFlag', 'RaiseSafetyFlagInput', (personId) => ({ personId, kind: 'NO_CALLS_HOME' })],
    [
      'declareConflictOfInterest',
      'DeclareConflictOfInterestInput',
      (personId) => ({ personId, userId: 'her-case-manager', reason: 'Родственник' }),
    ],
  ];
  expect(await listTold(world, womanOf(family), shared, [AS_MANAGER])).toEqual([]);
  const note: Question = [
    'recordProfessionalNote',
    'RecordProfessionalNoteInput',
    (personId) => ({ personId, kind: 'PSYCHOLOGIST', text: 'Беседа' }),
  ];
  expect(await listTold(world, womanOf(family), [note], [{ role: 'PSYCHOLOGIST', as: { person: husband } }])).toEqual(
    [],
  );
});

test('he withdraws no consent of hers and clears no flag', async () => {
  const family = takeFamily();
  const personId = womanOf(family);
  const { consent } = await command(world, 'recordConsent', { personId, ...GIVEN }, 'consent { id }');
  const { safetyFlag } = await command(
    world,
    'raiseSafetyFlag',
    { personId, kind: 'NO_CALLS_HOME' },
    'safetyFlag { id }',
  );
  await protectFrom(world, family, husband);
  const withdraw: Question = ['withdrawConsent', 'WithdrawConsentInput', (consentId) => ({ consentId })];
  expect(await listTold(world, consent.id, [withdraw], [AS_MANAGER])).toEqual([]);
  const clear: Question = [
    'clearSafetyFlag',
    'ClearSafetyFlagInput',
    (id) => ({ safetyFlagId: id, reason: 'Нет угрозы' }),
  ];
  expect(await listTold(world, safetyFlag.id, [clear], [AS_MANAGER])).toEqual([]);
  expect((await command(world, 'withdrawConsent', { consentId: consent.id })).userErrors).toEqual([]);
});

describe('as the head of the centre', () => {
  test('he gives and ends no access to her records, names no case manager and sends the family nowhere', async () => {
    const family = takeFamily();
    const personId = womanOf(family);
    const until = world.clock.now().add({ hours: 24 }).toString();
    const grant = (userId: string) => ({ personId, userId, groups: ['SAFE_LOCATION'], until, reason: 'Сопровождение' });
    const { grant: given } = await command(world, 'grantAccess', grant('officer-1'), 'grant { id }', HEAD);
    await protectFrom(world, family, husband);
    const other = await openCentre(world);
    const manager = family.district.centre.employees.find(({ post }) => post === 'CASE_MANAGER');
    const ofPerson: Question = ['grantAccess', 'GrantAccessInput', (id) => ({ ...grant('officer-2'), personId: id })];
    expect(await listTold(world, personId, [ofPerson], [AS_HEAD])).toEqual([]);
    const ofGrant: Question = ['revokeAccess', 'RevokeAccessInput', (grantId) => ({ grantId, reason: 'Не нужен' })];
    expect(await listTold(world, given.id, [ofGrant], [AS_HEAD])).toEqual([]);
    const ofFamily: Question[] = [
      ['assignCaseManager', 'AssignCaseManagerInput', (familyId) => ({ familyId, employeeId: manager?.id })],
      [
        'transferLeadCentre',
        'TransferLeadCentreInput',
        (familyId) => ({ familyId, toCentreId: other.id, reason: 'Переезд' }),
      ],
    ];
    expect(await listTold(world, family.id, ofFamily, [AS_HEAD])).toEqual([]);
    const grants = async (asking: Asking) =>
      (
        await world.ask('query ($id: ID!) { accessGrants(personId: $id) { id } }', {
          variables: { id: personId },
          ...asking,
        })
      ).data.accessGrants;
    expect(await grants(HEAD)).toEqual([{ id: given.id }]);
    expect(await grants(AS_HEAD)).toEqual([]);
  });

  test('he neither sees nor judges who opened her records in an emergency, and why', async () => {
    const family = takeFamily();
    const personId = womanOf(family);
    const input = { personId, reason: 'Вызов: она говорит, что муж нашёл её' };
    const { access } = await command(world, 'breakGlass', input, 'access { id }', { role: 'DOCTOR' });
    await protectFrom(world, family, husband);
    const listed = async (asking: Asking) => {
      const { data } = await world.ask('{ breakGlassReviews(first: 100) { nodes { id reason } } }', asking);
      return data.breakGlassReviews.nodes.some(({ id }: { id: string }) => id === access.id);
    };
    expect(await listed(HEAD)).toBe(true);
    expect(await listed(AS_HEAD)).toBe(false);
    const review: Question = [
      'reviewBreakGlass',
      'ReviewBreakGlassInput',
      (breakGlassId) => ({ breakGlassId, justified: false, note: 'Нет оснований' }),
    ];
    expect(await listTold(world, access.id, [review], [AS_HEAD])).toEqual([]);
  });
});

describe('what was told of somebody before a merge holds after it (I-03)', () => {
  test('the aggressor does not represent the child, under whatever id he comes', async () => {
    const family = takeFamily();
    const child = family.members.find(({ minor }) => minor) ?? family.members[0];
    const father = family.members.find(({ minor, id }) => !minor && id !== child?.id);
    const registeredTwice = randomUUID();
    await protectFrom(world, family, registeredTwice);
    await mergeInto(world, registeredTwice, father?.id ?? '');
    const { userErrors } = await command(world, 'recordConsent', {
      personId: child?.id,
      ...GIVEN,
      representativePersonId: father?.id,
    });
    expect(userErrors).toMatchObject([{ code: 'LEGAL_BASIS_REQUIRED', path: ['input', 'representativePersonId'] }]);
  });

  test('whom somebody is barred from under a former id, he is barred from: nothing is granted', async () => {
    const family = takeFamily();
    const personId = womanOf(family);
    const former = randomUUID();
    await world
      .sql('centres')
      .insertInto('accessFact')
      .values({ id: randomUUID(), subjectId: former, kind: 'CONFLICT', userId: 'officer-9' })
      .execute();
    await mergeInto(world, former, personId);
    const { userErrors } = await command(
      world,
      'grantAccess',
      {
        personId,
        userId: 'officer-9',
        groups: ['SAFE_LOCATION'],
        until: world.clock.now().add({ hours: 24 }).toString(),
        reason: 'Сопровождение',
      },
      '',
      HEAD,
    );
    expect(userErrors).toMatchObject([{ code: 'CONFLICT_OF_INTEREST' }]);
  });

  test('a family that is transferred leaves the former centre also under the ids of those merged into it', async () => {
    const family = takeFamily();
    const former = randomUUID();
    const fact = {
      id: randomUUID(),
      subjectId: former,
      kind: 'LEAD_CENTRE',
      organisationId: family.district.centre.id,
    };
    await world.sql('centres').insertInto('accessFact').values(fact).execute();
    await mergeInto(world, former, womanOf(family));
    const other = await openCentre(world);
    const { userErrors } = await command(
      world,
      'transferLeadCentre',
      { familyId: family.id, toCentreId: other.id, reason: 'Переезд' },
      '',
      HEAD,
    );
    expect(userErrors).toEqual([]);
    expect(await factsAbout(world, 'centres', former, 'LEAD_CENTRE')).toEqual([]);
  });
});
