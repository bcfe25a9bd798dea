import { type Kysely, sql } from 'kysely';
import { systemClock } from '../../subgraphs/kit/clock.ts';
import { PERMISSIVE_POLICY } from '../../schema/access.ts';
import { createStore, type Tables as CentreTables } from '../../subgraphs/centres/store.ts';
import { INDICATOR_CODES, INDICATORS, type IndicatorText } from '../../subgraphs/centres/indicators/definitions.ts';
import type { IndicatorCut } from '../../subgraphs/centres/indicators/store.ts';
import { storeDailyAggregates } from '../../subgraphs/centres/indicators/store.ts';
import { createStore as createInteriorStore, type Tables as InteriorTables } from '../../subgraphs/interior/store.ts';
import { interior } from '../../subgraphs/interior/index.ts';
import { DailyAggregates, publishAggregate } from '../../subgraphs/kit/aggregates.ts';
import { createCalendar, readPublishedCalendar } from '../../subgraphs/kit/calendar.ts';
import { openPGlite, openPostgres } from '../../subgraphs/kit/database.ts';
import { startOfDay } from '../../subgraphs/kit/deadline.ts';
import type { KitTables } from '../../subgraphs/kit/kit-tables.ts';
import { migrate } from '../../subgraphs/kit/migrate.ts';
import { startPostgres } from '../support/postgres-server.ts';

// How long each indicator takes at the size of the whole country: `npm run bench:indicators`, with `-- pglite` on the
// embedded engine. The rows are made by SQL and are not the nation: only their number and spread are like it.

const ROUNDS = 7;
const embedded = process.argv.includes('pglite');
const write = (line: string) => process.stdout.write(`${line}\n`);
const server = embedded ? null : await startPostgres();
const engine = server ? openPostgres(() => server.adminUrl) : await openPGlite(null);
const centresDb = await engine.open<CentreTables & KitTables>('centres');
const interiorDb = await engine.open<InteriorTables & KitTables>('interior');
if (server)
  for (const name of ['centres', 'interior']) await sql.raw(`create schema ${name}`).execute(centresDb.kysely);
await migrate(centresDb.kysely, 'centres', 'subgraphs/centres');
await migrate(interiorDb.kysely, 'interior', 'subgraphs/interior');

/** A text of digits that is a UUID, told by a kind of thing and its number. */
const id = (kind: number, number: string) =>
  `(lpad('${kind}', 8, '0') || '-0000-4000-8000-' || lpad((${number})::text, 12, '0'))::uuid`;
const REGION = (number: string) =>
  `(array['10','11','15','19','23','27','31','33','35','39','43','47','55','59','61','62','63','71','75','79'])[1 + (${number}) % 20]`;
const instant = (number: string, from: string, days: number) =>
  `timestamptz '${from} 09:00+05' + ((${number}) * 7919 % ${days * 1440}) * interval '1 minute'`;

