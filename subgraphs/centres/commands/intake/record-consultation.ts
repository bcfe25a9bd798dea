import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { entityId, idempotencyKey, instant } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import type { ConsultationKind } from '../../__generated__/resolvers.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { checkPast, onAppeal } from './own-appeal.ts';

const RecordConsultationInput = z.object({
  idempotencyKey,
  appealId: entityId,
  kind: z.custom<ConsultationKind>(),
  at: instant,
});

/** A consultation that was given; it stops DL-01 and moves only an appeal in which nothing else is under way. */
export const recordConsultation = onAppeal({
  name: 'recordConsultation',
  roles: ['CASE_MANAGER', 'CENTRE_HEAD', 'PSYCHOLOGIST', 'LAWYER'],
  input: RecordConsultationInput,
  change: async ({ input, appeal, employee, write, intake, now }) => {
    if (appeal.status === 'CLOSED') {
      return refuse('INVALID_STATE', 'A consultation is recorded on an open appeal, not on one that is CLOSED.', {
        entityId: appeal.id,
        currentState: appeal.status,
      });
    }
    const { at } = input;
    const past = checkPast(at, now);
    if (!past.ok) return past;
    const id = randomUUID();
    await intake.insertConsultation({ id, appealId: appeal.id, kind: input.kind, at, employeeId: employee.id });
    await write.meetDeadline(appeal.id, 'CONSULTATION', at);
    await write.updateAppeal(appeal.id, { status: APPEAL.moves[appeal.status].consult ?? appeal.status });
    return { entityIds: [id], after: { consultation: input.kind } };
  },
});
