import { randomUUID } from 'node:crypto';
import { PERMISSIVE_POLICY } from '../../schema/access.ts';
import type { Agency } from '../../schema/subgraphs.ts';
import { createCalendar, readPublishedCalendar } from '../../subgraphs/kit/calendar.ts';
import { type Command, runCommand } from '../../subgraphs/kit/command.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { reservePlace } from '../../subgraphs/social/commands/shelter/reserve-place.ts';
import type { Tables } from '../../subgraphs/social/store.ts';
import { key, type World } from './world.ts';

/** A family in which somebody was hurt: with children, and with nobody in a residence or a crisis centre. */
export interface HurtFamily {
  readonly family: NationFamily;
  readonly victimId: string;
  readonly aggressorId: string;
  readonly minorIds: readonly string[];
}

/** Each test takes a family of its own. */
export function createVictimTaker(world: World): () => HurtFamily {
  const waiting = [...world.nation.all()].flatMap((family): HurtFamily[] => {
    const { incident, refuge, members } = family;
    const minorIds = members.filter(({ minor }) => minor).map(({ id }) => id);
    if (!incident?.aggressor || refuge !== null || minorIds.length === 0) return [];
    return [{ family, victimId: incident.victim.id, aggressorId: incident.aggressor.id, minorIds }];
  });
  return () => {
    const taken = waiting.shift();
    if (!taken) throw new Error('The test nation must have more families with a victim.');
    return taken;
  };
}

export function admitInput({ victimId, minorIds }: Pick<HurtFamily, 'victimId' | 'minorIds'>, change: object = {}) {
  return {
    idempotencyKey: key(),
    personId: victimId,
    minorPersonIds: minorIds,
    basis: 'PERSONAL_REQUEST',
    admittedAt: '2025-10-01T08:00:00+05:00',
    refusalReason: 'TOO_FAR',
    ...change,
  };
}

const ADMIT = `mutation ($input: AdmitInput!) { admitToTemporaryResidence(input: $input) {
  residence { id version mustLeaveBy person { id } withMinors { id } notices { id number status } }
  conflict { id } alreadyProcessed userErrors { code message path entityId currentState } } }`;

/** The payload of an admission, by the case manager of the first district unless told otherwise. */
export async function admit(world: World, input: object, asking: object = {}) {
  const { data, errors } = await world.ask(ADMIT, { variables: { input }, ...asking });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.admitToTemporaryResidence;
}

const DISCHARGE = `mutation ($input: DischargeInput!) { dischargeFromTemporaryResidence(input: $input) {
  residence { id version dischargedAt dischargeReason } conflict { id version }
  alreadyProcessed userErrors { code message path entityId currentState } } }`;

export async function discharge(world: World, residenceId: string, change: object = {}, asking: object = {}) {
  const input = {
    idempotencyKey: key(),
    residenceId,
    reason: 'OWN_WISH',
    at: world.clock.now().toString(),
    ...change,
  };
  const { data, errors } = await world.ask(DISCHARGE, { variables: { input }, ...asking });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.dischargeFromTemporaryResidence;
}

/** The reservations of a person, oldest first. */
export function reservationsOf(world: World, personId: string) {
  return world
    .sql('social')
    .selectFrom('placeReservation')
    .selectAll()
    .where('personId', '=', personId)
    .orderBy('reservedAt')
    .orderBy('id')
    .execute();
}

/** Hours, days and months go by, and everybody does what is due: the agencies' jobs, and what they tell each other. */
export async function letPass(world: World, duration: Temporal.DurationLike) {
  if (Object.keys(duration).length > 0) world.clock.advance(duration);
  for (const agency of ['social', 'centres'] as const) await world.agencies.servers[agency].jobs.run();
  await world.agencies.settle();
}

/** Another centre with a case manager and a head, in a district of its own. */
export async function addCentre(world: World, safeRooms: number | null, districtKato: string) {
  const id = randomUUID();
  await world
    .sql('centres')
    .insertInto('organisation')
    .values({ id, kind: 'CENTRE', titleRu: 'ЦПС', titleKk: 'ОҚО', districtKato, stateBody: true })
    .execute();
  await world
    .sql('centres')
    .insertInto('centre')
    .values({
      id,
      titleRu: 'ЦПС',
      titleKk: 'ОҚО',
      districtKato,
      regionKato: `${districtKato.slice(0, 2)}0000000`,
      phone: null,
      openedAt: '2024-01-01',
      closedAt: null,
      safeRooms,
    })
    .execute();
  const employ = async (post: 'CASE_MANAGER' | 'DIRECTOR') => {
    const userId = randomUUID();
    await world
      .sql('centres')
      .insertInto('employee')
      .values({
        id: randomUUID(),
        userId,
        centreId: id,
        fullName: 'Сотрудник',
        post,
        position: 'сотрудник',
        positionKk: 'қызметкер',
        unit: null,
        qualification: null,
        units: 1,
      })
      .execute();
    return { sub: userId, organisation: id, district: districtKato };
  };
  return { id, caseManager: await employ('CASE_MANAGER'), head: await employ('DIRECTOR') };
}

/** What an agency is refused or answered when it gives social protection a command for itself. */
export async function commandSocial<Input extends { idempotencyKey: string }, Answer>(
  world: World,
  command: Command<Tables, Input, null, Answer>,
  input: object,
  agency: Agency = 'centres',
) {
  return runCommand(world.sql('social'), command, input, {
    caller: { kind: 'SERVICE', agency },
    purpose: 'INTEGRATION',
    requestId: 'test',
    now: world.clock.now(),
    policy: PERMISSIVE_POLICY,
    calendar: createCalendar(readPublishedCalendar()),
    peers: {
      query: () => Promise.reject(new Error('A command on a place asks nobody.')),
      deliver: () => Promise.reject(new Error('A command on a place tells nobody.')),
    },
  });
}

/** Holds a person's place for a centre, as an admission does before it is stored. */
export async function reserve(world: World, personId: string, placeId: string): Promise<string | null> {
  const { answer } = await commandSocial(world, reservePlace, { idempotencyKey: key(), personId, placeId });
  return answer?.reservationId ?? null;
}
