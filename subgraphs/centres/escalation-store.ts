import { sql, type Transaction } from 'kysely';
import { type Deadline, startOfDay } from '../kit/deadline.ts';
import type { EscalationLevel } from './__generated__/resolvers.ts';
import type { EscalationStep } from './rules/escalation.ts';
import type { DeadlineSubject, Tables } from './store.ts';

export interface EscalationStepRow {
  entityId: string;
  subject: DeadlineSubject | 'MEASURE' | 'MOBILE_GROUP';
  rule: string;
  dueAt: Temporal.Instant;
  step: string;
  level: EscalationLevel;
  told: EscalationStep['told'][number][];
  plannedAt: Temporal.Instant;
  takenAt: Temporal.Instant;
}

/** The steps of one thing as they are remembered. */
export function toStepRows(
  entityId: string,
  subject: EscalationStepRow['subject'],
  { rule, dueAt }: Pick<Deadline, 'rule' | 'dueAt'>,
  taken: readonly EscalationStep[],
  now: Temporal.Instant,
): EscalationStepRow[] {
  return taken.map(({ name, level, told, at }) => ({
    entityId,
    subject,
    rule,
    dueAt,
    step: name,
    level,
    told: [...told],
    plannedAt: at,
    takenAt: now,
  }));
}

/** Statuses in which a measure is somebody's to carry out. */
export const ESCALATING_MEASURE_STATUSES = ['SENT', 'ACCEPTED', 'DECLINED', 'IN_PROGRESS'] as const;

/** Reads and writes of the escalation job. Rows that somebody else works on are left to the next run. */
export function createEscalationWriter(trx: Transaction<Tables>) {
  return {
    lockDueDeadlines: (now: Temporal.Instant, limit: number) =>
      trx
        .selectFrom('deadline')
        .selectAll()
        .where('metAt', 'is', null)
        .where('nextStepAt', '<=', now)
        .orderBy('nextStepAt')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .execute(),
    lockDueMeasures: (now: Temporal.Instant, limit: number) =>
      trx
        .selectFrom('planMeasure')
        .selectAll()
        .where('status', 'in', ESCALATING_MEASURE_STATUSES)
        .where('nextStepAt', '<=', now)
        .orderBy('nextStepAt')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .execute(),
    /** Compositions of the year for which no later one is approved yet, and of which nobody was reminded (DL-09). */
    lockEndingMobileGroups: (year: number, limit: number) =>
      trx
        .selectFrom('mobileGroup')
        .selectAll()
        .where('year', '=', year)
        .where('status', '=', 'APPROVED')
        .where(
          sql<boolean>`not exists (select from mobile_group as later where later.district_kato = mobile_group.district_kato
            and later.year = ${year + 1} and later.status = 'APPROVED')`,
        )
        .where(
          sql<boolean>`not exists (select from escalation_step
            where entity_id = mobile_group.id and subject = 'MOBILE_GROUP')`,
        )
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .execute(),
    /** The steps that nobody took before. */
    takeSteps: async (rows: readonly EscalationStepRow[]): Promise<readonly EscalationStepRow[]> => {
      if (rows.length === 0) return [];
      return trx
        .insertInto('escalationStep')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .execute();
    },
    updateDeadline: (
      { entityId, subject }: { entityId: string; subject: DeadlineSubject },
      change: { escalation: EscalationLevel; nextStepAt: Temporal.Instant | null },
    ) =>
      trx.updateTable('deadline').set(change).where('entityId', '=', entityId).where('subject', '=', subject).execute(),
    /** The lead centre of each plan. */
    mapLeadCentres: async (planIds: readonly string[]) =>
      new Map(
        (planIds.length === 0
          ? []
          : await trx.selectFrom('individualPlan').select(['id', 'leadCentreId']).where('id', 'in', planIds).execute()
        ).map(({ id, leadCentreId }) => [id, leadCentreId]),
      ),
    /** The receiver of each referral and the centre that sent it. */
    listReferralParties: async (ids: readonly string[]) =>
      ids.length === 0
        ? []
        : trx
            .selectFrom('referral')
            .innerJoin('appeal', 'appeal.id', 'referral.appealId')
            .select(['referral.id', 'referral.organisationId', 'appeal.centreId'])
            .where('referral.id', 'in', ids)
            .execute(),
    /** Another calendar of that year may have moved what comes next: it is looked at again with the next run. */
    lookAgain: async (year: number, now: Temporal.Instant) => {
      const from = startOfDay(new Temporal.PlainDate(year, 1, 1));
      const until = startOfDay(new Temporal.PlainDate(year + 1, 2, 1));
      await trx
        .updateTable('deadline')
        .set({ nextStepAt: now })
        .where('metAt', 'is', null)
        .where('nextStepAt', '>=', from)
        .where('nextStepAt', '<', until)
        .execute();
      await trx
        .updateTable('planMeasure')
        .set({ nextStepAt: now })
        .where('status', 'in', ESCALATING_MEASURE_STATUSES)
        .where('nextStepAt', '>=', from)
        .where('nextStepAt', '<', until)
        .execute();
    },
    updateMeasure: (id: string, change: { escalation: EscalationLevel; nextStepAt: Temporal.Instant | null }) =>
      trx.updateTable('planMeasure').set(change).where('id', '=', id).execute(),
  };
}
