import { type Kysely, sql } from 'kysely';
import { type Calendar, type CalendarYear, createCalendar, readPublishedCalendar } from './calendar.ts';
import { hear } from './events.ts';
import { kitPart, type KitTables } from './kit-tables.ts';

/** The calendar in force: the years that came with the release, and over them those that the centres have published since. */
export interface CalendarSource {
  current(): Calendar;
  /** Looks again at what is published. */
  refresh(): Promise<void>;
}

export function createCalendarSource(db: Kysely<KitTables>): CalendarSource {
  let calendar = createCalendar(readPublishedCalendar());
  return {
    current: () => calendar,
    refresh: async () => {
      calendar = createCalendar(await listCalendarYears(db));
    },
  };
}

export async function listCalendarYears(db: Kysely<KitTables>): Promise<CalendarYear[]> {
  const published = await db.selectFrom('calendarYear').selectAll().execute();
  const years = new Map(readPublishedCalendar().map((entry) => [entry.year, entry]));
  for (const { publishedAt: _, ...entry } of published) years.set(entry.year, entry);
  return [...years.values()];
}

/** Any number will do: nothing else locks by it. */
const CALENDAR_LOCK = 2_561_922_497;

/** Until the transaction ends nobody else publishes: versions follow each other. */
export async function lockCalendar(trx: Kysely<KitTables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CALENDAR_LOCK})`.execute(trx);
}

/** Puts a table in the place of that year's; an older version than the one that is there changes nothing. */
export async function storeCalendarYear(
  trx: Kysely<KitTables>,
  entry: CalendarYear,
  at: Temporal.Instant,
): Promise<void> {
  await lockCalendar(trx);
  const row = { ...entry, publishedAt: at };
  const known = await trx
    .selectFrom('calendarYear')
    .select('version')
    .where('year', '=', entry.year)
    .executeTakeFirst();
  if (known && revisionOf(known.version) >= revisionOf(entry.version)) return;
  await trx
    .insertInto('calendarYear')
    .values(row)
    .onConflict((conflict) => conflict.column('year').doUpdateSet(row))
    .execute();
}

/** The version that follows; versions of a year end with their number. */
export function nextVersion(year: number, present: string | null): string {
  return `${year}-${present === null ? 1 : revisionOf(present) + 1}`;
}

function revisionOf(version: string): number {
  return Number(/\d+$/.exec(version)?.[0] ?? 0);
}

/** What every agency does when the centres publish a calendar. */
export const calendarEvents = hear<'CalendarPublished', KitTables>('CalendarPublished', async (trx, { at, ...entry }) =>
  storeCalendarYear(kitPart(trx), entry, Temporal.Instant.from(at)),
);
