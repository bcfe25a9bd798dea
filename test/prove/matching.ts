import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { PERMISSIVE_POLICY } from '../../schema/access.ts';
import { createCalendar, readPublishedCalendar } from '../../subgraphs/kit/calendar.ts';
import { type CommandContext, runCommand } from '../../subgraphs/kit/command.ts';
import { copyRows } from '../../subgraphs/kit/copy.ts';
import { type AgencyDatabase, openPostgres } from '../../subgraphs/kit/database.ts';
import type { KitTables } from '../../subgraphs/kit/kit-tables.ts';
import { migrate } from '../../subgraphs/kit/migrate.ts';
import { DEFAULT_AS_OF } from '../../subgraphs/kit/nation/nation.ts';
import { registerProvisionalPerson } from '../../subgraphs/social/commands/register-provisional-person.ts';
import type { PersonRecord, Tables } from '../../subgraphs/social/store.ts';
import { databaseUrl, onServer } from '../support/postgres-templates.ts';
import { DEFINITIONS } from '../support/load-template.ts';
import { asTold, createRandom, type Human, inDocument, type Random } from '../support/matching.ts';

/** What it costs to register somebody without an IIN, with suggestions of who it may be, in a registry of some size. */
export interface MatchingCost {
  readonly persons: number;
  readonly loadSeconds: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly slowestMs: number;
  /** Of the known people who were registered once more, how many were among the suggestions. */
  readonly recall: number;
}

interface Registry {
  readonly db: Kysely<Tables & KitTables>;
  readonly database: AgencyDatabase<Tables & KitTables>;
  readonly persons: number;
  readonly loadSeconds: number;
  /** Some of the people in it, by id. */
  readonly known: readonly (readonly [id: string, human: Human])[];
  readonly random: Random;
  readonly times: number[];
  asked: number;
  found: number;
}

/** Registries of several sizes on one PostgreSQL, asked in turns, so that their ratio holds on a noisy machine. */
export async function measureSuggestions(options: {
  readonly adminUrl: string;
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly warmUp: number;
  readonly say: (line: string) => void;
}): Promise<MatchingCost[]> {
  const registries: Registry[] = [];
  for (const size of options.sizes) {
    registries.push(await openRegistry(options.adminUrl, size));
    options.say(`  ${size} persons loaded in ${registries.at(-1)?.loadSeconds.toFixed(0)} s`);
  }
  for (let round = 0; round < options.rounds + options.warmUp; round += 1) {
    for (const registry of registries) {
      const ms = await registerOne(registry, round);
      if (round >= options.warmUp) registry.times.push(ms);
    }
  }
  for (const { database } of registries) await database.close();
  return registries.map(({ persons, loadSeconds, times, asked, found }) => ({
    persons,
    loadSeconds,
    medianMs: at(times, 0.5),
    p95Ms: at(times, 0.95),
    slowestMs: at(times, 1),
    recall: found / asked,
  }));
}

const at = (values: readonly number[], share: number) =>
  values.toSorted((left, right) => left - right)[Math.min(Math.floor(values.length * share), values.length - 1)] ?? 0;

async function openRegistry(adminUrl: string, persons: number): Promise<Registry> {
  const name = `matching_${persons}`;
  await onServer(adminUrl, async (client) => {
    await client.query(
      `do $$ begin create role social login password 'social'; exception when duplicate_object then null; end $$`,
    );
    await client.query(`create database ${name} owner social`);
  });
  const engine = openPostgres((agency) => databaseUrl(adminUrl, name, agency));
  const database = await engine.open<Tables & KitTables>('social');
  const db = database.kysely;
  await migrate(db, 'social', DEFINITIONS.social.directory);
  const startedAt = performance.now();
  const random = createRandom(568);
  const known = await loadPersons(db, persons, random);
  const loadSeconds = (performance.now() - startedAt) / 1000;
  return { db, database, persons, loadSeconds, known, random, times: [], asked: 0, found: 0 };
}

const BATCH = 10_000;
/** One in so many is kept in mind to be registered once more. */
const SAMPLE = 7;

