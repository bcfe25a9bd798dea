import type { ColumnType, Generated, Kysely } from 'kysely';
import type { Agency } from '../../schema/subgraphs.ts';
import type { CalendarYear } from './calendar.ts';

type Json = ColumnType<unknown, string | null, string | null>;

/** The tables of the kit's migrations, which every agency has. */
export interface KitTables {
  idempotency: {
    organisation: string;
    operation: string;
    key: string;
    inputHash: string;
    answer: Json;
    createdAt: Temporal.Instant;
  };
  auditEntry: {
    id: Generated<number>;
    at: Temporal.Instant;
    requestId: string;
    userId: string;
    role: string;
    organisation: string | null;
    purpose: string | null;
    operation: string;
    entityIds: string[];
    before: Json;
    after: Json;
  };
  outbox: {
    seq: Generated<number>;
    eventId: string;
    destination: Agency;
    type: string;
    payload: ColumnType<unknown, string, string>;
    createdAt: Temporal.Instant;
    attempts: Generated<number>;
    nextAttemptAt: Temporal.Instant;
    deliveredAt: ColumnType<Temporal.Instant | null, Temporal.Instant | undefined, Temporal.Instant>;
    /** How often the destination was reached and did not take it in. */
    refusals: Generated<number>;
    /** When it was given up. */
    failedAt: ColumnType<Temporal.Instant | null, Temporal.Instant | undefined, Temporal.Instant | null>;
  };
  inbox: { eventId: string; type: string; receivedAt: Temporal.Instant };
  accessFact: AccessFactRow;
  calendarYear: CalendarYear & { publishedAt: Temporal.Instant };
  aggregatePublication: { code: string; completeUntil: string | null };
  publishedDay: { code: string; day: string; fingerprint: string };
  mergedId: { duplicateId: string; mergeId: string; keptId: string; survivorId: string };
  undoneMerge: { mergeId: string };
  repointedRow: { mergeId: string; tableName: string; columnName: string; rowKey: string; moved: boolean };
  nation: { singleton: Generated<boolean>; seed: number; families: number; asOf: Temporal.Instant };
}

/** One reason why somebody may, or may not, see a person or a family here (decision A4). */
export interface AccessFactRow {
  id: string;
  subjectId: string;
  kind: 'LEAD_CENTRE' | 'ASSIGNED' | 'CONSENT' | 'GRANT' | 'CONFLICT';
  organisationId: string | null;
  userId: string | null;
  otherPersonId: string | null;
  scope: string | null;
  validUntil: Temporal.Instant | null;
}

/** The part of an agency's database that the kit itself works with. */
export function kitPart<DB>(db: Kysely<DB & KitTables>): Kysely<KitTables> {
  return db as unknown as Kysely<KitTables>;
}
