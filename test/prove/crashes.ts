import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { AGENCIES } from '../../schema/subgraphs.ts';
import type { Role } from '../../schema/access.ts';
import { randomFor } from '../../subgraphs/kit/nation/random.ts';
import { TWO_DISTRICTS } from '../support/nation.ts';
import type { Twins } from '../support/twins.ts';
import type { Answer } from '../support/world.ts';

// kill -9 of agencies, gateways and PostgreSQL while clients give commands and send again what was not answered.

export interface CrashResult {
  readonly commands: number;
  /** Commands that had to be sent more than once. */
  readonly resent: number;
  readonly sendings: number;
  readonly kills: Readonly<Record<string, number>>;
  /** Commands whose answer came from the store: their effect was there, their first answer was lost. */
  readonly storedAnswers: number;
  /** Acknowledged commands without a row, and commands with more rows than one. */
  readonly lost: number;
  readonly doubled: number;
  /** Processes that ended by themselves, such as with PostgreSQL. */
  readonly died: readonly string[];
  /** Signals told by one agency to another that never arrived, or arrived twice. */
  readonly untold: number;
  readonly seconds: number;
}

/** A command whose effect can be counted by something that only it carries. */
interface Deed {
  readonly document: string;
  readonly role: Role;
  readonly input: object;
}

const SIGNAL = `mutation ($input: SubmitSignalInput!) {
  submitSignal(input: $input) { signal { id } alreadyProcessed userErrors { code message } } }`;
const INCIDENT = `mutation ($input: RegisterIncidentInput!) {
  registerIncident(input: $input) { incident { id } alreadyProcessed userErrors { code message } } }`;
const EPISODE = `mutation ($input: RecordMedicalEpisodeInput!) {
  recordMedicalEpisode(input: $input) { alreadyProcessed userErrors { code message } } }`;

const people = [...TWO_DISTRICTS.all()].flatMap(({ members }) => members.map(({ id }) => id));

/** Each command leaves its mark in one table; police incidents leave a second one, a signal at the centres. */
function deedOf(mark: string, number: number): Deed {
  const personId = people[number % people.length];
  const key = { idempotencyKey: randomUUID() };
  switch (number % 3) {
    case 0:
      return {
        document: SIGNAL,
        role: 'PROBATION',
        input: {
          ...key,
          channel: 'STATE_INFORMATION_SYSTEM',
          source: 'PROBATION',
          sourceRecordId: mark,
          personId,
          kato: '711110000',
          occurredAt: '2025-09-30T20:00:00+05:00',
          threatToLife: number % 2 === 0,
          summary: 'Сообщение',
        },
      };
    case 1:
      return {
        document: INCIDENT,
        role: 'POLICE',
        input: {
          ...key,
          registryNumber: mark,
          kind: 'PHYSICAL_VIOLENCE',
          occurredAt: '2025-09-30T20:00:00+05:00',
          kato: '711110000',
          victimPersonId: personId,
          threatToLife: false,
          reportedBy: 'LOCAL_POLICE',
        },
      };
    default:
      return {
        document: EPISODE,
        role: 'DOCTOR',
        input: { ...key, personId, kind: 'INJURY', openedAt: '2025-09-30T20:00:00+05:00', summary: mark },
      };
  }
}

/** How many rows carry each mark. */
async function countMarks(twins: Twins, run: string): Promise<Map<string, number>> {
  const found = [
    ...(await twins.rows<Mark>('centres', MARKS('signal', 'source_record_id'), [`${run}-%`])),
    ...(await twins.rows<Mark>('interior', MARKS('police_incident', 'registry_number'), [`${run}-%`])),
    ...(await twins.rows<Mark>('health', MARKS('medical_episode', 'summary'), [`${run}-%`])),
  ];
  const counts = new Map<string, number>();
  for (const { mark, count } of found) counts.set(mark, (counts.get(mark) ?? 0) + Number(count));
  return counts;
}

interface Mark {
  mark: string;
  count: string;
}
const MARKS = (table: string, column: string) =>
  `select ${column} as mark, count(*) from ${table} where ${column} like $1 group by ${column}`;

const PATIENCE_MS = 120_000;

