import { z } from 'zod';
import { entityId, idempotencyKey, longText, shortText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { moveMeasure } from '../../rules/measure-state.ts';
import { checkOtherBody } from '../../rules/plan-draft.ts';
import { PLAN_STATUSES_IN_FORCE } from '../../rules/plan-state.ts';
import { type MeasureCommand, openMeasure } from './measure-answer.ts';
import { openPlanJournal } from './plan-journal.ts';
import { resolveOrganisation } from './wanted-measures.ts';

const ReassignMeasureInput = z.object({
  idempotencyKey,
  measureId: entityId,
  expectedVersion: z.int(),
  organisation: shortText,
  reason: longText,
});

/**
 * The case manager gives an unfinished measure to another organisation, as a rule because the first declined it, and sends it
 * again; the due date stays, and what the versions say stays as it was signed. The body that has nothing more to do in the
 * plan no longer sees the family by it.
 */
export const reassignMeasure: MeasureCommand<z.output<typeof ReassignMeasureInput>> = {
  name: 'reassignMeasure',
  writes: 'OWN_MEASURE',
  roles: ['CASE_MANAGER'],
  input: ReassignMeasureInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const opened = await openMeasure(trx, input, context);
    if (!opened.ok) return opened;
    const { measure, plan } = opened.value;
    if (!PLAN_STATUSES_IN_FORCE.includes(plan.status)) {
      return refuse(
        'INVALID_STATE',
        `A measure is given to another body while its plan is ${PLAN_STATUSES_IN_FORCE.join(' or ')}, not ${plan.status}.`,
        { entityId: plan.id, currentState: plan.status },
      );
    }
    const next = moveMeasure(measure, 'resend');
    if (!next.ok) return next;
    if (measure.organisationId === null) {
      return refuse('INVALID_INPUT', "The family's own action must stay the family's: it has no organisation.", {
        path: ['input', 'measureId'],
        entityId: measure.id,
      });
    }
    const journal = openPlanJournal(trx, plan, context.now);
    const { write } = journal;
    const centre = await write.getCentre(plan.leadCentreId);
    const path = ['input', 'organisation'];
    const named = await write.listOrganisationsNamed([input.organisation], centre.districtKato);
    const organisation = resolveOrganisation(input.organisation, named, path);
    if (!organisation.ok) return organisation;
    const { id, kind, districtKato } = organisation.value;
    const open = await write.listOpenMeasuresOfFamily(plan.familyId);
    const free = checkOtherBody(measure, id, open, path);
    if (!free.ok) return free;

    await journal.stepMeasures(
      [measure],
      [next.value],
      { organisation: centre.titleRu, note: input.reason },
      { organisationId: id, bodyKind: kind, districtKato },
    );
    await journal.assignBodies(await write.listMeasuresOfPlan(plan.id), []);
    return {
      answer: { measureId: measure.id },
      audit: {
        entityIds: [measure.id, plan.id],
        before: { status: measure.status, version: measure.version, organisationId: measure.organisationId },
        after: { status: next.value, version: measure.version + 1, organisationId: id },
      },
      events: await journal.close(),
    };
  },
};
