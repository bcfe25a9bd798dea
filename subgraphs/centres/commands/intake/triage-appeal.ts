import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { entityId, idempotencyKey, optional } from '../../../kit/input.ts';
import { type Decision, allow, refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import type { AppealStatus, ConsultationKind, ResponsibleBodyKind } from '../../__generated__/resolvers.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import type { OrganisationRow } from '../../store.ts';
import { cancelOpenAssessment, dueBy, openAssessment } from './case-steps.ts';
import { type AppealStep, CASE_LEADERS, onAppeal } from './own-appeal.ts';

const TriageAppealInput = z.object({
  idempotencyKey,
  appealId: entityId,
  expectedVersion: optional(z.int()),
  consultation: optional(z.custom<ConsultationKind>()),
  redirectTo: optional(z.custom<ResponsibleBodyKind>()),
  needsAssessment: z.boolean(),
});
type TriageAppealInput = z.output<typeof TriageAppealInput>;

/** The first decision on an appeal: consult, redirect, assess, or several of them (Rules p.13, 14; R-027). */
export const triageAppeal = onAppeal({
  name: 'triageAppeal',
  roles: CASE_LEADERS,
  input: TriageAppealInput,
  change: async (step) => {
    const { input, appeal, employee, write, intake, now } = step;
    const status = decide(appeal, input);
    if (!status.ok) return status;
    const body = input.redirectTo === null ? allow(null) : await findAddressee(step, input.redirectTo);
    if (!body.ok) return body;

    await write.updateAppeal(appeal.id, { status: status.value });
    if (input.consultation !== null) {
      await intake.insertConsultation({
        id: randomUUID(),
        appealId: appeal.id,
        kind: input.consultation,
        at: now,
        employeeId: employee.id,
      });
    }
    const referralId = body.value ? await redirect(step, body.value) : null;
    if (input.consultation !== null || body.value) await write.meetDeadline(appeal.id, 'CONSULTATION', now);
    if (!input.needsAssessment) await cancelOpenAssessment(step, appeal.id);
    else if (!(await intake.findOpenAssessment(appeal.id))) await openAssessment(step, appeal);
    return {
      entityIds: referralId ? [referralId] : [],
      after: { consultation: input.consultation, redirectTo: input.redirectTo },
      changes:
        body.value && referralId ? [{ kind: 'REFERRAL', referralId, concerns: [body.value.id, appeal.centreId] }] : [],
    };
  },
});

/** Where the appeal stands after the decision: the furthest of what was chosen. */
function decide(
  appeal: { id: string; status: AppealStatus },
  { consultation, redirectTo, needsAssessment }: TriageAppealInput,
): Decision<AppealStatus> {
  const triaged = move(APPEAL, appeal, 'triage');
  if (!triaged.ok) return triaged;
  const next = needsAssessment ? 'assess' : redirectTo !== null ? 'redirect' : consultation !== null ? 'consult' : null;
  if (next) return move(APPEAL, { id: appeal.id, status: triaged.value }, next);
  return refuse('INVALID_INPUT', 'A consultation, a redirect or an assessment must be chosen; none was.', {
    path: ['input', 'needsAssessment'],
    entityId: appeal.id,
  });
}

async function findAddressee(
  { appeal, intake }: AppealStep<TriageAppealInput>,
  kind: ResponsibleBodyKind,
): Promise<Decision<OrganisationRow>> {
  const path = ['input', 'redirectTo'];
  if (appeal.applicantId === null) {
    return refuse('INVALID_INPUT', 'Whose information is redirected must be known; the appeal names nobody.', { path });
  }
  const body = await intake.findBody(kind, appeal.districtKato);
  if (body) return allow(body);
  return refuse('ORGANISATION_NOT_FOUND', `The district must have a body of kind ${kind} in the directory.`, { path });
}

/** The information goes to the body at once, which is what DL-01 asks for. */
async function redirect(step: AppealStep<TriageAppealInput>, body: OrganisationRow): Promise<string> {
  const { appeal, write, intake, now } = step;
  const id = randomUUID();
  await intake.insertReferral({
    id,
    appealId: appeal.id,
    personId: appeal.applicantId ?? '',
    kind: 'INFORMATION_REDIRECT',
    organisationId: body.id,
    crisisCentreId: null,
    status: 'SENT',
    refusalReason: null,
    sentAt: now,
    version: 1,
  });
  await write.setDeadline(id, 'REFERRAL', dueBy('DL-01', step));
  await write.meetDeadline(id, 'REFERRAL', now);
  return id;
}
