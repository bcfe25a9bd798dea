import { z } from 'zod';
import { accessFactsChanged, listFactsFollowingFrom } from '../../../kit/access-facts.ts';
import { entityId, idempotencyKey, longText, optional } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { CONSENT } from '../../rules/consent-state.ts';
import { findPersonOfConsent } from '../../protection-store.ts';
import { findCasePerson, findOwnPerson, type PersonRead, readPerson } from './case-person.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';
import type { ConsentAnswer } from './request-consent.ts';

const WithdrawConsentInput = z.object({ idempotencyKey, consentId: entityId, reason: optional(longText) });

export interface WithdrawalAnswer extends ConsentAnswer {
  readonly affectedPlanId: string | null;
}

/**
 * Ends a consent, and with it the sharing that rests on it: before the answer every agency that can be reached has ended it,
 * too (decision A4). The plan goes on until somebody decides otherwise (decision C1); what was kept by legal duty stays.
 */
export const withdrawConsent: ProtectionCommand<z.output<typeof WithdrawConsentInput>, WithdrawalAnswer, PersonRead> = {
  name: 'withdrawConsent',
  writes: 'CONSENT_AND_SAFETY',
  roles: ['CASE_MANAGER', 'FAMILY_MEMBER'],
  input: WithdrawConsentInput,
  read: async (db, { consentId }, { peers }) => {
    const personId = await findPersonOfConsent(db, consentId);
    return personId === null ? 'UNKNOWN' : readPerson(peers, personId);
  },
  carryOut: async (trx, input, read, { caller, now }) => {
    const write = createWriters(trx);
    const missing = refuse('NOT_FOUND', 'There must be such a consent.', { path: ['input', 'consentId'] });
    const consent = await write.lockConsent(input.consentId);
    if (!consent) return missing;
    const isRepresentative =
      caller.kind === 'USER' && caller.personId !== null && caller.personId === consent.representativeId;
    const person = isRepresentative
      ? await findCasePerson(write, read, consent.personId, 'consentId')
      : await findOwnPerson(trx, read, consent.personId, { caller, now }, 'consentId');
    if (!person.ok) return person.code === 'NOT_FOUND' ? missing : person;
    const next = move(CONSENT, consent, 'withdraw');
    if (!next.ok) return next;

    await write.updateConsent(consent.id, { status: next.value, withdrawnAt: now });
    const ended = await listFactsFollowingFrom(kitPart(trx), consent.id, now);
    const plan = person.value.familyId === null ? undefined : await write.findCurrentPlan(person.value.familyId);
    return {
      answer: { consentId: consent.id, affectedPlanId: plan?.id ?? null },
      audit: {
        entityIds: [consent.id, consent.personId],
        before: { status: consent.status },
        after: { status: next.value, reason: input.reason },
      },
      events: ended.length > 0 ? [accessFactsChanged([], ended)] : [],
    };
  },
};
