import { randomUUID } from 'node:crypto';
import { createGateway } from '../../gateway/gateway.ts';
import { createLog } from '../../gateway/log.ts';
import { PERMISSIVE_POLICY, type Role, type UserCaller } from '../../schema/access.ts';
import { AGENCIES } from '../../schema/subgraphs.ts';
import { startEmbeddedAgencies } from '../../subgraphs/embedded.ts';
import { demonstrationClock } from '../../subgraphs/kit/clock.ts';
import { type Engine, inTransaction, openPGlite, openPostgres } from '../../subgraphs/kit/database.ts';
import { createNation, DEFAULT_AS_OF, FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { findDemoUser } from '../../subgraphs/kit/nation/users.ts';
import { databaseUrl, onServer } from '../support/postgres-templates.ts';
import { startPostgres } from '../support/postgres-server.ts';

/**
 * Commands a second through the gateway, on both engines, beside the bare limit of each: a transaction that claims a key and
 * writes a row, its audit and an event, without any rule. All in one process, so that the ratios hold on a noisy machine.
 */
const COMMANDS = 600;
const CLIENTS = 16;

const nation = createNation({ seed: 568, families: 230, asOf: DEFAULT_AS_OF });
const people = [...nation.all()].flatMap(({ members }) => members.map(({ id }) => id));

interface Kind {
  readonly name: string;
  readonly role: Role;
  readonly document: string;
  readonly input: (number: number) => object;
}

const KINDS: readonly Kind[] = [
  {
    name: 'recordMedicalEpisode (health alone)',
    role: 'DOCTOR',
    document: `mutation ($input: RecordMedicalEpisodeInput!) {
      recordMedicalEpisode(input: $input) { alreadyProcessed userErrors { code message } } }`,
    input: (number) => ({
      personId: people[number % people.length],
      kind: 'INJURY',
      openedAt: '2025-09-30T20:00:00+05:00',
      summary: `Запись ${number}`,
    }),
  },
  {
    name: 'submitSignal (centres, asks social first)',
    role: 'PROBATION',
    document: `mutation ($input: SubmitSignalInput!) {
      submitSignal(input: $input) { alreadyProcessed userErrors { code message } } }`,
    input: (number) => ({
      channel: 'STATE_INFORMATION_SYSTEM',
      source: 'PROBATION',
      sourceRecordId: randomUUID(),
      personId: people[number % people.length],
      kato: FIRST_DISTRICT,
      occurredAt: '2025-09-30T20:00:00+05:00',
      threatToLife: false,
      summary: 'Сообщение',
    }),
  },
  {
    name: 'registerIncident (interior, told to centres)',
    role: 'POLICE',
    document: `mutation ($input: RegisterIncidentInput!) {
      registerIncident(input: $input) { alreadyProcessed userErrors { code message } } }`,
    input: (number) => ({
      registryNumber: randomUUID(),
      kind: 'PHYSICAL_VIOLENCE',
      occurredAt: '2025-09-30T20:00:00+05:00',
      kato: FIRST_DISTRICT,
      victimPersonId: people[number % people.length],
      threatToLife: false,
      reportedBy: 'LOCAL_POLICE',
    }),
  },
];

const say = (line: string) => process.stdout.write(`${line}\n`);

async function measure(name: string, engine: Engine): Promise<void> {
  const log = createLog('error');
  const scalars = { allowSyntheticIin: true };
  const agencies = await startEmbeddedAgencies({
    engine,
    nation,
    clock: demonstrationClock(nation.asOf),
    policy: PERMISSIVE_POLICY,
    scalars,
    log,
    agencyTimeoutMs: 30_000,
  });
  const gateway = await createGateway({
    agencies: agencies.addresses,
    verifyToken: async (token) => toCaller(token as Role),
    scalars,
    agencyTimeoutMs: 30_000,
    log,
  });
  const health = agencies.databases.health.kysely;
  // In turns, so that what disturbs one disturbs the other.
  const bare = await timeAll(COMMANDS, async (number) => {
    await inTransaction(health, async (trx) => {
      await trx
        .insertInto('idempotency')
        .values({
          organisation: 'bench',
          operation: 'bare',
          key: `${number}`,
          inputHash: '',
          answer: '{}',
          createdAt: nation.asOf,
        })
        .execute();
      await trx
        .insertInto('auditEntry')
        .values({
          at: nation.asOf,
          requestId: 'bench',
          userId: 'bench',
          role: 'DOCTOR',
          organisation: null,
          purpose: null,
          operation: 'bare',
          entityIds: [],
          before: null,
          after: null,
        })
        .execute();
      await trx.insertInto('inbox').values({ eventId: randomUUID(), type: 'bare', receivedAt: nation.asOf }).execute();
    });
  });
  say(`${name}: bare transactions ${perSecond(bare)}`);
  for (const { name: kind, role, document, ...of } of KINDS) {
    const seconds = await timeAll(COMMANDS, async (number) => {
      const response = await gateway.app.inject({
        method: 'POST',
        url: '/graphql',
        headers: { authorization: `Bearer ${role}`, 'x-purpose': 'CASE_WORK' },
        payload: { query: document, variables: { input: { idempotencyKey: randomUUID(), ...of.input(number) } } },
      });
      const body = response.json<{ data: Record<string, { userErrors: object[] } | null> | null }>();
      const [payload] = Object.values(body.data ?? {});
      if (!payload || payload.userErrors.length > 0) throw new Error(response.payload);
    });
    const settling = performance.now();
    await agencies.settle();
    const told = (performance.now() - settling) / 1000;
    say(
      `${name}: ${kind} ${perSecond(seconds)}, ${(seconds / bare).toFixed(1)} times a bare transaction; then told in ${told.toFixed(1)} s`,
    );
  }
  await gateway.stop();
  await agencies.stop();
}

const perSecond = (seconds: number) => `${Math.round(COMMANDS / seconds).toLocaleString('en')}/s`;

async function timeAll(count: number, work: (number: number) => Promise<void>): Promise<number> {
  let next = 0;
  const client = async () => {
    for (let number = next++; number < count; number = next++) await work(number);
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return (performance.now() - startedAt) / 1000;
}

function toCaller(role: Role): UserCaller {
  const user = findDemoUser(nation, role, FIRST_DISTRICT);
  if (!user) throw new Error(`There must be a user of the role ${role}.`);
  return { kind: 'USER', role, ...user };
}

say(`${COMMANDS} commands of each kind by ${CLIENTS} clients at once, gateway and agencies in one process`);
await measure('PGlite', await openPGlite(null));
const server = await startPostgres();
try {
  await onServer(server.adminUrl, async (client) => {
    for (const agency of AGENCIES) {
      await client.query(`create role ${agency} login password '${agency}'`);
      await client.query(`create database bench_${agency} owner ${agency}`);
    }
  });
  await measure(
    'PostgreSQL',
    openPostgres((agency) => databaseUrl(server.adminUrl, `bench_${agency}`, agency)),
  );
} finally {
  await server.stop();
}
