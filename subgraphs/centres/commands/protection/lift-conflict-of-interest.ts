import { z } from 'zod';
import { accessFactsChanged, listFactsFollowingFrom } from '../../../kit/access-facts.ts';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { decideLifting, findLifter } from '../../rules/conflict-lifting.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import type { ConflictAnswer } from './declare-conflict-of-interest.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

const LiftConflictOfInterestInput = z.object({ idempotencyKey, conflictId: entityId, reason: longText });

/** Two different persons lift a bar: the head of the lead centre and an information-security officer, in any order (domain.md 8.3). */
export const liftConflictOfInterest: ProtectionCommand<z.output<typeof LiftConflictOfInterestInput>, ConflictAnswer> = {
  name: 'liftConflictOfInterest',
  writes: null,
  roles: ['CASE_MANAGER', 'CENTRE_HEAD', 'PSYCHOLOGIST', 'LAWYER'],
  input: LiftConflictOfInterestInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const write = createWriters(trx);
    const { caller, now } = context;
    const employee = await findActingEmployee(write, context);
    if (!employee || !findLifter(employee, employee.centreId)) {
      return refuse(
        'FORBIDDEN',
        'A conflict of interest must be lifted by the head of the lead centre and by an information-security officer.',
      );
    }
    const conflict = await write.lockConflict(input.conflictId);
    const lead = conflict?.familyId ? await write.findFamilyCase(conflict.familyId) : undefined;
    const as = conflict && findLifter(employee, lead?.leadCentreId ?? conflict.centreId);
    // Whoever is barred must not learn of it.
    if (!conflict || !as || (caller.kind === 'USER' && caller.userId === conflict.userId)) {
      return refuse('NOT_FOUND', 'There must be such a conflict of interest.', { path: ['input', 'conflictId'] });
    }
    if (conflict.liftedAt !== null) {
      return refuse('INVALID_STATE', 'A conflict of interest must stand to be lifted; this one was lifted before.', {
        path: ['input', 'conflictId'],
        entityId: conflict.id,
        currentState: 'LIFTED',
      });
    }

    const { liftAskedById, liftAskedAs } = conflict;
    const asked = liftAskedById && liftAskedAs ? { employeeId: liftAskedById, as: liftAskedAs } : null;
    const outcome = decideLifting(asked, { employeeId: employee.id, as });
    const audit = {
      entityIds: [conflict.id, conflict.personId],
      before: { awaitingSecondPerson: conflict.awaitingSecondPerson },
      after: { outcome, as, reason: input.reason },
    };
    if (outcome !== 'LIFTED') {
      if (outcome === 'ASKED') {
        await write.updateConflict(conflict.id, {
          awaitingSecondPerson: true,
          liftAskedById: employee.id,
          liftAskedAs: as,
        });
      }
      return { answer: { conflictId: conflict.id, awaitingSecondPerson: true }, audit };
    }
    await write.updateConflict(conflict.id, { awaitingSecondPerson: false, liftedAt: now, liftedById: employee.id });
    return {
      answer: { conflictId: conflict.id, awaitingSecondPerson: false },
      audit,
      events: [accessFactsChanged([], await listFactsFollowingFrom(kitPart(trx), conflict.id, now))],
    };
  },
};
