import { z } from 'zod';
import { dateText, entityId, idempotencyKey, listOf, longText, optional, shortText } from '../../../kit/input.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import { checkOtherBodies } from '../../rules/plan-draft.ts';
import { diffContents } from '../../rules/plan-diff.ts';
import { revise, toRevisionBase } from '../../rules/plan-revision.ts';
import { movePlan } from '../../rules/plan-state.ts';
import { type CentreRow, type createWriter, findFamilyOfPlan, type OrganisationRow } from '../../store.ts';
import { changeMeasures } from './content-changes.ts';
import { type FamilyFacts, readFamilyFacts } from './family-facts.ts';
import { openPlan, planAnswer, type PlanCommand } from './plan-answer.ts';
import { openPlanJournal } from './plan-journal.ts';
import { MeasureInput, prepareMeasures, resolveOrganisation, toContentMeasure } from './wanted-measures.ts';

/** An optional list: left out and null mean that there is nothing. */
function maybeListOf<Item extends z.ZodType>(item: Item) {
  return listOf(item)
    .nullish()
    .transform((items) => items ?? []);
}

const RevisePlanInput = z.object({
  idempotencyKey,
  planId: entityId,
  expectedVersion: z.int(),
  startDate: optional(dateText),
  endDate: optional(dateText),
  addMeasures: maybeListOf(MeasureInput),
  changeMeasures: maybeListOf(
    z.object({
      measureId: entityId,
      dueDate: optional(dateText),
      title: optional(shortText),
      organisation: optional(shortText),
    }),
  ),
  cancelMeasureIds: maybeListOf(entityId),
  reason: longText,
});
type RevisePlanInput = z.output<typeof RevisePlanInput>;

/**
 * Corrects a plan (Rules p.17): the next version, which both parties sign anew (I-08). Of an approved plan the version in
 * force goes on: what is added waits, what is changed or cancelled stays as it is until the head approves. What was never in
 * force changes at once.
 */
export const revisePlan: PlanCommand<RevisePlanInput, FamilyFacts | 'UNKNOWN' | 'UNAVAILABLE'> = {
  name: 'revisePlan',
  writes: 'CASE_HEADER',
  input: RevisePlanInput,
  read: async (db, { planId }, { peers }) => {
    const familyId = await findFamilyOfPlan(db, planId);
    return familyId === null ? 'UNKNOWN' : readFamilyFacts(peers, familyId);
  },
  carryOut: async (trx, input, facts, context) => {
    if (facts === 'UNKNOWN') return refuse('NOT_FOUND', 'There must be such a plan.', { path: ['input', 'planId'] });
    const opened = await openPlan(trx, input, context, input.expectedVersion);
    if (!opened.ok) return opened;
    const { plan } = opened.value;
    const next = movePlan(plan, plan.status === 'ACTIVE' ? 'revise' : 'change');
    if (!next.ok) return next;

    const { now } = context;
    const journal = openPlanJournal(trx, plan, now);
    const { write, plans } = journal;
    const centre = await write.getCentre(plan.leadCentreId);
    const measures = await write.listMeasuresOfPlan(plan.id);
    const standing = measures.map((measure) => ({ ...toContentMeasure(measure), status: measure.status }));
    const newest = await plans.getContent(plan.id, plan.version);
    const base = toRevisionBase(newest, standing);
    const bodies = await resolveBodies(write, input, centre);
    if (!bodies.ok) return bodies;

    const changed = input.changeMeasures.map(({ measureId, dueDate, title }, index) => ({
      measureId,
      dueDate,
      title,
      organisationId: bodies.value[index]?.id ?? null,
    }));
    const request = {
      startDate: input.startDate,
      endDate: input.endDate,
      changed,
      cancelledIds: input.cancelMeasureIds,
    };
    const own = { organisation: centre.titleRu, note: input.reason };
    // What was never in force is dropped first: its place is free for what is added. A refusal undoes it.
    const kept = newest.measures.filter(({ measureId }) => !input.cancelMeasureIds.includes(measureId));
    const planned = measures.filter(({ status }) => status === 'PLANNED');
    const left = await changeMeasures(journal, planned, diffContents(newest, { ...newest, measures: kept }), own);
    const prepared = await prepareMeasures(write, input.addMeasures, {
      plan,
      centre,
      facts,
      dates: null,
      list: 'addMeasures',
      now,
    });
    if (!prepared.ok) return prepared;
    const { rows, more } = prepared.value;
    const content = revise(base, standing, { ...request, added: rows.map(toContentMeasure) });
    if (!content.ok) return content;
    if (content.value.measures.length === 0 && plan.versionInForce !== null) {
      return refuse('INVALID_INPUT', 'A plan in force must keep at least one measure; it can be closed instead.', {
        path: ['input', 'cancelMeasureIds'],
        entityId: plan.id,
      });
    }
    const open = await write.listOpenMeasuresOfFamily(plan.familyId);
    const free = checkOtherBodies(diffContents(newest, content.value).changed, open, (measureId) => [
      'input',
      'changeMeasures',
      String(input.changeMeasures.findIndex((change) => change.measureId === measureId)),
      'organisation',
    ]);
    if (!free.ok) return free;

    const inForce = plan.versionInForce !== null;
    const version = plan.version + 1;
    await changeMeasures(
      journal,
      left.filter(({ status }) => status === 'PLANNED'),
      { ...diffContents(newest, content.value), cancelled: [] },
      own,
    );
    await journal.addMeasures(rows, { organisation: centre.titleRu });
    await plans.insertVersion(plan.id, version, content.value, now);
    await journal.step(plan.status === 'ACTIVE' ? 'REVISED' : 'CHANGED', own, {
      status: next.value,
      version,
      duplicatesChecked: plan.duplicatesChecked && facts !== 'UNAVAILABLE',
      // A revision is put up for signature as it is; a draft when it is submitted.
      ...(inForce ? { returnedBecause: null } : { startDate: content.value.startDate, endDate: content.value.endDate }),
    });
    return {
      answer: planAnswer(plan.id, more),
      audit: {
        entityIds: [plan.id, ...rows.map(({ id }) => id), ...changed.map(({ measureId }) => measureId)],
        before: { status: plan.status, version: plan.version },
        after: { status: next.value, version, content: content.value },
      },
      events: await journal.close(),
    };
  },
};

/** The body that each change names, null where it names none. */
async function resolveBodies(
  write: ReturnType<typeof createWriter>,
  { changeMeasures: changes }: RevisePlanInput,
  centre: CentreRow,
): Promise<Decision<readonly (OrganisationRow | null)[]>> {
  const texts = changes.flatMap(({ organisation }) => organisation ?? []);
  const named = await write.listOrganisationsNamed(texts, centre.districtKato);
  const bodies: (OrganisationRow | null)[] = [];
  for (const [index, { organisation }] of changes.entries()) {
    if (organisation === null) {
      bodies.push(null);
      continue;
    }
    const body = resolveOrganisation(organisation, named, ['input', 'changeMeasures', String(index), 'organisation']);
    if (!body.ok) return body;
    bodies.push(body.value);
  }
  return allow(bodies);
}
