import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { toLocalDate } from '../../../kit/deadline.ts';
import { entityId, idempotencyKey, instant, listOf, optional, shortText } from '../../../kit/input.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import type { LegalBasis, ResponsibleBodyKind, SupportKind } from '../../__generated__/resolvers.ts';
import { createResponseWriter, lockAppeal } from '../../response-store.ts';
import { checkThreat, chooseLegalBasis } from '../../rules/immediate-plan.ts';
import { checkCalledIn } from '../../rules/mobile-group.ts';
import {
  createWriter,
  type ImmediateMeasureRow,
  type ImmediateResponsePlanRow,
  type OrganisationRow,
} from '../../store.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import { isOpposedIn } from './case-subjects.ts';
import type { ImmediatePlanCommand } from './immediate-plan-step.ts';

const MeasureInput = z.object({
  kind: z.custom<SupportKind>(),
  responsible: z.custom<ResponsibleBodyKind>(),
  organisation: shortText,
  dueAt: instant,
});

const CreateImmediateResponsePlanInput = z.object({
  idempotencyKey,
  appealId: entityId,
  mobileGroupId: entityId,
  measures: listOf(MeasureInput).min(1, 'A plan of immediate response must have at least one measure.'),
  legalBasis: optional(z.custom<LegalBasis>()),
});

/**
 * Draws up with a mobile group what is done at once against a threat to life and health (Rules p.22). An appeal has one such
 * plan at a time; with LIFE_THREAT it needs no consent.
 */
export const createImmediateResponsePlan: ImmediatePlanCommand<z.output<typeof CreateImmediateResponsePlanInput>> = {
  name: 'createImmediateResponsePlan',
  writes: 'ASSESSMENT',
  input: CreateImmediateResponsePlanInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const { now } = context;
    const general = createWriter(trx);
    const write = createResponseWriter(trx);
    const employee = await findActingEmployee(general, context);
    const appeal = await lockAppeal(trx, input.appealId);
    if (!appeal || employee?.centreId !== appeal.centreId || (await isOpposedIn(trx, appeal, context))) {
      return refuse('NOT_FOUND', 'The appeal must be one of the caller’s centre.', { path: ['input', 'appealId'] });
    }
    const assessment = checkThreat(appeal, await write.findAssessmentOf(appeal.id));
    if (!assessment.ok) return assessment;
    const open = await write.findOpenImmediatePlan(appeal.id);
    if (open) {
      return refuse(
        'INVALID_STATE',
        'An appeal must have one plan of immediate response at a time; it has one already.',
        {
          path: ['input', 'appealId'],
          entityId: open.id,
          currentState: open.status,
        },
      );
    }
    const today = toLocalDate(now);
    const group = checkCalledIn(await write.findGroup(input.mobileGroupId), appeal.districtKato, today, [
      'input',
      'mobileGroupId',
    ]);
    if (!group.ok) return group;
    const consented = appeal.applicantId !== null && (await write.hasConsent(appeal.applicantId, today.toString()));
    const legalBasis = chooseLegalBasis(input.legalBasis, consented);
    if (!legalBasis.ok) return legalBasis;
    const organisations = resolveBodies(
      input.measures,
      await general.listOrganisationsNamed(
        input.measures.map(({ organisation }) => organisation),
        appeal.districtKato,
      ),
    );
    if (!organisations.ok) return organisations;

    const plan: ImmediateResponsePlanRow = {
      id: randomUUID(),
      appealId: appeal.id,
      assessmentId: assessment.value.id,
      mobileGroupId: group.value.id,
      legalBasis: legalBasis.value,
      status: 'DRAFT',
      createdAt: now,
      endedAt: null,
      version: 1,
    };
    const measures = input.measures.map(({ kind, dueAt }, index): ImmediateMeasureRow => {
      const body = organisations.value[index] as OrganisationRow;
      return {
        id: randomUUID(),
        planId: plan.id,
        kind,
        bodyKind: body.kind,
        organisationId: body.id,
        dueAt,
        status: 'PLANNED',
        finishedAt: null,
      };
    });
    await write.insertImmediatePlan(plan);
    await write.insertImmediateMeasures(measures);
    const { titleRu } = await general.getCentre(appeal.centreId);
    for (const { id, status } of measures) {
      await write.appendImmediateEntry({
        id: randomUUID(),
        measureId: id,
        at: now,
        status,
        byOrganisation: titleRu,
        onBehalf: false,
        note: null,
      });
    }
    return {
      answer: { immediatePlanId: plan.id },
      audit: { entityIds: [plan.id, appeal.id], after: { plan, measures } },
    };
  },
};

/** The directory entry of each measure's body: of the kind that is named, by id or by its exact title in the district (decision C2). */
function resolveBodies(
  measures: readonly z.output<typeof MeasureInput>[],
  named: readonly OrganisationRow[],
): Decision<readonly OrganisationRow[]> {
  const found: OrganisationRow[] = [];
  for (const [index, { responsible, organisation }] of measures.entries()) {
    const matches = named.filter(
      ({ id, kind, titleRu, titleKk }) => kind === responsible && [id, titleRu, titleKk].includes(organisation),
    );
    const [match] = matches;
    if (!match || matches.length > 1) {
      return refuse(
        'ORGANISATION_NOT_FOUND',
        `The organisation must be the id or the exact title of one body of kind ${responsible} in the directory of the district.`,
        { path: ['input', 'measures', String(index), 'organisation'] },
      );
    }
    found.push(match);
  }
  return allow(found);
}
