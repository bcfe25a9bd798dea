/** A measure as a version of a plan has it; its status belongs to no version. */
export interface ContentMeasure {
  readonly measureId: string;
  readonly kind: string;
  readonly title: string;
  /** Null for the family's own actions. */
  readonly organisationId: string | null;
  readonly dueDate: string;
}

/** What the parties sign: the dates and the measures of a version (schema/decisions/0004). */
export interface PlanContent {
  readonly startDate: string;
  readonly endDate: string;
  /** By due date, then id; each measure once. */
  readonly measures: readonly ContentMeasure[];
}

export interface Change<Value> {
  readonly before: Value;
  readonly after: Value;
}

/** What a later version has otherwise than an earlier one; null where a date is the same. */
export interface ContentDiff {
  readonly startDate: Change<string> | null;
  readonly endDate: Change<string> | null;
  readonly added: readonly ContentMeasure[];
  readonly cancelled: readonly ContentMeasure[];
  readonly changed: readonly Change<ContentMeasure>[];
}

/** The same content in the one order in which it is kept. */
export function toContent({ startDate, endDate, measures }: PlanContent): PlanContent {
  const sorted = measures.toSorted((left, right) =>
    left.dueDate === right.dueDate ? compare(left.measureId, right.measureId) : compare(left.dueDate, right.dueDate),
  );
  return { startDate, endDate, measures: sorted };
}

/** Compares by the meaning of the measures: what is the same measure is known by its id, wherever it stands. */
export function diffContents(before: PlanContent, after: PlanContent): ContentDiff {
  const earlier = new Map(before.measures.map((measure) => [measure.measureId, measure]));
  const later = new Set(after.measures.map(({ measureId }) => measureId));
  return {
    startDate: changeOf(before.startDate, after.startDate),
    endDate: changeOf(before.endDate, after.endDate),
    added: after.measures.filter(({ measureId }) => !earlier.has(measureId)),
    cancelled: before.measures.filter(({ measureId }) => !later.has(measureId)),
    changed: after.measures.flatMap((measure) => {
      const known = earlier.get(measure.measureId);
      return known && !isSameMeasure(known, measure) ? [{ before: known, after: measure }] : [];
    }),
  };
}

/** What a content becomes by a difference: `applyDiff(a, diffContents(a, b))` is b. */
export function applyDiff(content: PlanContent, diff: ContentDiff): PlanContent {
  const cancelled = new Set(diff.cancelled.map(({ measureId }) => measureId));
  const changed = new Map(diff.changed.map(({ after }) => [after.measureId, after]));
  const kept = content.measures
    .filter(({ measureId }) => !cancelled.has(measureId))
    .map((measure) => changed.get(measure.measureId) ?? measure);
  return toContent({
    startDate: diff.startDate?.after ?? content.startDate,
    endDate: diff.endDate?.after ?? content.endDate,
    measures: [...kept, ...diff.added],
  });
}

export function isEmptyDiff({ startDate, endDate, added, cancelled, changed }: ContentDiff): boolean {
  return startDate === null && endDate === null && added.length + cancelled.length + changed.length === 0;
}

function changeOf(before: string, after: string): Change<string> | null {
  return before === after ? null : { before, after };
}

function isSameMeasure(left: ContentMeasure, right: ContentMeasure): boolean {
  return (['kind', 'title', 'organisationId', 'dueDate'] as const).every((field) => left[field] === right[field]);
}

function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
