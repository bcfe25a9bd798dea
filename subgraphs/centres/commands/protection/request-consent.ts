import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { entityId, idempotencyKey, listOf, shortText } from '../../../kit/input.ts';
import type { ConsentScope, Language } from '../../__generated__/resolvers.ts';
import { findOwnPerson, type PersonRead, readPerson } from './case-person.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';

const RequestConsentInput = z.object({
  idempotencyKey,
  personId: entityId,
  scope: listOf(z.custom<ConsentScope>()).min(1, 'A consent must be asked for something.'),
  textVersion: shortText,
  language: z.custom<Language>(),
});

export interface ConsentAnswer {
  readonly consentId: string;
}

/** Keeps which text, in which language, was shown to whom (Rules p.13, domain.md 8.4); it opens nothing. */
export const requestConsent: ProtectionCommand<z.output<typeof RequestConsentInput>, ConsentAnswer, PersonRead> = {
  name: 'requestConsent',
  writes: 'CONSENT_AND_SAFETY',
  roles: ['CASE_MANAGER'],
  input: RequestConsentInput,
  read: (_, { personId }, { peers }) => readPerson(peers, personId),
  carryOut: async (trx, input, read, { caller, now }) => {
    const write = createWriters(trx);
    const person = await findOwnPerson(trx, read, input.personId, { caller, now });
    if (!person.ok) return person;
    const row = {
      id: randomUUID(),
      personId: person.value.id,
      status: 'REQUESTED' as const,
      scope: [...new Set(input.scope)],
      legalBasis: 'CONSENT' as const,
      textVersion: input.textVersion,
      language: input.language,
      way: null,
      representativeId: null,
      externalConsentId: null,
      givenAt: null,
      validUntil: null,
      withdrawnAt: null,
      requestedAt: now,
      expiredAt: null,
    };
    await write.insertConsent(row);
    return { answer: { consentId: row.id }, audit: { entityIds: [row.id, row.personId], after: row } };
  },
};
