import { isFinished } from '../../rules/measure-state.ts';
import type { ContentDiff } from '../../rules/plan-diff.ts';
import type { PlanMeasureRow } from '../../store.ts';
import type { EntryBy, PlanJournal } from './plan-journal.ts';

/**
 * Brings measures from one version's content to another's: what is dropped is cancelled first, then what stays is changed,
 * and another body gets it sent. What was finished in the meantime stays as it is. Of a changed measure only that is written
 * which the versions have differently, so that what happened to it since is kept.
 */
export async function changeMeasures(
  journal: PlanJournal,
  measures: readonly PlanMeasureRow[],
  diff: ContentDiff,
  by: EntryBy,
): Promise<PlanMeasureRow[]> {
  const dropped = new Set(diff.cancelled.map(({ measureId }) => measureId));
  const changes = new Map(diff.changed.map((change) => [change.after.measureId, change]));
  const toCancel = measures.filter(({ id, status }) => dropped.has(id) && !isFinished(status));
  const result = replaceRows(measures, await journal.stepMeasures(toCancel, ['CANCELLED'], by));
  for (const [index, measure] of result.entries()) {
    const change = changes.get(measure.id);
    if (!change || isFinished(measure.status)) continue;
    const { before, after } = change;
    const written: Partial<PlanMeasureRow> = {
      ...(before.title === after.title ? {} : { title: after.title }),
      ...(before.dueDate === after.dueDate ? {} : { dueDate: after.dueDate }),
    };
    const body = before.organisationId === after.organisationId ? null : after.organisationId;
    const organisation = body === null ? undefined : await journal.write.findOrganisation(body);
    if (organisation) {
      Object.assign(written, {
        organisationId: organisation.id,
        bodyKind: organisation.kind,
        districtKato: organisation.districtKato,
      });
    }
    if (organisation && measure.status !== 'PLANNED') {
      result.splice(index, 1, ...(await journal.stepMeasures([measure], ['SENT'], by, written)));
    } else {
      await journal.changeMeasure(measure, written);
      result[index] = { ...measure, ...written, version: measure.version + 1 };
    }
  }
  return result;
}

/** The rows, with those that became something else in their places. */
export function replaceRows(rows: readonly PlanMeasureRow[], next: readonly PlanMeasureRow[]): PlanMeasureRow[] {
  const byId = new Map(next.map((row) => [row.id, row]));
  return rows.map((row) => byId.get(row.id) ?? row);
}