/** Fills a registry with people of invented names; one in twenty has no IIN and is written down as somebody told. */
export async function loadPersons(db: Kysely<Tables & KitTables>, persons: number, random: Random, loadedBefore = 0) {
  const known: [string, Human][] = [];
  for (let from = 0; from < persons; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, persons - from) }, (_, index): PersonRecord => {
      const human = createHuman(random);
      const provisional = random.chance(0.05);
      const { fullName, birthYear, sex, district, phone } = provisional ? asTold(human, random) : inDocument(human);
      const id = randomUUID();
      if ((from + index) % SAMPLE === 0) known.push([id, human]);
      return {
        id,
        iin: provisional ? null : String(loadedBefore + from + index).padStart(12, '0'),
        identityStatus: provisional ? 'PROVISIONAL' : 'CONFIRMED',
        mergedInto: null,
        fullName,
        birthDate: null,
        birthYear,
        sex,
        registeredKato: district?.padEnd(9, '0') ?? null,
        registeredAddress: null,
        phone: phone === null ? null : `+7${phone}`,
        recordedAt: DEFAULT_AS_OF,
      };
    });
    await copyRows(db, 'person', rows);
  }
  await sql`analyze person`.execute(db);
  return known;
}

/** A known person, or every fourth time a new one, is registered by what somebody tells. */
async function registerOne(registry: Registry, round: number): Promise<number> {
  const { db, known, random } = registry;
  const [id, human] = round % 4 === 3 ? [null, createHuman(random)] : random.pick(known);
  const { district, ...told } = asTold(human, random);
  const hint = { ...told, kato: district?.padEnd(9, '0') ?? null };
  const startedAt = performance.now();
  const result = await runCommand(db, registerProvisionalPerson, { idempotencyKey: randomUUID(), hint }, CONTEXT);
  const ms = performance.now() - startedAt;
  if (!result.answer) throw new Error('Whoever is told of must be registered.');
  if (id !== null) {
    registry.asked += 1;
    const suggested = await db
      .selectFrom('linkSuggestion')
      .select('leftPersonId')
      .where('rightPersonId', '=', result.answer.personId)
      .execute();
    if (suggested.some(({ leftPersonId }) => leftPersonId === id)) registry.found += 1;
  }
  return ms;
}

const CONTEXT: CommandContext = {
  caller: { kind: 'SERVICE', agency: 'interior' },
  purpose: 'INTEGRATION',
  requestId: 'matching',
  now: DEFAULT_AS_OF,
  policy: PERMISSIVE_POLICY,
  calendar: createCalendar(readPublishedCalendar()),
  peers: {
    query: () => Promise.reject(new Error('Nobody is to be asked here.')),
    deliver: () => Promise.reject(new Error('Nobody is to be told here.')),
  },
  keepsRegistry: true,
};

const list = (text: string) => text.split(' ');
const combine = (beginnings: readonly string[], endings: readonly string[]) =>
  endings.flatMap((ending) => beginnings.map((beginning) => beginning + ending));
const BEGINNINGS = list(
  'Абай Айдар Ақыл Алтын Арын Асан Байтұр Бақыт Бекем Болат Дархан Дәулет Досым Ерке Есен Жаңа Жарқын Жолдас Жұма Иман Кеңес Көпей Қабыл Қазы Қуан Мақсат Мәжит Мырза Нұрым Оңғар Орын Өмір Рақым Сабыр Садық Сапар Сұлтан Тасты Тоқтар Төле Уәли Үсен Шаймер Шәкір Шора Ыдыры',
);
/** Invented, and as unlike in frequency as real ones: the commonest surname is borne by one in sixty. */
const SURNAMES = combine(BEGINNINGS, list('ов беков баев ғалиев мұратов жанов тайев ханов кенов лыбаев шинов құлов'));
const GIVEN_BEGINNINGS = list('Ай Ақ Арм Бек Ғал Дар Дин Ер Жан Зар Қай Мад Мар Нұр Рүст Сал Сер Тим Шын Әд');
const MALE = combine(GIVEN_BEGINNINGS, list('бек жан лан мат ат ғат дос хан сұлтан тай'));
const FEMALE = combine(GIVEN_BEGINNINGS, list('гүл нұр сұлу а ина ира жан ша ель ым'));
/** Ten districts in each of twenty regions. */
const DISTRICTS = combine(
  list('10 11 15 19 23 27 31 33 35 39 43 47 55 59 61 62 63 71 75 79'),
  list('10 20 32 34 36 38 40 42 44 46'),
);

function createHuman(random: Random): Human {
  const sex = random.pick(['MALE', 'FEMALE'] as const);
  return {
    surname: random.pickSkewed(SURNAMES),
    given: random.pickSkewed(sex === 'MALE' ? MALE : FEMALE),
    father: random.pickSkewed(MALE),
    sex,
    birthYear: random.integer(1940, 2025),
    district: random.pick(DISTRICTS),
    phone: `70${random.integer(10_000_000, 79_999_999)}`,
  };
}
