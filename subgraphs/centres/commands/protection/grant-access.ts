import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accessFactsChanged, factsFollowingFrom } from '../../../kit/access-facts.ts';
import { entityId, idempotencyKey, instant, listOf, longText, shortText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import type { FieldGroup } from '../../__generated__/resolvers.ts';
import { checkCentreHead } from '../../rules/centre-head.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import { findCasePerson, isOpposedTo, type PersonRead, readPerson, unknownPerson } from './case-person.ts';
import { findConflict } from './conflicts.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

const GrantAccessInput = z.object({
  idempotencyKey,
  personId: entityId,
  userId: shortText,
  groups: listOf(z.custom<FieldGroup>()).min(1, 'A grant must open at least one group.'),
  until: instant,
  reason: longText,
});

export interface GrantAnswer {
  readonly grantId: string;
}

/** The head of the lead centre opens field groups of one person to one user, until a time that is fixed (domain.md 8.1). */
export const grantAccess: ProtectionCommand<z.output<typeof GrantAccessInput>, GrantAnswer, PersonRead> = {
  name: 'grantAccess',
  writes: 'CASE_HEADER',
  input: GrantAccessInput,
  read: (_, { personId }, { peers }) => readPerson(peers, personId),
  carryOut: async (trx, input, read, context) => {
    const write = createWriters(trx);
    const { now } = context;
    const person = await findCasePerson(write, read, input.personId);
    if (!person.ok) return person;
    const { id: personId, familyId, centreId } = person.value;
    const head = checkCentreHead(await findActingEmployee(write, context), centreId);
    if (!head.ok) return head;
    if (await isOpposedTo(trx, person.value, context)) return unknownPerson();
    if (Temporal.Instant.compare(input.until, now) <= 0) {
      return refuse('INVALID_INPUT', 'A grant must end in the future; this end is over.', { path: ['input', 'until'] });
    }
    if (await findConflict(trx, person.value, { userId: input.userId, personId: null }, now)) {
      return refuse('CONFLICT_OF_INTEREST', 'Nobody may be given access who is in conflict with the person.', {
        path: ['input', 'userId'],
      });
    }

    const groups = [...new Set(input.groups)];
    const row = {
      id: randomUUID(),
      personId,
      userId: input.userId,
      groups,
      reason: input.reason,
      centreId: head.value.centreId,
      grantedById: head.value.id,
      from: now,
      until: input.until,
      revokedAt: null,
    };
    await write.insertGrant(row);
    return {
      answer: { grantId: row.id },
      audit: { entityIds: [row.id, personId], after: row },
      events: [accessFactsChanged(toGrantFacts(row, groups, familyId))],
    };
  },
};

/** What is told of the family as a whole, such as an appeal, is told of each of its members: the grant opens it, too. */
export function toGrantFacts(
  cause: { readonly id: string; readonly personId: string; readonly userId: string; readonly until: Temporal.Instant },
  groups: readonly FieldGroup[],
  familyId: string | null,
) {
  const subjects = familyId === null ? [cause.personId] : [cause.personId, familyId];
  return factsFollowingFrom(
    cause.id,
    subjects.flatMap((subjectId) =>
      groups.map((scope) => ({
        subjectId,
        kind: 'GRANT' as const,
        userId: cause.userId,
        scope,
        validUntil: cause.until,
      })),
    ),
  );
}
