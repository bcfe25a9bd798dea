import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { findDemoUser } from '../../subgraphs/kit/nation/users.ts';
import { type Answer, type Asking, key, type World } from './world.ts';

/** A couple with a child that the police know nothing of yet; each test takes one of its own. */
export function createCoupleTaker(world: World): () => NationFamily {
  const waiting = [...world.nation.all()].filter(
    ({ incident, probationer, members }) =>
      incident === null && probationer === null && members[1]?.minor === false && members.some(({ minor }) => minor),
  );
  return () => {
    const family = waiting.shift();
    if (!family) throw new Error('The test nation must have more families that the police do not know.');
    return family;
  };
}

/** The police body of the first district, for which its officers act. */
export const policeBody = (world: World) => findDemoUser(world.nation, 'POLICE', FIRST_DISTRICT)?.organisationId;

let incidents = 0;

/** A number of the police's register that no other test uses. */
export const registryNumber = () => `КУИ-тест-${(incidents += 1)}`;

/** The report of a husband's violence in front of the first child; it happened an hour before the nation's present. */
export function incidentInput(family: NationFamily, change: object = {}) {
  const [woman, man] = family.members;
  const child = family.members.find(({ minor }) => minor);
  return {
    idempotencyKey: key(),
    registryNumber: registryNumber(),
    kind: 'PHYSICAL_VIOLENCE',
    occurredAt: '2025-10-01T08:00:00+05:00',
    kato: FIRST_DISTRICT,
    victimPersonId: woman?.id,
    aggressorPersonId: man?.id,
    childrenPresentIds: child ? [child.id] : [],
    threatToLife: true,
    reportedBy: 'LOCAL_POLICE',
    narrative: 'Нанёс побои при ребёнке.',
    ...change,
  };
}

/** Gives a command as an officer of the first district; returns its payload. */
export async function command(
  world: World,
  name: string,
  input: object,
  selection: string,
  asking: Asking = {},
  // oxlint-disable-next-line no-explicit-any
): Promise<any> {
  const type = INPUT_TYPES[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const answer: Answer = await world.ask(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} alreadyProcessed userErrors { code path entityId currentState } } }`,
    { role: 'POLICE', variables: { input: { idempotencyKey: key(), ...input } }, ...asking },
  );
  if (answer.errors.length > 0) throw new Error(answer.body);
  return answer.data[name];
}

const INPUT_TYPES: Readonly<Record<string, string>> = { acknowledgeLawEnforcementNotice: 'AcknowledgeNoticeInput' };

export const ORDER = 'id number status issuedAt servedAt validUntil nextCheckDueOn legalBasis version';

/** Gives a command on an order that exists. */
export const onOrder = (world: World, name: string, input: object, asking: Asking = {}) =>
  command(
    world,
    name,
    input,
    `order { ${ORDER} violations { at description } checks { at result } } conflict { id status version }`,
    asking,
  );

/** An incident of the family's, registered. */
export async function registerIncident(world: World, family: NationFamily, change: object = {}) {
  const payload = await command(
    world,
    'registerIncident',
    incidentInput(family, change),
    'incident { id registryNumber } signal { id }',
  );
  return payload.incident as { id: string; registryNumber: string };
}

/** An order on a new incident of the family's, written half an hour after it. */
export async function issueOrder(world: World, family: NationFamily, change: object = {}) {
  const incident = await registerIncident(world, family);
  const payload = await command(
    world,
    'issueProtectionOrder',
    {
      incidentId: incident.id,
      number: `ЗП-${incident.registryNumber}`,
      issuedAt: '2025-10-01T08:30:00+05:00',
      ...change,
    },
    `order { ${ORDER} }`,
  );
  return payload.order as { id: string; number: string; status: string; version: number };
}

/** An order that was handed over at nine o'clock on 1 October 2025: it holds until 31 October. */
export async function serveOrder(world: World, family: NationFamily) {
  const issued = await issueOrder(world, family);
  const { order } = await onOrder(world, 'serveProtectionOrder', {
    orderId: issued.id,
    expectedVersion: issued.version,
    servedAt: '2025-10-01T09:00:00+05:00',
  });
  return order as typeof issued & { validUntil: string; nextCheckDueOn: string };
}

/** What an agency told of a type, oldest first. */
export async function toldEvents(world: World, agency: 'interior', type: string) {
  const rows = await world
    .sql(agency)
    .selectFrom('outbox')
    .select(['destination', 'payload'])
    .where('type', '=', type)
    .orderBy('seq')
    .execute();
  // oxlint-disable-next-line no-explicit-any
  return rows as { destination: string; payload: any }[];
}
