import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import type { ConsentScope, ConsentWay, Language, LegalBasis } from '../__generated__/resolvers.ts';

/** What was given to the centre, or is processed on another basis (Rules p.13–14). */
export interface GivenConsent {
  readonly scope: readonly ConsentScope[];
  readonly legalBasis: LegalBasis | null;
  readonly textVersion: string | null;
  readonly language: Language | null;
  readonly way: ConsentWay | null;
  readonly representativePersonId: string | null;
  readonly validUntil: string | null;
}

/** What the decision depends on besides what was given. */
export interface ConsentFacts {
  readonly personId: string;
  /** Null when it is not known. */
  readonly isMinor: boolean | null;
  /** The person is protected against the representative. */
  readonly representativeIsAggressor: boolean;
  /** What the person was asked through `requestConsent`, if that is answered. */
  readonly request: {
    readonly scope: readonly ConsentScope[];
    readonly textVersion: string | null;
    readonly language: Language | null;
  } | null;
  readonly today: string;
}

interface KnownConsent {
  readonly legalBasis: LegalBasis;
  readonly scope: ConsentScope[];
  readonly textVersion: string | null;
  readonly language: Language | null;
}

/** A consent says to which text, in which language and in which way it was given, by whom and for what; another basis says only which one it is. */
export function checkConsent(given: GivenConsent, facts: ConsentFacts): Decision<KnownConsent> {
  const scope = [...new Set(given.scope)];
  if (scope.length === 0) return invalid('scope', 'A consent must be about something; the scope is empty.');
  if (given.validUntil !== null && given.validUntil < facts.today) {
    return invalid('validUntil', 'The last day must not be over; it was a day in the past.');
  }
  return given.legalBasis === null || given.legalBasis === 'CONSENT'
    ? checkGiven(given, scope, facts)
    : checkOtherBasis(given, scope, given.legalBasis);
}

function checkGiven(given: GivenConsent, scope: ConsentScope[], facts: ConsentFacts): Decision<KnownConsent> {
  const { request } = facts;
  const textVersion = given.textVersion ?? request?.textVersion ?? null;
  const language = given.language ?? request?.language ?? null;
  if (given.legalBasis === null && given.way === null) {
    return refuse(
      'LEGAL_BASIS_REQUIRED',
      'Either the way in which consent was given or another legal basis must be named; neither was.',
      { path: ['input', 'legalBasis'] },
    );
  }
  for (const [field, value] of Object.entries({ textVersion, language, way: given.way })) {
    if (value === null) return invalid(field, `A given consent must name ${field}; it was left out.`);
  }
  if (request && scope.some((part) => !request.scope.includes(part))) {
    return invalid('scope', 'An answer must stay within what the person was asked; it goes beyond.');
  }
  const represented = checkRepresentative(given.representativePersonId, facts);
  return represented.ok ? allow({ legalBasis: 'CONSENT' as const, scope, textVersion, language }) : represented;
}

/** For a minor the legal representative answers, unless the minor is protected against him or her (domain.md 8.4). */
function checkRepresentative(representativeId: string | null, facts: ConsentFacts): Decision {
  if (representativeId === facts.personId) {
    return invalid('representativePersonId', 'A representative must be somebody else than the person.');
  }
  if (facts.isMinor && representativeId === null) {
    return invalid('representativePersonId', 'For a minor the legal representative must answer; none was named.');
  }
  if (!facts.representativeIsAggressor) return allow();
  return refuse(
    'LEGAL_BASIS_REQUIRED',
    'The representative must not be the one against whom the person is protected: the legal basis is CHILD_PROTECTION then.',
    { path: ['input', 'representativePersonId'] },
  );
}

function checkOtherBasis(given: GivenConsent, scope: ConsentScope[], legalBasis: LegalBasis): Decision<KnownConsent> {
  for (const field of ['textVersion', 'language', 'way'] as const) {
    if (given[field] !== null) {
      return invalid(
        field,
        `On the legal basis ${legalBasis} nobody consents: ${field} must be left out; it was given.`,
      );
    }
  }
  return allow({ legalBasis, scope, textVersion: null, language: null });
}

function invalid(field: string, message: string) {
  return refuse('INVALID_INPUT', message, { path: ['input', field] });
}
