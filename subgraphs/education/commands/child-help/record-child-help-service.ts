import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { tellFact } from '../../../kit/fact.ts';
import { entityId, idempotencyKey, instant, listOf, longText, optional, shortText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { createChildHelpWriter } from '../../case-store.ts';
import {
  checkDescription,
  checkInterview,
  checkNotInFuture,
  checkPlannedService,
  findFirstInterview,
} from '../../rules/child-help.ts';
import { moveCase } from '../../rules/child-help-state.ts';
import type { ChildHelpServiceRow } from '../../store.ts';
import { CASE_ROLES, type CaseCommand, changeCase, findCase } from './case-answer.ts';

const RecordChildHelpServiceInput = z.object({
  idempotencyKey,
  caseId: entityId,
  kind: z.custom<ChildHelpServiceRow['kind']>(),
  serviceId: optional(entityId),
  description: optional(longText),
  doneAt: instant,
  specialists: listOf(shortText),
  repeatJustification: optional(shortText),
  measureId: optional(entityId),
});

/**
 * Records a service as given, planned or not. Without an expected version: two services do not contradict each other, but
 * for two interviews of one child, which the lock on the case and an index keep apart (R-082, I-18).
 */
export const recordChildHelpService: CaseCommand<z.output<typeof RecordChildHelpServiceInput>> = {
  name: 'recordChildHelpService',
  writes: 'CHILD_HELP_CASE',
  roles: CASE_ROLES,
  input: RecordChildHelpServiceInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const write = createChildHelpWriter(trx);
    const { caller, now } = context;
    const found = await findCase(write, input.caseId);
    if (!found.ok) return found;
    const { helpCase } = found;
    const status = moveCase(helpCase, 'enterService');
    if (!status.ok) return status;
    const services = await write.listServices(helpCase.id);
    const user = caller.kind === 'USER' ? caller : null;
    for (const checked of [
      checkNotInFuture(input.doneAt, now, 'doneAt'),
      checkDescription(input),
      checkInterview(helpCase, input, findFirstInterview(services), user?.role ?? null),
    ]) {
      if (!checked.ok) return checked;
    }
    const planned = services.find(({ id }) => id === input.serviceId);
    if (input.serviceId !== null && !planned) {
      return refuse('NOT_FOUND', 'The service must be one of this case.', { path: ['input', 'serviceId'] });
    }
    const lawful = planned && checkPlannedService(planned, input.kind);
    if (lawful && !lawful.ok) return lawful;

    const { kind, description, doneAt, specialists, repeatJustification } = input;
    const given = {
      description,
      doneAt,
      specialists,
      repeatJustification,
      repeatApprovedBy: repeatJustification === null ? null : (user?.userId ?? null),
    };
    if (planned) await write.updateService(planned.id, given);
    else await write.insertService({ ...given, id: randomUUID(), caseId: helpCase.id, kind, plannedAt: null });
    return changeCase(
      write,
      helpCase,
      { status: status.value },
      {
        events: tellFact(
          input.measureId,
          {
            evidenceKind: 'CHILD_HELP_CASE',
            evidenceId: helpCase.id,
            state: status.value,
            subject: { personId: helpCase.childId, familyId: null },
          },
          context,
        ),
      },
    );
  },
};
