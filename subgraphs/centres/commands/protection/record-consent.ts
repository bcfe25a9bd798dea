import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accessFactsChanged, listAccessFactsAbout } from '../../../kit/access-facts.ts';
import { toConsentFacts } from '../../../kit/consent.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { dateText, entityId, idempotencyKey, listOf, optional, shortText } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { listIdsOf } from '../../../kit/merges.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import type { ConsentScope, ConsentWay, Language, LegalBasis } from '../../__generated__/resolvers.ts';
import { checkConsent } from '../../rules/consent.ts';
import { CONSENT } from '../../rules/consent-state.ts';
import type { ConsentRow } from '../../store.ts';
import { findOwnPerson, type PersonRead, readPerson, unknownPerson } from './case-person.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';
import type { ConsentAnswer } from './request-consent.ts';

const RecordConsentInput = z.object({
  idempotencyKey,
  personId: entityId,
  scope: listOf(z.custom<ConsentScope>()),
  externalConsentId: optional(shortText),
  consentId: optional(entityId),
  legalBasis: optional(z.custom<LegalBasis>()),
  textVersion: optional(shortText),
  language: optional(z.custom<Language>()),
  way: optional(z.custom<ConsentWay>()),
  representativePersonId: optional(entityId),
  validUntil: optional(dateText),
});

interface Read {
  readonly person: PersonRead;
  readonly representative: PersonRead | null;
}

/**
 * Keeps a consent, or the legal basis in its place (Rules p.13–14), and tells every agency which field groups it opens.
 * The person is asked again for what goes beyond: consents are never changed.
 */
export const recordConsent: ProtectionCommand<z.output<typeof RecordConsentInput>, ConsentAnswer, Read> = {
  name: 'recordConsent',
  writes: 'CONSENT_AND_SAFETY',
  roles: ['CASE_MANAGER', 'FAMILY_MEMBER'],
  input: RecordConsentInput,
  read: async (_, { personId, representativePersonId: representativeId }, { peers }) => ({
    person: await readPerson(peers, personId),
    representative: representativeId === null ? null : await readPerson(peers, representativeId),
  }),
  carryOut: async (trx, input, read, { caller, now }) => {
    const write = createWriters(trx);
    const person = await findOwnPerson(trx, read.person, input.personId, { caller, now });
    if (!person.ok) return person;
    if (read.representative === 'UNKNOWN') return unknownPerson('representativePersonId');
    const request = input.consentId === null ? undefined : await write.lockConsent(input.consentId);
    if (input.consentId !== null && request?.personId !== person.value.id) {
      return refuse('NOT_FOUND', 'There must be such a request for consent of this person.', {
        path: ['input', 'consentId'],
      });
    }
    const given = input.legalBasis === null || input.legalBasis === 'CONSENT';
    const next = request && move(CONSENT, request, given ? 'grant' : 'waive');
    if (next && !next.ok) return next;
    const kit = kitPart(trx);
    const protectedAgainst = await listAccessFactsAbout(kit, 'CONFLICT', [person.value.id], now);
    const { representativePersonId } = input;
    const representativeIds = representativePersonId === null ? [] : await listIdsOf(kit, representativePersonId);
    const consent = checkConsent(input, {
      personId: person.value.id,
      isMinor: person.value.isMinor,
      representativeIsAggressor: protectedAgainst.some(
        ({ otherPersonId }) => otherPersonId !== null && representativeIds.includes(otherPersonId),
      ),
      request: request ?? null,
      today: toLocalDate(now).toString(),
    });
    if (!consent.ok) return consent;

    const row: ConsentRow = {
      id: request?.id ?? randomUUID(),
      personId: person.value.id,
      status: given ? 'GRANTED' : 'NOT_REQUIRED',
      ...consent.value,
      way: input.way,
      representativeId: input.representativePersonId,
      externalConsentId: input.externalConsentId,
      givenAt: given ? now : null,
      validUntil: input.validUntil,
      withdrawnAt: null,
      requestedAt: request?.requestedAt ?? null,
      expiredAt: null,
    };
    await (request ? write.updateConsent(row.id, row) : write.insertConsent(row));
    const facts = toConsentFacts(row);
    return {
      answer: { consentId: row.id },
      audit: {
        entityIds: [row.id, row.personId],
        ...(request ? { before: { status: request.status, scope: request.scope } } : {}),
        after: row,
      },
      events: facts.length > 0 ? [accessFactsChanged(facts)] : [],
    };
  },
};
