import { z } from 'zod';
import { accessFactsChanged, listFactsFollowingFrom } from '../../../kit/access-facts.ts';
import { entityId, idempotencyKey, longText } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { isOpposed } from '../../../kit/visible.ts';
import { checkCentreHead } from '../../rules/centre-head.ts';
import { findPersonOfGrant } from '../../protection-store.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import { findCasePerson, type PersonRead, readPerson } from './case-person.ts';
import type { GrantAnswer } from './grant-access.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

const RevokeAccessInput = z.object({ idempotencyKey, grantId: entityId, reason: longText });

/** Ends a grant before its time. Its centre may do so, and the one that leads the case now. */
export const revokeAccess: ProtectionCommand<z.output<typeof RevokeAccessInput>, GrantAnswer, PersonRead> = {
  name: 'revokeAccess',
  writes: 'CASE_HEADER',
  input: RevokeAccessInput,
  read: async (db, { grantId }, { peers }) => {
    const personId = await findPersonOfGrant(db, grantId);
    return personId === null ? 'UNKNOWN' : readPerson(peers, personId);
  },
  carryOut: async (trx, input, read, context) => {
    const write = createWriters(trx);
    const { now } = context;
    const grant = await write.lockGrant(input.grantId);
    if (!grant || (await isOpposed(kitPart(trx), context, [grant.personId]))) {
      return refuse('NOT_FOUND', 'There must be such a grant.', { path: ['input', 'grantId'] });
    }
    const employee = await findActingEmployee(write, context);
    const person = await findCasePerson(write, read, grant.personId, 'grantId');
    const byGrantingCentre = checkCentreHead(employee, grant.centreId);
    const head = byGrantingCentre.ok
      ? byGrantingCentre
      : checkCentreHead(employee, person.ok ? person.value.centreId : null);
    if (!head.ok) return head;
    if (grant.revokedAt !== null || Temporal.Instant.compare(grant.until, now) <= 0) {
      return refuse('INVALID_STATE', 'A grant must be in force to be ended; this one has ended.', {
        path: ['input', 'grantId'],
        entityId: grant.id,
        currentState: 'ENDED',
      });
    }
    await write.revokeGrant(grant.id, now);
    return {
      answer: { grantId: grant.id },
      audit: {
        entityIds: [grant.id, grant.personId],
        before: { until: grant.until },
        after: { revokedAt: now, reason: input.reason },
      },
      events: [accessFactsChanged([], await listFactsFollowingFrom(kitPart(trx), grant.id, now))],
    };
  },
};