export async function runCrashes(
  twins: Twins,
  options: {
    /** At least so many commands, and at least so many kills. */
    readonly commands: number;
    readonly kills: number;
    readonly clients: number;
    /** Something is killed each time when so many commands more were acknowledged. */
    readonly killEvery: number;
    readonly say: (line: string) => void;
  },
): Promise<CrashResult> {
  const run = `crash-${randomUUID().slice(0, 8)}`;
  const random = randomFor(1, run);
  const kills: Record<string, number> = {};
  const startedAt = performance.now();
  let next = 0;
  let sendings = 0;
  let resent = 0;
  let storedAnswers = 0;
  let acknowledged = 0;
  const repair: { under: Promise<void> | null } = { under: null };
  const done: string[] = [];

  const send = async (deed: Deed, side: number): Promise<Answer | null> => {
    const [system, gateway] = [twins.systems[side], twins.gateways[side]];
    if (!system || !gateway) throw new Error('Both sides must be there.');
    try {
      return await system.ask(gateway.url, deed.document, { role: deed.role, variables: { input: deed.input } });
    } catch {
      return null;
    }
  };

  const client = async (number: number): Promise<void> => {
    for (;;) {
      const index = next;
      if (index >= options.commands && sum(kills) >= options.kills) return;
      next += 1;
      const mark = `${run}-${index}`;
      const deed = deedOf(mark, index);
      const until = Date.now() + PATIENCE_MS;
      for (let attempt = 0; ; attempt += 1) {
        sendings += 1;
        // A client that got no answer asks the other gateway.
        const answer = await send(deed, (number + attempt) % twins.systems.length);
        const payload = Object.values(answer?.data ?? {})[0] as
          { alreadyProcessed: boolean; userErrors: { code: string; message: string }[] } | null | undefined;
        const refusals = payload?.userErrors.filter(({ code }) => code !== 'AGENCY_UNAVAILABLE') ?? [];
        if (refusals.length > 0) throw new Error(`${mark} must be carried out: ${JSON.stringify(refusals)}`);
        if (payload && payload.userErrors.length === 0) {
          if (attempt > 0) resent += 1;
          if (payload.alreadyProcessed) storedAnswers += 1;
          break;
        }
        if (Date.now() > until)
          throw new Error(`${mark} must be carried out in the end: ${answer?.body ?? 'no answer'}`);
        await wait(100 + random.integer(0, 200));
      }
      done.push(mark);
      acknowledged += 1;
      if (acknowledged % options.killEvery === 0 && !repair.under) {
        repair.under = killSomething().finally(() => {
          repair.under = null;
        });
      }
      if (acknowledged % 500 === 0)
        options.say(`  ${acknowledged} of ${options.commands} commands, ${sum(kills)} kills`);
    }
  };

  /** Kills one part with signal 9, and starts it again. */
  const killSomething = async (): Promise<void> => {
    const victims = [...AGENCIES, 'gateway', 'postgres'] as const;
    const victim = victims[sum(kills) % victims.length] ?? 'postgres';
    kills[victim] = (kills[victim] ?? 0) + 1;
    const side = random.integer(0, twins.systems.length - 1);
    if (victim === 'postgres') {
      await twins.postgres.kill();
      await twins.postgres.restart();
      return;
    }
    const system = twins.systems[side];
    if (!system) throw new Error('Both sides must be there.');
    if (victim === 'gateway') {
      await twins.gateways[side]?.kill();
      twins.gateways[side] = await system.startGateway();
      return;
    }
    await twins.agencies[side]?.get(victim)?.kill();
    twins.agencies[side]?.set(victim, await system.startAgency(victim));
  };

  await Promise.all(Array.from({ length: options.clients }, (_, number) => client(number)));
  await repair.under;
  const died = twins.agencies.flatMap((agencies) =>
    [...agencies].flatMap(
      ([
        name,
        {
          process: { exitCode, signalCode },
        },
      ]) => (exitCode === null && signalCode === null ? [] : [name]),
    ),
  );

  const counts = await countMarks(twins, run);
  const incidents = done.filter((mark) => Number(mark.split('-').at(-1)) % 3 === 1);
  // A police incident is also a signal of the same number at the centres: once it has arrived it counts as two.
  const until = Date.now() + PATIENCE_MS;
  let arrived = counts;
  while (incidents.some((mark) => (arrived.get(mark) ?? 0) < 2) && Date.now() < until) {
    await wait(500);
    arrived = await countMarks(twins, run);
  }
  const expected = (mark: string) => (incidents.includes(mark) ? 2 : 1);
  return {
    commands: done.length,
    resent,
    sendings,
    kills,
    storedAnswers,
    lost: done.filter((mark) => (arrived.get(mark) ?? 0) === 0).length,
    doubled: [...arrived].filter(([mark, count]) => count > expected(mark)).length,
    died,
    untold: incidents.filter((mark) => arrived.get(mark) !== 2).length,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);
