import { getById } from '../kit/batch.ts';
import { isUuid } from '../kit/uuid.ts';
import type { PlanDiff, QueryplanDiffArgs, SupportKind } from './__generated__/resolvers.ts';
import type { Context } from './context.ts';
import { seesNeutralMeasures } from './rules/neutral-measure.ts';
import { type Change, type ContentMeasure, diffContents } from './rules/plan-diff.ts';

/** What two versions of a plan have differently, over the measures that the caller may know of (Rules p.17, decision A6). */
export async function comparePlanVersions(
  { planId, fromVersion, toVersion }: QueryplanDiffArgs,
  { caller, loaders, store }: Context,
): Promise<PlanDiff | null> {
  const plan = isUuid(planId) && !seesNeutralMeasures(caller) ? await loaders.plan.load(planId) : null;
  if (!plan) return null;
  const versions = await store.listPlanVersionsOf(plan.id, [fromVersion, toVersion]);
  const before = versions.find(({ version }) => version === fromVersion);
  const after = versions.find(({ version }) => version === toVersion);
  if (!before || !after) return null;

  const visible = new Set((await loaders.measuresOf.load(plan.id)).map(({ id }) => id));
  const seen = <Item extends { measureId: string }>(measures: readonly Item[]) =>
    measures.filter(({ measureId }) => visible.has(measureId));
  const diff = diffContents(
    { ...before, measures: seen(before.measures) },
    { ...after, measures: seen(after.measures) },
  );
  const toSnapshot = async ({ organisationId, kind, ...measure }: ContentMeasure) => ({
    ...measure,
    kind: kind as SupportKind,
    organisation: organisationId === null ? 'Семья' : (await getById(loaders.organisation, organisationId)).titleRu,
  });
  const toDates = (change: Change<string> | null) => change && { from: change.before, to: change.after };
  return {
    fromVersion,
    toVersion,
    startDate: toDates(diff.startDate),
    endDate: toDates(diff.endDate),
    added: await Promise.all(diff.added.map(toSnapshot)),
    cancelled: await Promise.all(diff.cancelled.map(toSnapshot)),
    changed: await Promise.all(
      diff.changed.map(async (change) => ({
        before: await toSnapshot(change.before),
        after: await toSnapshot(change.after),
      })),
    ),
  };
}
