import { randomUUID } from 'node:crypto';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { getOrganisation } from '../../subgraphs/kit/nation/places.ts';
import { type Asking, key, type World } from './world.ts';

/** A family whose difficult life situation is recognised and that has no plan yet; each test takes one of its own. */
export function createCaseTaker(world: World): () => NationFamily {
  const waiting = [...world.nation.all()].filter(({ stage }) => stage === 'ASSESSED');
  return () => {
    const family = waiting.shift();
    if (!family) throw new Error('The test nation must have more families without a plan.');
    return family;
  };
}

/** The input of a plan for four bodies and the family itself (J4). */
export function planInput(family: NationFamily, change: object = {}) {
  const [woman] = family.members;
  const child = family.members.find(({ minor }) => minor);
  const body = (kind: Parameters<typeof getOrganisation>[1]) => getOrganisation(family.district, kind);
  const measure = (kind: string, responsible: string, organisation: string, title: string, beneficiary = woman) => ({
    kind,
    responsible,
    organisation,
    title,
    beneficiaryPersonId: beneficiary?.id,
    dueDate: '2026-02-27',
  });
  return {
    idempotencyKey: key(),
    familyId: family.id,
    assessmentId: family.appeal.assessmentId,
    startDate: '2025-10-02',
    endDate: '2026-10-01',
    specialists: ['HEALTH', 'INTERNAL_AFFAIRS'],
    measures: [
      measure('PREVENTIVE_WORK', 'INTERNAL_AFFAIRS', body('INTERNAL_AFFAIRS').id, 'Контроль защитного предписания'),
      measure('MEDICAL', 'HEALTH', body('HEALTH').titleRu, 'Лечение'),
      measure('EDUCATION_SUPPORT', 'EDUCATION', body('EDUCATION').titleKk, 'Поддержка в школе', child),
      measure('TARGETED_SOCIAL_ASSISTANCE', 'SOCIAL_PROTECTION', body('SOCIAL_PROTECTION').id, 'Адресная помощь'),
      measure('FAMILY_OWN_ACTION', 'FAMILY', 'Семья', 'Посещение группы поддержки'),
    ],
    ...change,
  };
}

export const createPlan = (world: World, input: object, asking = {}) =>
  world.operation('05-create-plan.graphql', 'CreatePlan', { variables: { input }, ...asking });

export const signPlan = (world: World, planId: string, change: object = {}, asking = {}) =>
  world.operation('06-sign-and-approve.graphql', 'SignPlan', {
    variables: {
      input: {
        idempotencyKey: key(),
        planId,
        planVersion: 1,
        party: 'CENTRE_EMPLOYEE',
        signatureRef: 'экземпляр 1',
        ...change,
      },
    },
    ...asking,
  });

export const approvePlan = (world: World, planId: string, change: object = {}, asking = {}) =>
  world.operation('06-sign-and-approve.graphql', 'ApprovePlan', {
    variables: { input: { idempotencyKey: key(), planId, planVersion: 1, ...change } },
    role: 'CENTRE_HEAD',
    ...asking,
  });

export const reportMeasure = (world: World, measureId: string, change: object, asking = {}) =>
  world.operation('07-agency-inbox.graphql', 'ReportMeasureStatus', {
    variables: { input: { idempotencyKey: key(), measureId, expectedVersion: 2, ...change } },
    role: 'DOCTOR',
    purpose: 'SERVICE_DELIVERY',
    ...asking,
  });

/** Takes a plan all the way into force; returns it as the answer of `approvePlan` shows it. */
export async function bringIntoForce(world: World, family: NationFamily, input = planInput(family)) {
  const created = await createPlan(world, input);
  const planId: string = created.data.createPlan.plan.id;
  await signPlan(world, planId);
  await signPlan(world, planId, { party: 'FAMILY', signatoryPersonId: family.members[0]?.id });
  const { data } = await approvePlan(world, planId);
  const measures: { id: string; kind: string }[] = created.data.createPlan.plan.measures;
  return {
    planId,
    approved: data.approvePlan.plan,
    measureId: (kind: string) => measures.find((measure) => measure.kind === kind)?.id ?? '',
  };
}

/** A command on a plan or a measure; returns its payload. */
export async function planCommand(world: World, name: string, input: object, asking: Asking = {}) {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const what = MEASURE_COMMANDS.has(name)
    ? 'measure { id status version } conflict { id version }'
    : 'plan { id status version } conflict { id version status }';
  const { data, errors } = await world.ask(
    `mutation ($input: ${type}!) { ${name}(input: $input) {
      ${what} alreadyProcessed userErrors { code path message entityId currentState } } }`,
    { variables: { input: { idempotencyKey: key(), ...input } }, ...asking },
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data[name];
}

const MEASURE_COMMANDS = new Set([
  'reportMeasureStatus',
  'correctMeasureStatus',
  'reassignMeasure',
  'confirmCivilServiceSubmission',
]);

/** As `plan` of a test's own query shows it. */
export interface AnsweredMeasure {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly version: number;
}

/** The measure of that kind in a plan as it was answered. */
export function measureOf(plan: { measures: AnsweredMeasure[] }, kind: string): AnsweredMeasure {
  const found = plan.measures.find((measure) => measure.kind === kind);
  if (!found) throw new Error(`The plan must have a measure of kind ${kind}.`);
  return found;
}

/** The Digital Family Card rates a family now. */
export async function rate(world: World, family: NationFamily, category: string, change: object = {}) {
  await world
    .sql('social')
    .insertInto('wellbeingRating')
    .values({
      id: randomUUID(),
      familyId: family.id,
      category,
      methodology: 'ORDER_267_FIVE_LEVELS',
      calculatedAt: world.clock.now(),
      indicators: '[]',
      ...change,
    })
    .execute();
}
