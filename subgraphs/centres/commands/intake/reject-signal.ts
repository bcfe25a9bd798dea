import { z } from 'zod';
import { toLocalDate } from '../../../kit/deadline.ts';
import type { Command } from '../../../kit/command.ts';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { SIGNAL } from '../../rules/signal-state.ts';
import type { Tables } from '../../store.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import { CASE_LEADERS, toCaseWriter } from './own-appeal.ts';
import type { SignalAnswer } from './submit-signal.ts';

const RejectSignalInput = z.object({ idempotencyKey, signalId: entityId, reason: longText });

/** A signal that is no matter of a person or family is kept with the reason (domain.md 6.1); the centre of its place decides. */
export const rejectSignal: Command<Tables, z.output<typeof RejectSignalInput>, null, SignalAnswer> = {
  name: 'rejectSignal',
  writes: 'CASE_HEADER',
  roles: CASE_LEADERS,
  input: RejectSignalInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const { write, intake, now } = toCaseWriter(trx, context);
    const employee = await findActingEmployee(write, context);
    if (!employee) return refuse('FORBIDDEN', 'Only the staff of a centre may reject signals.');
    const signal = await intake.lockSignal(input.signalId);
    const centreId = signal?.appealId
      ? (await intake.lockAppeal(signal.appealId))?.centreId
      : signal && (await intake.findCentreFor(signal.kato, toLocalDate(now).toString()))?.id;
    if (!signal || centreId !== employee.centreId) {
      return refuse('NOT_FOUND', 'There must be such a signal of your centre.', { path: ['input', 'signalId'] });
    }
    const next = move(SIGNAL, signal, 'reject');
    if (!next.ok) return next;
    await intake.updateSignal(signal.id, { status: next.value, rejectionReason: input.reason });
    return {
      answer: { signalId: signal.id, appealId: null, merged: false },
      audit: {
        entityIds: [signal.id],
        before: { status: signal.status },
        after: { status: next.value, rejectionReason: input.reason },
      },
    };
  },
};
