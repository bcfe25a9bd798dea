import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { type Asking, key, type World } from './world.ts';

/** Families of the first district whose only matter was closed long ago; each test takes one of its own. */
export function createStrangerTaker(world: World): () => NationFamily {
  const waiting = [...world.nation.all()].filter(
    ({ stage, district, appeal, members }) =>
      stage === 'PASSING' &&
      members.length > 1 &&
      district.kato === FIRST_DISTRICT &&
      appeal.closedAt !== null &&
      appeal.closedAt.until(world.clock.now()).total('hours') > 24 * 60,
  );
  return () => {
    const family = waiting.shift();
    if (!family) throw new Error('The test nation must have more families whose matter is closed.');
    return family;
  };
}

let records = 0;
/** The number of a record that no other test uses. */
export const recordNumber = () => `запись-${(records += 1)}`;

/** What probation tells of a beating of the evening before; the nation's present is nine in the morning. */
export function signalInput(family: NationFamily, change: object = {}) {
  return {
    idempotencyKey: key(),
    channel: 'STATE_INFORMATION_SYSTEM',
    source: 'PROBATION',
    sourceRecordId: recordNumber(),
    personId: family.members[0]?.id,
    kato: FIRST_DISTRICT,
    occurredAt: '2025-09-30T22:00:00+05:00',
    threatToLife: false,
    summary: 'Избиение в семье.',
    ...change,
  };
}

export const submitSignal = async (world: World, input: object, asking: Asking = {}) =>
  payload(
    await world.operation('02-submit-signal.graphql', 'SubmitSignal', {
      role: 'PROBATION',
      variables: { input },
      ...asking,
    }),
    'submitSignal',
  );

export const triageAppeal = async (world: World, input: object, asking: Asking = {}) =>
  payload(
    await world.operation('03-triage-and-assess.graphql', 'TriageAppeal', {
      variables: { input: { idempotencyKey: key(), needsAssessment: false, ...input } },
      ...asking,
    }),
    'triageAppeal',
  );

export const completeAssessment = async (world: World, input: object, asking: Asking = {}) =>
  payload(
    await world.operation('03-triage-and-assess.graphql', 'CompleteAssessment', {
      variables: { input: { idempotencyKey: key(), grounds: [], threatToLife: false, ...input } },
      ...asking,
    }),
    'completePrimaryAssessment',
  );

const APPEAL = `id number status threatToLife version closedAt closingNote family { id } applicant { id } centre { id }
  previous { id } consultationDue { rule dueAt overdue softTargetAt } assessment { id status recognised version due { rule dueAt softTargetAt overdue } }
  signals { id source status duplicateOf { id } } consultations { kind } contactAttempts { note } referrals { kind status toOrganisation { id } due { rule } }
  mobileGroupCase { id source sources status }`;

/** Gives a command on an appeal. */
export const onAppeal = async (world: World, name: string, input: object, asking: Asking = {}) =>
  payload(
    await world.ask(
      `mutation ($input: ${upper(name)}Input!) { ${name}(input: $input) { appeal { ${APPEAL} } conflict { id version } alreadyProcessed userErrors { code path entityId currentState } } }`,
      { variables: { input: { idempotencyKey: key(), ...input } }, ...asking },
    ),
    name,
  );

/** Gives a command on a primary assessment. */
export const onAssessment = async (world: World, name: string, input: object, asking: Asking = {}) =>
  payload(
    await world.ask(
      `mutation ($input: ${upper(name)}Input!) { ${name}(input: $input) {
        assessment { id status version recognised grounds startedAt completedAt needs { confirmedAt items { kind description beneficiary { id } } } appeal { id status version } }
        conflict { id version } alreadyProcessed userErrors { code path entityId currentState } } }`,
      { variables: { input: { idempotencyKey: key(), ...input } }, ...asking },
    ),
    name,
  );

export const rejectSignal = async (world: World, input: object, asking: Asking = {}) =>
  payload(
    await world.ask(
      `mutation ($input: RejectSignalInput!) { rejectSignal(input: $input) { signal { id status rejectionReason } alreadyProcessed userErrors { code path currentState } } }`,
      { variables: { input: { idempotencyKey: key(), reason: 'Реклама', ...input } }, ...asking },
    ),
    'rejectSignal',
  );

/** The appeal as the case manager sees it. */
export const readAppeal = async (world: World, id: string) =>
  payload(await world.ask(`query ($id: ID!) { appeal(id: $id) { ${APPEAL} } }`, { variables: { id } }), 'appeal');

// Tests know what they asked for.
// oxlint-disable-next-line no-explicit-any
function payload(answer: Awaited<ReturnType<World['ask']>>, name: string): any {
  if (answer.errors.length > 0) throw new Error(answer.body);
  return answer.data[name];
}

const upper = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
