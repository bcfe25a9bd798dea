import { syntheticIin } from '../../../schema/iin.ts';
import { once, type Side } from '../sides.ts';
import { adultsOf, anyMeasure, on, quiet, registerSomebody, type Valid, versionOf } from './families.ts';

let serials = 7000;
const iin = () => {
  for (;;) {
    serials += 1;
    const found = syntheticIin('1990-05-05', 'FEMALE', serials);
    if (found) return found;
  }
};

const personOf = async (side: Side) => adultsOf(await quiet(side))[0].id;
const merge = (keepId: string, duplicateId: string) => ({ keepId, duplicateId, reason: 'Документы сверены' });
const somebody = once(async (side) => (await registerSomebody(side)).id);
const merged = once(async (side) => {
  const { id } = await registerSomebody(side);
  await side.give('mergePersons', 'SOCIAL_PROTECTION', merge((await registerSomebody(side)).id, id));
  await side.world.agencies.settle();
  return id;
});
export const mergedPerson = merged;
const formFamily = async (side: Side) => {
  const { id } = await registerSomebody(side);
  const { family } = await side.give(
    'registerFamily',
    'SOCIAL_PROTECTION',
    { kato: side.district.kato, members: [{ personId: id, role: 'HEAD' }] },
    'family { id }',
  );
  return family.id as string;
};
const smallFamily = once(formFamily);
export const mergedFamily = once(async (side) => {
  const id = await formFamily(side);
  await side.give('mergeFamilies', 'SOCIAL_PROTECTION', merge(await formFamily(side), id));
  await side.world.agencies.settle();
  return id;
});
const suggest = async (side: Side) => {
  const [woman] = adultsOf(await quiet(side));
  const birthYear = Number(woman.birthDate.slice(0, 4));
  const { suggestionIds } = await registerSomebody(side, { fullName: woman.fullName, birthYear, sex: woman.sex });
  if (!suggestionIds[0]) throw new Error('A person of the same name and district must be suggested.');
  return suggestionIds[0];
};
const suggestion = once(suggest);
export const decidedSuggestion = once(async (side) => {
  const suggestionId = await suggest(side);
  await side.give('decideLinkSuggestion', 'CASE_MANAGER', { suggestionId, same: false, reason: 'Разные люди' });
  return suggestionId;
});
const award = async (side: Side) => {
  const personId = (await registerSomebody(side)).id;
  const input = { personId, code: 'BIRTH', from: '2025-09-01' };
  const { benefit } = await side.give('awardBenefit', 'SOCIAL_PROTECTION', input, 'benefit { id }');
  return benefit.id as string;
};
const statusOf = async (side: Side, benefitId: string, status: string) => ({
  benefitId,
  expectedVersion: await versionOf(side, 'social', 'benefitAward', benefitId),
  status,
  on: '2025-10-01',
});
const benefit = once(award);
export const endedBenefit = once(async (side) => {
  const benefitId = await award(side);
  await side.give('changeBenefitStatus', 'SOCIAL_PROTECTION', await statusOf(side, benefitId, 'ENDED'));
  return benefitId;
});

export const social: Valid = {
  registerProvisionalPerson: async (side) =>
    on('SOCIAL_PROTECTION', { hint: { fullName: 'Новая Асель', birthYear: 1990, kato: side.district.kato } }),
  confirmPersonIdentity: async (side) => on('SOCIAL_PROTECTION', { personId: await somebody(side), iin: iin() }),
  recordContacts: async (side) =>
    on('SOCIAL_PROTECTION', { personId: await personOf(side), phone: '+7 700 000 00 01' }),
  decideLinkSuggestion: async (side) =>
    on('CASE_MANAGER', { suggestionId: await suggestion(side), same: true, reason: 'Документы сверены' }),
  mergePersons: async (side) => on('SOCIAL_PROTECTION', merge(await personOf(side), await somebody(side))),
  unmergePersons: async (side) => on('SOCIAL_PROTECTION', { mergedId: await merged(side), reason: 'Разные люди' }),
  registerFamily: async (side) =>
    on('SOCIAL_PROTECTION', {
      kato: side.district.kato,
      members: [{ personId: await somebody(side), role: 'HEAD' }],
    }),
  changeFamilyMembership: async (side) =>
    on('SOCIAL_PROTECTION', {
      familyId: (await quiet(side)).id,
      personId: await somebody(side),
      role: 'OTHER',
      since: '2025-09-30',
      reason: 'Живёт вместе',
    }),
  mergeFamilies: async (side) => on('SOCIAL_PROTECTION', merge((await quiet(side)).id, await smallFamily(side))),
  pushWellbeing: async (side) =>
    on('SOCIAL_PROTECTION', {
      familyId: (await quiet(side)).id,
      category: 'C',
      methodology: 'ORDER_267_FIVE_LEVELS',
      calculatedAt: '2025-10-01T08:30:00+05:00',
    }),
  awardBenefit: async (side) =>
    on('SOCIAL_PROTECTION', {
      personId: await somebody(side),
      code: 'TSA_UNCONDITIONAL',
      from: '2025-10-01',
      to: '2026-01-31',
      measureId: await anyMeasure(side),
    }),
  changeBenefitStatus: async (side) =>
    on('SOCIAL_PROTECTION', {
      ...(await statusOf(side, await benefit(side), 'SUSPENDED')),
      measureId: await anyMeasure(side),
    }),
  recordEmployment: async (side) =>
    on('SOCIAL_PROTECTION', {
      personId: await personOf(side),
      status: 'EMPLOYED',
      jobFoundAt: '2025-09-30',
      measureId: await anyMeasure(side),
    }),
  recordDisability: async (side) =>
    on('SOCIAL_PROTECTION', {
      personId: await personOf(side),
      group: 'THIRD',
      since: '2025-09-30',
      measureId: await anyMeasure(side),
    }),
};
