import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accessFactsChanged, factsFollowingFrom, listFactsFollowingFrom } from '../../../kit/access-facts.ts';
import { entityId, idempotencyKey, longText, shortText } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { findOwnPerson, type PersonRead, readPerson } from './case-person.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

const DeclareConflictOfInterestInput = z.object({
  idempotencyKey,
  personId: entityId,
  userId: shortText,
  reason: longText,
});

export interface ConflictAnswer {
  readonly conflictId: string;
  readonly awaitingSecondPerson: boolean;
}

/**
 * Shuts one user out of the protected records of a person and of the family, at once and in every agency, without a word to
 * the user (domain.md 8.3). What the user was granted about the person ends with it. Nobody is barred twice.
 */
export const declareConflictOfInterest: ProtectionCommand<
  z.output<typeof DeclareConflictOfInterestInput>,
  ConflictAnswer,
  PersonRead
> = {
  name: 'declareConflictOfInterest',
  writes: null,
  roles: ['CASE_MANAGER', 'CENTRE_HEAD', 'PSYCHOLOGIST', 'LAWYER'],
  input: DeclareConflictOfInterestInput,
  read: (_, { personId }, { peers }) => readPerson(peers, personId),
  carryOut: async (trx, input, read, { caller, now }) => {
    const write = createWriters(trx);
    const person = await findOwnPerson(trx, read, input.personId, { caller, now });
    if (!person.ok) return person;
    const { id: personId, familyId } = person.value;
    const centreId = caller.kind === 'USER' ? caller.organisationId : null;
    if (centreId === null) {
      return refuse('FORBIDDEN', 'A conflict of interest must be declared by an employee of a centre.');
    }
    const row = {
      id: randomUUID(),
      personId,
      familyId,
      userId: input.userId,
      reason: input.reason,
      centreId,
      since: now,
      awaitingSecondPerson: false,
      liftedAt: null,
      liftAskedById: null,
      liftAskedAs: null,
      liftedById: null,
    };
    const conflict = await write.declareConflict(row);
    const answer = { conflictId: conflict.id, awaitingSecondPerson: conflict.awaitingSecondPerson };
    if (conflict.id !== row.id) return { answer, audit: { entityIds: [conflict.id, personId] } };

    const subjects = familyId === null ? [personId] : [personId, familyId];
    const begun = factsFollowingFrom(
      row.id,
      subjects.map((subjectId) => ({ subjectId, kind: 'CONFLICT', userId: input.userId })),
    );
    const closed = await write.endAccess(personId, input.userId, now);
    const ended = [];
    for (const id of closed) ended.push(...(await listFactsFollowingFrom(kitPart(trx), id, now)));
    return {
      answer,
      audit: { entityIds: [row.id, personId, ...closed], after: row },
      events: [accessFactsChanged(begun, ended)],
    };
  },
};
