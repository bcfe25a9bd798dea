import type { Kysely, Transaction } from 'kysely';
import { writeAudit } from '../kit/audit.ts';
import { inTransaction } from '../kit/database.ts';
import { endOfDay, startOfDay, toLocalDate } from '../kit/deadline.ts';
import { tell } from '../kit/events.ts';
import type { Job, JobContext } from '../kit/jobs.ts';
import { kitPart, type KitTables } from '../kit/kit-tables.ts';
import { appendEvents } from '../kit/outbox.ts';
import { intakeJobs } from './commands/intake/jobs.ts';
import { planJobs } from './commands/plans/jobs.ts';
import { protectionJobs } from './commands/protection/jobs.ts';
import { followNotices } from './commands/residence/jobs.ts';
import { responseJobs } from './commands/response/jobs.ts';
import { toMeasureDeadline } from './deadlines.ts';
import { createEscalationWriter, type EscalationStepRow, toStepRows } from './escalation-store.ts';
import { escalate, listEscalationSteps } from './rules/escalation.ts';
import { createWriter, type Tables } from './store.ts';

/** How many things one transaction takes a step of. */
const BATCH = 200;

type Batch = (trx: Transaction<Tables & KitTables>, context: JobContext) => Promise<{ looked: number; taken: number }>;

/** Climbs the ladder of everything that is late or soon will be (domain.md 7.4): each step once for each due date. */
const escalateDeadlines: Job<Tables> = {
  name: 'escalate-deadlines',
  run: async (db, context) => {
    let taken = 0;
    for (const batch of [climbDeadlines, climbMeasures, remindOfMobileGroups]) {
      taken += await runBatches(db, context, batch);
    }
    return taken;
  },
};

async function runBatches(db: Kysely<Tables & KitTables>, context: JobContext, batch: Batch): Promise<number> {
  let taken = 0;
  for (;;) {
    const done = await inTransaction(db, (trx) => batch(trx, context));
    taken += done.taken;
    if (done.looked < BATCH) return taken;
  }
}

const climbDeadlines: Batch = async (trx, context) => {
  const write = createEscalationWriter(trx);
  const due = await write.lockDueDeadlines(context.now, BATCH);
  const steps: EscalationStepRow[] = [];
  for (const deadline of due) {
    const climbed = escalate(deadline, context);
    steps.push(...toStepRows(deadline.entityId, deadline.subject, deadline, climbed.taken, context.now));
    await write.updateDeadline(deadline, { escalation: climbed.level, nextStepAt: climbed.nextAt });
  }
  const fresh = await takeSteps(trx, steps, context);
  const referrals = fresh.filter(({ subject }) => subject === 'REFERRAL').map(({ entityId }) => entityId);
  await createWriter(trx).recordChanges(
    (await write.listReferralParties(referrals)).map(({ id, organisationId, centreId }) => ({
      kind: 'REFERRAL' as const,
      referralId: id,
      concerns: [organisationId, centreId],
    })),
    context.now,
  );
  return { looked: due.length, taken: fresh.length };
};

const climbMeasures: Batch = async (trx, context) => {
  const write = createEscalationWriter(trx);
  const due = await write.lockDueMeasures(context.now, BATCH);
  const steps: EscalationStepRow[] = [];
  for (const measure of due) {
    const deadline = toMeasureDeadline(measure, context.calendar);
    const climbed = escalate(deadline, context);
    steps.push(...toStepRows(measure.id, 'MEASURE', deadline, climbed.taken, context.now));
    await write.updateMeasure(measure.id, { escalation: climbed.level, nextStepAt: climbed.nextAt });
  }
  const fresh = await takeSteps(trx, steps, context);
  const told = new Set(fresh.map(({ entityId }) => entityId));
  const centres = await write.mapLeadCentres(due.map(({ planId }) => planId));
  await createWriter(trx).recordChanges(
    due
      .filter(({ id }) => told.has(id))
      .map(({ id, planId, organisationId }) => ({
        kind: 'MEASURE' as const,
        measureId: id,
        concerns: [organisationId, centres.get(planId) ?? null],
      })),
    context.now,
  );
  return { looked: due.length, taken: fresh.length };
};

const remindOfMobileGroups: Batch = async (trx, context) => {
  const write = createEscalationWriter(trx);
  const today = toLocalDate(context.now);
  if (today.month < 12) return { looked: 0, taken: 0 };
  const groups = await write.lockEndingMobileGroups(today.year, BATCH);
  const deadline = toGroupDeadline(today.year);
  const taken = listEscalationSteps(deadline, context.calendar);
  const fresh = await takeSteps(
    trx,
    groups.flatMap(({ id }) => toStepRows(id, 'MOBILE_GROUP', deadline, taken, context.now)),
    context,
  );
  return { looked: groups.length, taken: fresh.length };
};

/** A composition is approved for one calendar year (Rules p.21). */
function toGroupDeadline(year: number) {
  return {
    rule: 'DL-09',
    startedAt: startOfDay(new Temporal.PlainDate(year, 1, 1)),
    dueAt: endOfDay(new Temporal.PlainDate(year, 12, 31)),
    softTargetAt: null,
  };
}

/** Writes the steps that nobody took before, with their audit, and tells the bodies outside the centre. */
async function takeSteps(
  trx: Transaction<Tables & KitTables>,
  steps: readonly EscalationStepRow[],
  context: JobContext,
): Promise<readonly EscalationStepRow[]> {
  const fresh = await createEscalationWriter(trx).takeSteps(steps);
  if (fresh.length === 0) return fresh;
  const kit = kitPart(trx);
  await writeAudit(kit, 'escalateDeadlines', context, {
    entityIds: fresh.map(({ entityId }) => entityId),
    after: fresh.map(({ entityId, subject, step, level }) => ({ entityId, subject, step, level })),
  });
  const events = fresh.flatMap(({ entityId, subject, rule, step, level, told, dueAt }) => {
    const to = [
      ...(told.includes('LOCAL_EXECUTIVE') ? (['social'] as const) : []),
      ...(told.includes('POLICE') ? (['interior'] as const) : []),
    ];
    if (to.length === 0) return [];
    return tell('DeadlineEscalated', { entityId, subject, rule, step, level, dueAt: dueAt.toString() }, to);
  });
  await appendEvents(kit, events, context.now);
  return fresh;
}

/** What the centres do by themselves when time has passed. */
export const jobs: readonly Job<Tables>[] = [
  escalateDeadlines,
  ...intakeJobs,
  ...planJobs,
  ...protectionJobs,
  ...responseJobs,
  followNotices,
];
