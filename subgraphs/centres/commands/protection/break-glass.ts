import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accessFactsChanged, listAccessFactsAbout } from '../../../kit/access-facts.ts';
import { computeDeadline, findDeadlineRule, toLocalDate } from '../../../kit/deadline.ts';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { EMERGENCY_GROUPS, EMERGENCY_HOURS, EMERGENCY_ROLES } from '../../rules/break-glass.ts';
import { findCasePerson, type PersonRead, readPerson, unknownPerson } from './case-person.ts';
import { findConflict } from './conflicts.ts';
import { toGrantFacts } from './grant-access.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

const BreakGlassInput = z.object({ idempotencyKey, personId: entityId, reason: longText });

export interface OpeningAnswer {
  readonly breakGlassId: string;
}

/**
 * Opens a person's protected records to the caller for a few hours, in every agency before the answer; from then on the head
 * of the lead centre has one working day to review it (domain.md 8.5). A caller who is barred is told so only where the own body
 * works on the case: for all others, and for the aggressor, there is no such person.
 */
export const breakGlass: ProtectionCommand<z.output<typeof BreakGlassInput>, OpeningAnswer, PersonRead> = {
  name: 'breakGlass',
  writes: null,
  roles: EMERGENCY_ROLES,
  input: BreakGlassInput,
  read: (_, { personId }, { peers }) => readPerson(peers, personId),
  carryOut: async (trx, input, read, { caller, now, calendar }) => {
    const write = createWriters(trx);
    const person = await findCasePerson(write, read, input.personId);
    if (!person.ok) return person;
    const { id: personId, familyId, centreId } = person.value;
    if (caller.kind === 'SERVICE' || centreId === null) return unknownPerson();
    const conflict = await findConflict(trx, person.value, caller, now);
    if (conflict === 'PARTY') return unknownPerson();
    if (conflict === 'DECLARED') {
      const subjects = familyId === null ? [personId] : [personId, familyId];
      const assigned = await listAccessFactsAbout(kitPart(trx), 'ASSIGNED', subjects, now);
      return caller.organisationId !== null &&
        assigned.some(({ organisationId }) => organisationId === caller.organisationId)
        ? refuse('CONFLICT_OF_INTEREST', 'Nobody may open records of somebody with whom he or she is in conflict.', {
            path: ['input', 'personId'],
          })
        : unknownPerson();
    }

    const rule = findDeadlineRule('DL-13', toLocalDate(now));
    if (!rule) throw new Error('The review of an emergency access must have its deadline rule.');
    const row = {
      id: randomUUID(),
      personId,
      userId: caller.userId,
      reason: input.reason,
      centreId,
      openedAt: now,
      until: now.add({ hours: EMERGENCY_HOURS }),
      status: 'AWAITING_REVIEW' as const,
      reviewedAt: null,
      reviewedById: null,
      reviewNote: null,
    };
    await write.insertOpening(row);
    await write.setDeadline(row.id, 'REVIEW', computeDeadline(rule, now, calendar));
    return {
      answer: { breakGlassId: row.id },
      audit: { entityIds: [row.id, personId], after: row },
      events: [{ ...accessFactsChanged(toGrantFacts(row, EMERGENCY_GROUPS, familyId)), urgent: true }],
    };
  },
};