const CENTRE_ROWS = [
  `insert into administrative_unit select ${REGION('n')} || '0000000', null, 'р', 'р', false from generate_series(0, 19) n`,
  `insert into administrative_unit select ${REGION('n')} || lpad((n + 1)::text, 3, '0') || '0000', ${REGION('n')} || '0000000', 'д', 'д', true from generate_series(0, 207) n`,
  `insert into organisation select ${id(1, 'n')}, 'CENTRE', 'ц', 'ц', ${REGION('n')} || lpad((n + 1)::text, 3, '0') || '0000', true from generate_series(0, 130) n`,
  `insert into centre (id, title_ru, title_kk, district_kato, region_kato, opened_at) select ${id(1, 'n')}, 'ц', 'ц', ${REGION('n')} || lpad((n + 1)::text, 3, '0') || '0000', ${REGION('n')} || '0000000', date '2025-01-01' from generate_series(0, 130) n`,
  `insert into employee select ${id(2, 'n')}, n::text, ${id(1, 'n % 131')}, 'с', (array['PSYCHOLOGIST','CASE_MANAGER','LAWYER','DIRECTOR'])[1 + n % 4], 'с', 'с', null, null, 1 from generate_series(1, 1793) n`,
  `insert into appeal (id, number, family_id, centre_id, district_kato, registered_at, status, threat_to_life, version) select ${id(3, 'n')}, n::text, ${id(9, 'n % 30000')}, ${id(1, 'n % 131')}, '710000000', ${instant('n', '2025-03-01', 214)}, 'REGISTERED', false, 1 from generate_series(1, 44540) n`,
  `insert into signal (id, channel, source, source_system, source_record_id, received_at, kato, status, threat_to_life, family_id, appeal_id) select ${id(4, 'n')}, 'PERSONAL', (array['SELF','POLICE','PROBATION','HEALTH'])[1 + n % 4], 's', n::text, ${instant('n % 44540', '2025-03-01', 214)}, ${REGION('n')} || '0010000', 'NEW_APPEAL', false, ${id(9, 'n % 30000')}, ${id(3, '1 + n % 44540')} from generate_series(1, 60000) n`,
  `insert into consultation select ${id(5, 'n')}, ${id(3, '1 + (n * 2) % 44540')}, 'LEGAL', ${instant('n', '2025-03-01', 214)}, ${id(2, '1 + n % 1793')} from generate_series(1, 19613) n`,
  `insert into primary_assessment (id, appeal_id, family_id, status, recognised, grounds, completed_at, version) select ${id(6, 'n')}, ${id(3, 'n')}, null, 'COMPLETED', true, array[case when n % 3 = 0 then 'CRUEL_TREATMENT' else 'NEGLECT_OR_DEVIANCE_OF_MINOR' end], ${instant('n', '2025-03-02', 213)}, 1 from generate_series(1, 44540) n`,
  `insert into deadline select ${id(6, 'n')}, 'ASSESSMENT', 'DL-02', now(), ${instant('n', '2025-03-04', 210)}, 'WORKING_DAYS', 3, null, false, 'v', 'NONE', ${instant('n', '2025-03-03', 211)} from generate_series(1, 44540) n`,
  `insert into individual_plan (id, number, family_id, lead_centre_id, status, version, start_date, end_date, specialists, duplicates_checked, approved_at, created_at) select ${id(7, 'n')}, n::text, ${id(9, 'n')}, ${id(1, 'n % 131')}, 'ACTIVE', 1, '2025-01-01', '2025-12-31', '{}', true, ${instant('n', '2024-11-01', 333)}, ${instant('n', '2024-11-01', 333)} from generate_series(1, 15102) n`,
  ...['DRAFT', 'AWAITING_SIGNATURES', 'AWAITING_APPROVAL', 'ACTIVE'].map(
    (status, step) =>
      `insert into plan_history select ${id(10 + step, 'n')}, ${id(7, 'n')}, ${instant('n', '2024-11-01', 333)} + interval '${step} minutes', 1, '${status}', '${status}', 'ц', null from generate_series(1, 15102) n`,
  ),
  `insert into plan_measure (id, number, plan_id, family_id, kind, title, other_description, body_kind, district_kato, due_date, status, finished_at, override_number, created_at, version) select ${id(8, 'n')}, n::text, ${id(7, '1 + n % 15102')}, ${id(9, '1 + n % 15102')}, (array['LEGAL','MEDICAL','SOCIAL','OTHER'])[1 + n % 4], 'м', 'д', (array['HEALTH','EDUCATION','INTERNAL_AFFAIRS','CENTRE','FAMILY'])[1 + n % 5], '710000000', date '2025-03-01' + n % 400, case when n % 3 = 0 then 'DONE' else 'SENT' end, case when n % 3 = 0 then ${instant('n', '2025-04-01', 180)} end, n, timestamptz '2024-11-01 09:00+05', 1 from generate_series(1, 30204) n`,
  `insert into measure_status_entry select ${id(20, 'n')}, ${id(8, 'n')}, 1, timestamptz '2024-11-01 09:00+05', 'PLANNED', 'ц', false, false, null from generate_series(1, 30204) n`,
  `insert into measure_status_entry select ${id(21, 'n')}, ${id(8, 'n')}, 2, case when n <= 8749 then ${instant('n', '2025-03-01', 214)} else ${instant('n', '2024-11-01', 120)} end, 'SENT', 'ц', false, false, null from generate_series(1, 30204) n`,
  `insert into mobile_group_case (id, district_kato, registered_at, source, sources, status, version) select ${id(22, 'n')}, ${REGION('n')} || '0010000', ${instant('n', '2025-03-01', 214)}, 'PROBATION', '{PROBATION}', 'REGISTERED', 1 from generate_series(1, 5670) n`,
  `insert into temporary_residence (id, person_id, centre_id, basis, admitted_at, must_leave_by, discharged_at, version) select ${id(23, 'n')}, ${id(24, 'n')}, ${id(1, 'n % 131')}, 'PERSONAL_REQUEST', ${instant('n', '2025-03-01', 180)}, '2025-12-31', ${instant('n', '2025-03-20', 180)}, 1 from generate_series(1, 2000) n`,
  `insert into residence_minor select ${id(23, '1 + n % 2000')}, ${id(25, 'n')} from generate_series(1, 4000) n`,
];
const INTERIOR_ROWS = [
  `insert into police_incident select ${id(1, 'n')}, n::text, 'OTHER', ${instant('n', '2025-01-01', 365)}, ${REGION('n')} || '0010000', ${id(2, 'n')}, ${id(3, 'n')}, false, 'LOCAL_POLICE', null, null from generate_series(1, 87846) n`,
  `insert into protection_order (id, number, incident_id, kato, victim_id, aggressor_id, issued_at, valid_until, status, legal_basis, version) select ${id(4, 'n')}, n::text, ${id(1, 'n')}, ${REGION('n')} || '0010000', ${id(2, 'n')}, ${id(3, 'n')}, ${instant('n', '2025-01-01', 365)}, '2026-12-31', 'ISSUED', 'з', 1 from generate_series(1, 87846) n`,
  `insert into family_offence select ${id(5, 'n')}, ${REGION('n')} || '0010000', date '2025-01-01' + (n * 7919 % 365), ${id(3, 'n')} from generate_series(1, 66615) n`,
];

