import { randomUUID } from 'node:crypto';
import { readOperation } from '../../gateway/first-request.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { createLog } from '../../gateway/log.ts';
import { PERMISSIVE_POLICY, type UserCaller } from '../../schema/access.ts';
import type { Agency } from '../../schema/subgraphs.ts';
import { signWord } from '../../schema/word.ts';
import { startEmbeddedAgencies } from '../../subgraphs/embedded.ts';
import { systemClock } from '../../subgraphs/kit/clock.ts';
import { openPGlite } from '../../subgraphs/kit/database.ts';
import { createNation, DEFAULT_AS_OF } from '../../subgraphs/kit/nation/nation.ts';

/**
 * A family's profile through the gateway, against the bare limit: the same fetches, known beforehand, sent straight to the
 * agencies. Both in one process on the embedded database and in turns, so that the ratio holds on a noisy machine.
 */
const ROUNDS = 400;
const WARM_UP = 50;

const nation = createNation({ seed: 1, families: 300, asOf: DEFAULT_AS_OF });
const log = createLog('error');
const scalars = { allowSyntheticIin: true };
const startedAt = performance.now();
const agencies = await startEmbeddedAgencies({
  engine: await openPGlite(null),
  nation,
  clock: systemClock(),
  policy: PERMISSIVE_POLICY,
  scalars,
  log,
  agencyTimeoutMs: 5000,
});
const caller: UserCaller = {
  kind: 'USER',
  userId: 'bench',
  role: 'CASE_MANAGER',
  organisationId: null,
  districtKato: null,
  personId: null,
  system: null,
};
const fetches: { agency: Agency; query: string }[] = [];
const gateway = await createGateway({
  agencies: agencies.addresses,
  verifyToken: async () => caller,
  scalars,
  agencyTimeoutMs: 5000,
  log,
  onFetch: ({ agency, query }) => fetches.push({ agency: agency as Agency, query }),
});
const startMs = performance.now() - startedAt;

const query = readOperation('13-family-profile.graphql', 'FamilyProfile');
async function throughGateway(id: string): Promise<number> {
  const response = await gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { authorization: 'Bearer bench', 'x-purpose': 'CASE_WORK' },
    payload: { query, variables: { id } },
  });
  return response.payload.length;
}

const statements = () =>
  Object.values(agencies.databases).reduce((sum, database) => sum + database.statementCount(), 0);
await throughGateway(nation.family(0).id);
fetches.length = 0;
const statementsBefore = statements();
const bytes = await throughGateway(nation.family(0).id);
const statementsOfProfile = statements() - statementsBefore;
const plan = [...fetches];

async function send(agency: Agency, text: string, variables: object): Promise<void> {
  const { transport, key } = agencies.addresses[agency];
  const requestId = randomUUID();
  const word = signWord(
    { issuer: 'gateway', audience: agency, requestId, caller, purpose: 'CASE_WORK' },
    key,
    Date.now(),
  );
  await transport({
    path: '/graphql',
    headers: { 'content-type': 'application/json', 'x-request-id': requestId, authorization: `Bearer ${word}` },
    body: JSON.stringify({ query: text, variables }),
    signal: AbortSignal.timeout(5000),
  });
}

/** The known fetches: first the family, then all the others at once. */
async function bare(index: number): Promise<void> {
  const { id, members } = nation.family(index);
  const [first, ...rest] = plan;
  if (first) await send(first.agency, first.query, { id });
  await Promise.all(
    rest.map(({ agency, query: text }) =>
      send(agency, text, {
        representations: text.includes('on Family')
          ? [{ __typename: 'Family', id }]
          : members.map((member) => ({ __typename: 'Person', id: member.id })),
      }),
    ),
  );
}

const times = { gateway: [] as number[], bare: [] as number[] };
for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
  const index = (round * 7) % nation.families;
  const start = performance.now();
  await throughGateway(nation.family(index).id);
  const middle = performance.now();
  await bare(index);
  const end = performance.now();
  if (round >= WARM_UP) {
    times.gateway.push(middle - start);
    times.bare.push(end - middle);
  }
}
const at = (values: readonly number[], share: number) =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? 0;
const [viaGateway, limit] = [at(times.gateway, 0.5), at(times.bare, 0.5)];
process.stdout.write(
  [
    `start of agencies and gateway, empty database: ${(startMs / 1000).toFixed(1)} s; memory ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
    `one profile: ${plan.length} fetches, ${statementsOfProfile} SQL statements, ${bytes} bytes`,
    `through the gateway: median ${viaGateway.toFixed(2)} ms, p95 ${at(times.gateway, 0.95).toFixed(2)} ms`,
    `the same fetches hard-coded (bare limit): median ${limit.toFixed(2)} ms, p95 ${at(times.bare, 0.95).toFixed(2)} ms`,
    `ratio of medians, gateway to bare limit: ${(viaGateway / limit).toFixed(2)}`,
    '',
  ].join('\n'),
);
await gateway.stop();
await agencies.stop();
