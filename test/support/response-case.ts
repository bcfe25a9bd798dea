import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { getOrganisation, type NationDistrict } from '../../subgraphs/kit/nation/places.ts';
import { type Asking, key, type World } from './world.ts';

export const STEP =
  'id status version mobileGroup { id } legalBasis measures { id kind status dueAt responsible { organisationId } }';

/** Sends a command of one input; selects what is given and every refusal. */
export async function give(world: World, command: string, input: object, select: string, asking: Asking = {}) {
  const type = `${command[0]?.toUpperCase()}${command.slice(1)}Input`;
  const { data, errors } = await world.ask(
    `mutation ($input: ${INPUTS[command] ?? type}!) {
      ${command}(input: $input) { ${select} alreadyProcessed userErrors { code message path entityId currentState } }
    }`,
    { ...asking, variables: { input: { idempotencyKey: key(), ...input } } },
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data[command];
}

const INPUTS: Readonly<Record<string, string>> = {
  agreeImmediateResponsePlan: 'ImmediateResponsePlanInput',
  startImmediateResponsePlan: 'ImmediateResponsePlanInput',
  completeImmediateResponsePlan: 'ImmediateResponsePlanInput',
};

/** Families with an open appeal in the first district, whether or not life is threatened; each test takes one of its own. */
export function createOpenCaseTaker(world: World): () => NationFamily {
  const waiting = [...world.nation.all()].filter(
    ({ appeal, district }) =>
      district.kato === FIRST_DISTRICT && appeal.ending === null && appeal.assessmentId !== null && !appeal.mobileCase,
  );
  return () => {
    const family = waiting.shift();
    if (!family) throw new Error('The test nation must have more open appeals in its first district.');
    return family;
  };
}

/** Makes it known that life is in danger. */
export async function threaten(world: World, family: NationFamily): Promise<void> {
  const db = world.sql('centres');
  await db.updateTable('appeal').set({ threatToLife: true }).where('id', '=', family.appeal.id).execute();
  await db
    .updateTable('deadline')
    .set({ rule: 'DL-03' })
    .where('entityId', '=', family.appeal.assessmentId)
    .where('subject', '=', 'ASSESSMENT')
    .execute();
}

/** The district's group of that year. */
export function groupOf({ mobileGroups }: NationDistrict, year: number) {
  const group = mobileGroups.find((candidate) => candidate.year === year);
  if (!group) throw new Error(`The district must have a mobile group of ${year}.`);
  return group;
}

/** A police guard, an examination and a place to stay, agreed with the group of this year (J3). */
export function immediateInput({ district, appeal }: NationFamily, change: object = {}) {
  return {
    appealId: appeal.id,
    mobileGroupId: groupOf(district, 2025).id,
    legalBasis: 'LIFE_THREAT',
    measures: [
      {
        kind: 'PREVENTIVE_WORK',
        responsible: 'INTERNAL_AFFAIRS',
        organisation: getOrganisation(district, 'INTERNAL_AFFAIRS').id,
        dueAt: '2025-10-01T18:00:00+05:00',
      },
      {
        kind: 'MEDICAL',
        responsible: 'HEALTH',
        organisation: getOrganisation(district, 'HEALTH').titleRu,
        dueAt: '2025-10-01T14:00:00+05:00',
      },
    ],
    ...change,
  };
}

/** A visit of the district's group of this year to the family's first member. */
export function visitTo({ district, members }: NationFamily, change: object = {}) {
  return {
    deviceRecordId: key(),
    mobileGroupId: groupOf(district, 2025).id,
    personId: members[0]?.id,
    kato: district.kato,
    source: 'PROBATION',
    departedAt: '2025-09-30T10:00:00+05:00',
    arrivedAt: '2025-09-30T10:40:00+05:00',
    present: ['EDUCATION', 'HEALTH', 'INTERNAL_AFFAIRS', 'SOCIAL_PROTECTION'],
    result: 'SUPPORT_NEEDED',
    ...change,
  };
}

export const syncVisits = (world: World, visits: readonly object[], change: object = {}, asking: Asking = {}) =>
  world.operation('15-mobile-sync.graphql', 'SyncMobileVisits', {
    role: 'MOBILE_GROUP',
    variables: { input: { idempotencyKey: key(), deviceId: 'tablet-1', visits, ...change } },
    ...asking,
  });
