import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import { longText, entityId, optional } from '../../../kit/input.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import { type Decision, allow, type Refusal, refuse } from '../../../kit/refusal.ts';
import { createResponseWriter, lockImmediatePlan } from '../../response-store.ts';
import { reportImmediateMeasure as decideReport } from '../../rules/immediate-measure.ts';
import { isFinished, REPORTABLE_STATUSES } from '../../rules/measure-state.ts';
import { tellsOfRefuge } from '../../rules/refuge.ts';
import { createWriter, type ImmediateMeasureRow, type Tables } from '../../store.ts';
import { isOpposedIn } from './case-subjects.ts';
import { checkVersion, type ImmediatePlanCommand, ImmediatePlanStep, storeStep } from './immediate-plan-step.ts';

const ReportImmediateMeasureInput = ImmediatePlanStep.extend({
  measureId: entityId,
  status: z.enum(REPORTABLE_STATUSES, `A body must report one of ${REPORTABLE_STATUSES.join(', ')}.`),
  note: optional(longText),
});

/** The body that must act, or the centre that has the appeal in its place, says how one measure stands (Rules p.22, I-10). */
export const reportImmediateMeasure: ImmediatePlanCommand<z.output<typeof ReportImmediateMeasureInput>> = {
  name: 'reportImmediateMeasure',
  writes: 'OWN_MEASURE',
  input: ReportImmediateMeasureInput,
  read: async () => null,
  carryOut: async (trx, input, _, { caller, now }) => {
    const organisationId = caller.kind === 'USER' ? caller.organisationId : null;
    const found = await lockImmediatePlan(trx, input.immediatePlanId);
    const write = createResponseWriter(trx);
    const measures = found ? await write.listMeasuresOfImmediatePlan(found.plan.id) : [];
    const measure = measures.find(({ id }) => id === input.measureId);
    if (!found || !measure || (await isOpposedIn(trx, found.appeal, { caller, now }))) return unknownMeasure();
    const body = await createWriter(trx).findOrganisation(measure.organisationId);
    const refuge = tellsOfRefuge(measure, body);
    const { plan, appeal } = found;
    const reporter = checkReporter({ ...measure, refuge }, appeal.centreId, organisationId);
    if (!reporter.ok) return reporter;
    const conflict = checkVersion(plan, input.expectedVersion);
    if (conflict) return conflict;
    if (plan.status !== 'RUNNING') {
      return refuse('INVALID_STATE', `A measure is reported on while its plan is RUNNING, not ${plan.status}.`, {
        entityId: plan.id,
        currentState: plan.status,
      });
    }
    const next = decideReport(measure, input.status, input.note);
    if (!next.ok) return next;
    await write.updateImmediateMeasures([measure.id], {
      status: next.value,
      finishedAt: isFinished(next.value) ? now : null,
    });
    await write.appendImmediateEntry({
      id: randomUUID(),
      measureId: measure.id,
      at: now,
      status: next.value,
      byOrganisation: await findTitle(trx, organisationId),
      onBehalf: reporter.value.onBehalf,
      note: input.note,
    });
    return storeStep(write, plan, {
      change: {},
      // A version that grew without a change to be seen would tell of the measure (decision A6).
      silent: refuge,
      entityIds: [measure.id],
      after: { measure: { before: measure.status, after: next.value }, onBehalf: reporter.value.onBehalf },
    });
  },
};

/** A measure that tells of a refuge is not there for anybody else (decision A6). */
function checkReporter(
  { id, refuge, organisationId }: ImmediateMeasureRow & { refuge: boolean },
  centreId: string,
  reporterId: string | null,
): Decision<{ onBehalf: boolean }> {
  if (reporterId === organisationId) return allow({ onBehalf: false });
  if (reporterId === centreId) return allow({ onBehalf: true });
  if (refuge) return unknownMeasure();
  return refuse('NOT_RESPONSIBLE_BODY', 'A measure must be reported by the body that is responsible for it.', {
    entityId: id,
  });
}

function unknownMeasure(): Refusal {
  return refuse('NOT_FOUND', 'The measure must be one of the plan of immediate response.', {
    path: ['input', 'measureId'],
  });
}

async function findTitle(trx: Transaction<Tables & KitTables>, organisationId: string | null): Promise<string> {
  const organisation = organisationId === null ? undefined : await createWriter(trx).findOrganisation(organisationId);
  return organisation?.titleRu ?? '';
}
