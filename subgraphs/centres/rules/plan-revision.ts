import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { isFinished, type MeasureStatus } from './measure-state.ts';
import { checkPlanDates } from './plan-draft.ts';
import { type ContentMeasure, diffContents, isEmptyDiff, type PlanContent, toContent } from './plan-diff.ts';

/** What a revision asks for; null keeps what there is. The organisation is one of the directory. */
export interface RevisionRequest {
  readonly startDate: string | null;
  readonly endDate: string | null;
  readonly added: readonly ContentMeasure[];
  readonly changed: readonly {
    readonly measureId: string;
    readonly dueDate: string | null;
    readonly title: string | null;
    readonly organisationId: string | null;
  }[];
  readonly cancelledIds: readonly string[];
}

/** A measure of the plan as it stands. */
export interface StandingMeasure extends ContentMeasure {
  readonly status: MeasureStatus;
}

/**
 * The content from which a revision begins: that of the newest version, and what it meant to cancel but was finished in the
 * meantime, for that has happened.
 */
export function toRevisionBase(newest: PlanContent, standing: readonly StandingMeasure[]): PlanContent {
  const known = new Set(newest.measures.map(({ measureId }) => measureId));
  const done = standing.filter(
    ({ measureId, status }) => (status === 'DONE' || status === 'NOT_DONE') && !known.has(measureId),
  );
  return toContent({ ...newest, measures: [...newest.measures, ...done.map(toContentMeasure)] });
}

/**
 * The content of the next version (Rules p.17). Only open measures are changed or cancelled; every measure stays due within
 * the dates (I-07), also those that are finished; a revision that changes nothing is refused.
 */
export function revise(
  base: PlanContent,
  standing: readonly StandingMeasure[],
  request: RevisionRequest,
): Decision<PlanContent> {
  const statuses = new Map(standing.map(({ measureId, status }) => [measureId, status]));
  const known = new Set(base.measures.map(({ measureId }) => measureId));
  const touched = new Set<string>();
  const checkTouched = (measureId: string, path: readonly string[]): Decision => {
    const status = statuses.get(measureId);
    if (!known.has(measureId) || status === undefined) {
      return refuse('NOT_FOUND', 'The measure must be one of the newest version of this plan.', { path });
    }
    if (touched.has(measureId)) {
      return refuse('INVALID_INPUT', 'A revision must change or cancel a measure once.', { path, entityId: measureId });
    }
    touched.add(measureId);
    if (!isFinished(status)) return allow();
    return refuse('INVALID_STATE', `A measure must be open to be changed or cancelled, not ${status}.`, {
      path,
      entityId: measureId,
      currentState: status,
    });
  };
  for (const [index, { measureId, organisationId }] of request.changed.entries()) {
    const path = ['input', 'changeMeasures', String(index)];
    const open = checkTouched(measureId, [...path, 'measureId']);
    if (!open.ok) return open;
    const current = base.measures.find((measure) => measure.measureId === measureId);
    if (organisationId !== null && current?.organisationId === null) {
      return refuse('INVALID_INPUT', "The family's own action must stay the family's: it has no organisation.", {
        path: [...path, 'organisation'],
        entityId: measureId,
      });
    }
  }
  for (const [index, measureId] of request.cancelledIds.entries()) {
    const open = checkTouched(measureId, ['input', 'cancelMeasureIds', String(index)]);
    if (!open.ok) return open;
  }

  const changes = new Map(request.changed.map((change) => [change.measureId, change]));
  const kept = base.measures
    .filter(({ measureId }) => !request.cancelledIds.includes(measureId))
    .map((measure) => {
      const change = changes.get(measure.measureId);
      if (!change) return measure;
      return {
        ...measure,
        dueDate: change.dueDate ?? measure.dueDate,
        title: change.title ?? measure.title,
        organisationId: change.organisationId ?? measure.organisationId,
      };
    });
  const dates = { startDate: request.startDate ?? base.startDate, endDate: request.endDate ?? base.endDate };
  const all = [...kept, ...request.added];
  const inside = checkPlanDates(dates, all, (index) => toDuePath(all[index]?.measureId ?? '', request));
  if (!inside.ok) return inside;
  const content = toContent({ ...dates, measures: all });
  if (isEmptyDiff(diffContents(base, content))) {
    return refuse('INVALID_INPUT', 'A revision must change a date or a measure; this one changes nothing.', {
      path: ['input'],
    });
  }
  return allow(content);
}

/** Where the input says when that measure is due; a measure that it does not name falls out because of the dates. */
function toDuePath(measureId: string, { added, changed, endDate }: RevisionRequest): string[] {
  const addedAt = added.findIndex((measure) => measure.measureId === measureId);
  if (addedAt >= 0) return ['input', 'addMeasures', String(addedAt), 'dueDate'];
  const changedAt = changed.findIndex((change) => change.measureId === measureId && change.dueDate !== null);
  if (changedAt >= 0) return ['input', 'changeMeasures', String(changedAt), 'dueDate'];
  return ['input', endDate === null ? 'startDate' : 'endDate'];
}

function toContentMeasure({ measureId, kind, title, organisationId, dueDate }: StandingMeasure): ContentMeasure {
  return { measureId, kind, title, organisationId, dueDate };
}