async function fill(db: Kysely<never>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await sql.raw('analyze').execute(db);
}
await fill(centresDb.kysely as never, CENTRE_ROWS);
await fill(interiorDb.kysely as never, INTERIOR_ROWS);

const now = systemClock().now();
const viewer = { caller: { kind: 'SERVICE', agency: 'centres' }, policy: PERMISSIVE_POLICY, now } as const;
const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
async function time(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}

let start = performance.now();
for (const aggregate of interior.aggregates) {
  await publishAggregate(interiorDb.kysely, aggregate, now);
}
const events = await interiorDb.kysely.selectFrom('outbox').select('payload').execute();
write(
  `first publication of 87,846 orders and 66,615 offences: ${(performance.now() - start).toFixed(0)} ms, ${events.length} events`,
);
write(
  `again, nothing changed: ${(
    await time(async () => {
      for (const aggregate of interior.aggregates) await publishAggregate(interiorDb.kysely, aggregate, now);
    })
  ).toFixed(0)} ms`,
);
start = performance.now();
for (const { payload } of events) {
  await storeDailyAggregates(centresDb.kysely, DailyAggregates.parse(payload), 'interior');
}
write(`taken in by the centres: ${(performance.now() - start).toFixed(0)} ms`);
const interiorStore = createInteriorStore(interiorDb.kysely, viewer);
const year = [
  startOfDay(Temporal.PlainDate.from('2025-01-01')),
  startOfDay(Temporal.PlainDate.from('2026-01-01')),
] as const;
write(
  `protectionOrderStats of 87,846 orders: ${(await time(() => interiorStore.countOrdersByRegion(...year))).toFixed(1)} ms`,
);
write(
  `familyOffenceStats of 66,615 offences: ${(await time(() => interiorStore.countOffences('2025-01-01', '2026-01-01'))).toFixed(1)} ms`,
);

const store = createStore(centresDb.kysely, viewer);
const calendar = createCalendar(readPublishedCalendar());
const span = (from: string, to: string) => ({
  from: startOfDay(Temporal.PlainDate.from(from)),
  before: startOfDay(Temporal.PlainDate.from(to).add({ days: 1 })),
  workingDays: calendar.listWorkingDays(Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)).map(String),
});
const period = {
  ...span('2025-03-01', '2025-09-30'),
  firstDay: '2025-03-01',
  lastDay: '2025-09-30',
  now,
  load: span('2024-10-01', '2025-09-30'),
};
let slowest = 0;
for (const code of INDICATOR_CODES) {
  const { breakdowns }: IndicatorText = INDICATORS[code];
  const cuts = [
    { byRegion: false, slice: null },
    ...(breakdowns.includes('REGION') ? [{ byRegion: true, slice: null }] : []),
    ...breakdowns
      .filter((kind) => kind !== 'REGION')
      .flatMap((slice) => [
        { byRegion: false, slice },
        { byRegion: true, slice },
      ]),
  ] satisfies IndicatorCut[];
  const times: string[] = [];
  for (const cut of cuts) {
    const took = await time(() => store.computeIndicators([code], period, cut));
    slowest = Math.max(slowest, took);
    times.push(`${cut.slice ?? 'ALL'}${cut.byRegion ? ' by region' : ''} ${took.toFixed(1)}`);
  }
  write(`${code.padEnd(32)} ${times.join(' · ')}`);
}
write(`slowest: ${slowest.toFixed(1)} ms`);
await centresDb.close();
await interiorDb.close();
await engine.close();
await server?.stop();
