import { expect, test } from 'vitest';
import { type Role, ROLES, type UserCaller } from '../../../../schema/access.ts';
import { canReadFreePlaces } from '../../../../subgraphs/social/rules/free-places.ts';

test('only who looks for a place may know how many are free (decision A6)', () => {
  expect(ROLES.filter((role) => canReadFreePlaces(caller(role)))).toEqual([
    'SOCIAL_PROTECTION',
    'CASE_MANAGER',
    'CENTRE_HEAD',
    'CRISIS_CENTRE',
  ]);
  expect(canReadFreePlaces({ kind: 'SERVICE', agency: 'centres' })).toBe(true);
});

function caller(role: Role): UserCaller {
  return {
    kind: 'USER',
    userId: 'u',
    role,
    organisationId: null,
    districtKato: null,
    personId: null,
    system: null,
  };
}
