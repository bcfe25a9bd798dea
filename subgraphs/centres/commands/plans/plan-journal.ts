import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { accessFactsChanged } from '../../../kit/access-facts.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { tell } from '../../../kit/events.ts';
import type { AccessFactRow, KitTables } from '../../../kit/kit-tables.ts';
import type { DomainEvent } from '../../../kit/outbox.ts';
import type { PlanEvent } from '../../__generated__/resolvers.ts';
import { createPlanWriter } from '../../plan-store.ts';
import { coversDelay, isFinished, type MeasureStatus } from '../../rules/measure-state.ts';
import {
  createWriter,
  type IndividualPlanRow,
  type PlanMeasureRow,
  type RecordedChange,
  type Tables,
} from '../../store.ts';

/** Who makes an entry in the history of a measure, and how. */
export interface EntryBy {
  readonly organisation: string;
  readonly onBehalf?: boolean;
  readonly correction?: boolean;
  readonly note?: string | null;
  /** When it happened, if not now: a fact is told of after it. */
  readonly at?: Temporal.Instant;
}

/** Who acts by itself when time has passed, as the history of a plan names it. */
export const SYSTEM = 'Система';

/**
 * One piece of work on one plan: whatever changes a plan or a measure goes through it, so that its history, the feed of
 * changes and the events to other agencies always tell the same. `close` is the last thing that writes.
 */
