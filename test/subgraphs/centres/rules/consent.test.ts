import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkConsent, type ConsentFacts, type GivenConsent } from '../../../../subgraphs/centres/rules/consent.ts';
import { OPENED_BY_SCOPE, toConsentFacts } from '../../../../subgraphs/kit/consent.ts';

const GIVEN: GivenConsent = {
  scope: ['PROFILE'],
  legalBasis: null,
  textVersion: '2025-2',
  language: 'RU',
  way: 'SMS',
  representativePersonId: null,
  validUntil: null,
};
const FACTS: ConsentFacts = {
  personId: 'child',
  isMinor: false,
  representativeIsAggressor: false,
  request: null,
  today: '2025-10-01',
};
const decide = (given: Partial<GivenConsent>, facts: Partial<ConsentFacts> = {}) => {
  const decision = checkConsent({ ...GIVEN, ...given }, { ...FACTS, ...facts });
  return decision.ok ? 'ALLOWED' : `${decision.code} ${decision.path?.at(-1)}`;
};
const NOTHING_SHOWN = { textVersion: null, language: null, way: null } as const;

test.each<[string, Partial<GivenConsent>, Partial<ConsentFacts>, string]>([
  ['a consent with text, language and way', {}, {}, 'ALLOWED'],
  ['one that holds to the end of today', { validUntil: '2025-10-01' }, {}, 'ALLOWED'],
  ['one that had ended before it was given', { validUntil: '2025-09-30' }, {}, 'INVALID_INPUT validUntil'],
  ['one about nothing', { scope: [] }, {}, 'INVALID_INPUT scope'],
  ['neither a consent nor a basis', NOTHING_SHOWN, {}, 'LEGAL_BASIS_REQUIRED legalBasis'],
  ['a consent in words without a way', { ...NOTHING_SHOWN, legalBasis: 'CONSENT' }, {}, 'INVALID_INPUT textVersion'],
  ['another basis (Rules p.14)', { ...NOTHING_SHOWN, legalBasis: 'LIFE_THREAT' }, {}, 'ALLOWED'],
  ['another basis that somebody signed', { legalBasis: 'LIFE_THREAT' }, {}, 'INVALID_INPUT textVersion'],
  ['a minor alone', {}, { isMinor: true }, 'INVALID_INPUT representativePersonId'],
  ['a minor with a representative', { representativePersonId: 'mother' }, { isMinor: true }, 'ALLOWED'],
  ['somebody who represents himself', { representativePersonId: 'child' }, {}, 'INVALID_INPUT representativePersonId'],
  [
    'the suspected aggressor as representative',
    { representativePersonId: 'father' },
    { isMinor: true, representativeIsAggressor: true },
    'LEGAL_BASIS_REQUIRED representativePersonId',
  ],
  [
    'an answer within the request, which tells text and language',
    { textVersion: null, language: null },
    { request: { scope: ['PROFILE', 'LEGAL'], textVersion: '2025-1', language: 'KK' } },
    'ALLOWED',
  ],
  [
    'an answer beyond the request',
    { scope: ['PROFILE', 'EDUCATION'] },
    { request: { scope: ['PROFILE'], textVersion: '2025-1', language: 'KK' } },
    'INVALID_INPUT scope',
  ],
])('%s', (_, given, facts, expected) => {
  expect(decide(given, facts)).toBe(expected);
});

describe('what a consent opens (domain.md 8.4)', () => {
  const SCOPES = Object.keys(OPENED_BY_SCOPE) as (keyof typeof OPENED_BY_SCOPE)[];
  const ID = '00000000-0000-4000-8000-000000000001';
  const opened = (scope: typeof SCOPES) =>
    toConsentFacts({ id: ID, personId: ID, scope, validUntil: null }).map((fact) => fact.scope);

  test.each([
    ['PROFILE', []],
    ['HEALTH_FLAGS', ['MEDICAL_NEED']],
    ['EDUCATION', ['SCHOOL']],
    ['SOCIAL_BENEFITS', ['SOCIAL_SUPPORT']],
    ['EMPLOYMENT', ['EMPLOYMENT']],
    ['LEGAL', []],
    ['SHARE_WITH_NGO', []],
  ] as const)('%s opens %j', (scope, groups) => {
    expect(opened([scope])).toEqual(groups);
  });

  test('never more than its scopes, each group once, under ids of their own', () => {
    fc.assert(
      fc.property(fc.subarray(SCOPES), (scope) => {
        const groups = opened(scope);
        expect(new Set(groups).size).toBe(groups.length);
        expect(new Set(groups)).toEqual(new Set(scope.flatMap((part) => OPENED_BY_SCOPE[part])));
        const ids = toConsentFacts({ id: ID, personId: ID, scope, validUntil: null }).map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  test('holds to the end of its last day in Kazakhstan', () => {
    const [fact] = toConsentFacts({ id: ID, personId: ID, scope: ['EDUCATION'], validUntil: '2025-10-31' });
    expect(fact?.validUntil?.toString()).toBe('2025-10-31T19:00:00Z');
  });
});
