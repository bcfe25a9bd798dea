import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { entityId, idempotencyKey, instant, longText, optional } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { checkPast, onAppeal } from './own-appeal.ts';

/** After so many documented attempts nobody is expected to be found [P]. */
const ATTEMPTS = 3;

const RecordContactAttemptInput = z.object({
  idempotencyKey,
  appealId: entityId,
  at: instant,
  note: optional(longText),
});

/** One unsuccessful attempt to reach the person; the third since the appeal was opened, or opened again, gives up. */
export const recordContactAttempt = onAppeal({
  name: 'recordContactAttempt',
  roles: ['CASE_MANAGER', 'CENTRE_HEAD', 'PSYCHOLOGIST', 'LAWYER'],
  input: RecordContactAttemptInput,
  change: async ({ input, appeal, employee, write, intake, now }) => {
    if (appeal.status === 'CLOSED') {
      return refuse('INVALID_STATE', 'An attempt is recorded on an open appeal, not on one that is CLOSED.', {
        entityId: appeal.id,
        currentState: appeal.status,
      });
    }
    const { at } = input;
    const past = checkPast(at, now);
    if (!past.ok) return past;
    const begun = appeal.reopenedAt ?? appeal.registeredAt;
    await intake.insertContactAttempt({
      id: randomUUID(),
      appealId: appeal.id,
      at,
      employeeId: employee.id,
      note: input.note,
    });
    const attempts = await intake.countContactAttempts(appeal.id, begun);
    const givenUp = attempts >= ATTEMPTS ? APPEAL.moves[appeal.status].giveUp : undefined;
    await write.updateAppeal(appeal.id, { status: givenUp ?? appeal.status });
    return { after: { attempts } };
  },
});
