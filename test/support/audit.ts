import { sql } from 'kysely';
import type { Agency } from '../../schema/subgraphs.ts';
import { AGENCIES } from '../../schema/subgraphs.ts';
import { ACCESS_FACTS_CHANGED } from '../../subgraphs/kit/access-facts.ts';
import { hearMerges } from '../../subgraphs/kit/merges.ts';
import { calendarEvents } from '../../subgraphs/kit/published-calendar.ts';
import { WITH_AGENCY } from '../../subgraphs/agencies.ts';
import type { World } from './world.ts';

/** What an agency did, or did because another told it, without saying so in its audit (domain.md 8.5); nothing when all is well. */
export async function findUnaudited(world: World): Promise<{ agency: Agency; what: string }[]> {
  const found = await Promise.all(
    AGENCIES.map(async (agency) => {
      const { rows } = await sql<{ what: string }>`
        select operation as what from idempotency
        where not exists (
          select from audit_entry where audit_entry.operation = idempotency.operation and audit_entry.at = idempotency.created_at)
        union all
        select type from inbox
        where type = any (${await heardBy(agency)}) and not exists (select from audit_entry where audit_entry.request_id = inbox.event_id::text)`.execute(
        world.sql(agency),
      );
      return rows.map(({ what }) => ({ agency, what }));
    }),
  );
  return found.flat();
}

/** Types of events that an agency acts on; it remembers all others and ignores them. */
const heardBy = (agency: Agency) =>
  WITH_AGENCY[agency](async ({ events, pointers }) => [
    ...Object.keys({ ...events, ...hearMerges(pointers), ...calendarEvents }),
    ACCESS_FACTS_CHANGED,
  ]);