export function openPlanJournal(trx: Kysely<Tables & KitTables>, opened: IndividualPlanRow, now: Temporal.Instant) {
  const write = createWriter(trx);
  const plans = createPlanWriter(trx);
  let plan = opened;
  let planChanged = false;
  const concerned = new Map<string, Set<string | null>>();
  const events: DomainEvent[] = [];
  const facts = { begun: [] as AccessFactRow[], ended: [] as AccessFactRow[] };

  const tellPlan = () =>
    events.push(
      tell('PlanStatusChanged', {
        planId: plan.id,
        familyId: plan.familyId,
        status: plan.status,
        version: plan.version,
        predecessorId: plan.predecessorId,
        at: now.toString(),
      }),
    );
  const touch = (measureId: string, ...organisationIds: (string | null)[]) => {
    const known = concerned.get(measureId) ?? new Set([plan.leadCentreId]);
    for (const id of organisationIds) known.add(id);
    concerned.set(measureId, known);
  };

  /** Whoever was late is told of before the measures show it no more (R-040, decision C5). */
  const submitLate = async (measures: readonly PlanMeasureRow[], change: Partial<PlanMeasureRow>) => {
    const today = toLocalDate(now).toString();
    if (!measures.some((measure) => measure.dueDate < today && coversDelay(measure, { ...measure, ...change }))) return;
    for (const { measureId, organisationId } of await plans.submitLateMeasures(plan.id, today, now)) {
      touch(measureId, organisationId);
    }
  };
  const addMeasures = async (measures: readonly PlanMeasureRow[], by: EntryBy) => {
    if (measures.length === 0) return;
    await write.insertMeasures(measures);
    await write.appendStatusEntries(
      measures.flatMap(({ id, overrideReason }) => toEntries(id, ['PLANNED'], { ...by, note: overrideReason })),
    );
  };
  /** The same steps of each measure, each a line of its history; with the last one come other changes. */
  const stepMeasures = async (
    measures: readonly PlanMeasureRow[],
    steps: readonly MeasureStatus[],
    by: EntryBy,
    change: Partial<PlanMeasureRow> = {},
  ): Promise<PlanMeasureRow[]> => {
    const status = steps.at(-1);
    if (status === undefined || measures.length === 0) return [...measures];
    const written = { finishedAt: isFinished(status) ? (by.at ?? now) : null, ...change, status };
    await submitLate(measures, written);
    await write.appendStatusEntries(measures.flatMap(({ id }) => toEntries(id, steps, by)));
    await write.changeMeasures(
      measures.map(({ id }) => id),
      written,
    );
    const next = measures.map((measure) => ({ ...measure, ...written, version: measure.version + 1 }));
    for (const { id, organisationId } of [...measures, ...next]) touch(id, organisationId);
    for (const { id, version } of next) {
      events.push(
        tell('MeasureStatusChanged', {
          measureId: id,
          planId: plan.id,
          familyId: plan.familyId,
          status,
          version,
          at: now.toString(),
        }),
      );
    }
    return next;
  };

  return {
    trx,
    write,
    plans,
    /** The plan as it has become. */
    plan: () => plan,
    /** What else others must learn. */
    tell: (more: readonly DomainEvent[]) => void events.push(...more),

    /** A step of the plan with its line of history; `created` also when nothing of the status changed. */
    step: async (
      event: PlanEvent,
      by: { organisation: string; note?: string },
      change: Partial<IndividualPlanRow> = {},
    ) => {
      const before = plan.status;
      planChanged = true;
      plan = { ...plan, ...change };
      if (Object.keys(change).length > 0) await write.updatePlan(plan.id, change);
      await write.insertHistory({
        id: randomUUID(),
        planId: plan.id,
        at: now,
        version: plan.version,
        status: plan.status,
        event,
        byOrganisation: by.organisation,
        note: by.note ?? null,
      });
      if (plan.status !== before) tellPlan();
    },
    /** The plan and its first measures are written down; they are told of by the steps that follow. */
    begin: async (measures: readonly PlanMeasureRow[], by: EntryBy) => {
      await write.insertPlan(plan);
      tellPlan();
      await addMeasures(measures, by);
    },
    addMeasures,
    stepMeasures,
    /** Something about a measure changed that is kept beside it. */
    touchMeasure: (measure: PlanMeasureRow) => touch(measure.id, measure.organisationId),
    /** Another change of a measure than that of its status. */
    changeMeasure: async (measure: PlanMeasureRow, change: Partial<PlanMeasureRow>) => {
      await submitLate([measure], change);
      await write.changeMeasures([measure.id], change);
      touch(measure.id, measure.organisationId, change.organisationId ?? null);
    },

    /**
     * Brings the assignments by this plan to what its measures say: bodies that have none any more lose what they saw by
     * it, those that are new see the family and its members.
     *
     * @param memberIds the members as social protection tells them, or none: then those who were told of before
     */
    assignBodies: async (measures: readonly PlanMeasureRow[], memberIds: readonly string[]) => {
      const held = await plans.listAssignments(plan.id, now);
      const bodies = new Set(
        measures.flatMap(({ status, organisationId }) => (status === 'CANCELLED' ? [] : (organisationId ?? []))),
      );
      const subjects = new Set([
        plan.familyId,
        ...memberIds,
        ...held.map(({ subjectId }) => subjectId),
        ...measures.flatMap(({ beneficiaryId }) => beneficiaryId ?? []),
      ]);
      const known = new Set(held.map(({ organisationId, subjectId }) => `${organisationId} ${subjectId}`));
      for (const organisationId of bodies) {
        for (const subjectId of subjects) {
          if (!known.has(`${organisationId} ${subjectId}`))
            facts.begun.push(toAssignment(plan.id, organisationId, subjectId));
        }
      }
      facts.ended.push(...held.filter(({ organisationId }) => organisationId === null || !bodies.has(organisationId)));
    },
    endAssignments: async () => {
      facts.ended.push(...(await plans.listAssignments(plan.id, now)));
    },

    /** Writes what everybody must learn; returns the events of the command. */
    close: async (): Promise<readonly DomainEvent[]> => {
      const { begun, ended } = facts;
      if (begun.length + ended.length > 0) {
        await plans.applyAssignments(begun, ended, now);
        events.push(accessFactsChanged(begun, ended));
      }
      const changes: RecordedChange[] = planChanged
        ? [{ kind: 'PLAN', planId: plan.id, concerns: [plan.leadCentreId] }]
        : [];
      for (const [measureId, concerns] of concerned)
        changes.push({ kind: 'MEASURE', measureId, concerns: [...concerns] });
      await write.recordChanges(changes, now);
      return events;
    },
  };

  function toEntries(measureId: string, steps: readonly MeasureStatus[], by: EntryBy) {
    const last = steps.length - 1;
    return steps.map((status, index) => ({
      id: randomUUID(),
      measureId,
      at: by.at ?? now,
      status,
      byOrganisation: by.organisation,
      onBehalf: by.onBehalf ?? false,
      correction: by.correction ?? false,
      note: index === last ? (by.note ?? null) : null,
    }));
  }
}

export type PlanJournal = ReturnType<typeof openPlanJournal>;

function toAssignment(planId: string, organisationId: string, subjectId: string): AccessFactRow {
  return {
    id: randomUUID(),
    subjectId,
    kind: 'ASSIGNED',
    organisationId,
    userId: null,
    otherPersonId: null,
    scope: planId,
    validUntil: null,
  };
}
