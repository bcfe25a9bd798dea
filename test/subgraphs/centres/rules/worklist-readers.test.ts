import { describe, expect, test } from 'vitest';
import { type Caller, type Role, ROLES, type UserCaller } from '../../../../schema/access.ts';
import { awaitedSteps } from '../../../../subgraphs/centres/rules/next-step.ts';
import { seesNeutralMeasures, toNeutralTitle } from '../../../../subgraphs/centres/rules/neutral-measure.ts';
import {
  findCaseOwner,
  isCentreStaff,
  isCentreStaffOf,
  isDutyUnit,
  isOperator,
  leadsCasesOf,
  needsGrantForResidents,
  toSignalScope,
} from '../../../../subgraphs/centres/rules/worklist-readers.ts';

const DISTRICT = '711110000';
const ELSEWHERE = '631230000';
const BODY = 'b0000000-0000-4000-8000-000000000001';
const caller = (role: Role, change: Partial<UserCaller> = {}): Caller => ({
  kind: 'USER',
  userId: 'user-1',
  role,
  organisationId: BODY,
  districtKato: DISTRICT,
  personId: null,
  system: null,
  ...change,
});
const SERVICE: Caller = { kind: 'SERVICE', agency: 'interior' };
/** The roles for which something holds, in the order of the table. */
const rolesFor = (holds: (role: Role) => boolean) => ROLES.filter(holds);

describe('over every role', () => {
  test.each<[string, (role: Role) => boolean, Role[]]>([
    [
      'registers of the own district',
      (role) => isCentreStaffOf(caller(role), DISTRICT),
      ['CASE_MANAGER', 'CENTRE_HEAD', 'PSYCHOLOGIST', 'LAWYER'],
    ],
    ['registers of another district', (role) => isCentreStaffOf(caller(role), ELSEWHERE), []],
    [
      'what the own centre sent',
      (role) => isCentreStaff(caller(role)),
      ['CASE_MANAGER', 'CENTRE_HEAD', 'PSYCHOLOGIST', 'LAWYER'],
    ],
    ['plans that wait', (role) => leadsCasesOf(caller(role), DISTRICT), ['CASE_MANAGER', 'CENTRE_HEAD']],
    ['plans that wait elsewhere', (role) => leadsCasesOf(caller(role), ELSEWHERE), []],
    ['messages and late measures', (role) => isOperator(caller(role)), ['INTEGRATOR']],
    ['cases', (role) => findCaseOwner(caller(role)) !== null, ['CASE_MANAGER', 'CENTRE_HEAD']],
    [
      'residents without a grant',
      (role) => !needsGrantForResidents(caller(role), BODY),
      ['CASE_MANAGER', 'CENTRE_HEAD'],
    ],
    ['residents of another centre without a grant', (role) => !needsGrantForResidents(caller(role), 'other'), []],
    ['notices to the police', (role) => isDutyUnit(caller(role), 'LAW_ENFORCEMENT', DISTRICT), ['POLICE']],
    ['notices to guardianship', (role) => isDutyUnit(caller(role), 'GUARDIANSHIP', DISTRICT), ['GUARDIANSHIP']],
    ['notices of another district', (role) => isDutyUnit(caller(role), 'GUARDIANSHIP', ELSEWHERE), []],
    ['neutral measures', (role) => seesNeutralMeasures(caller(role)), ['INTEGRATOR']],
  ])('%s', (_, holds, roles) => {
    expect(rolesFor(holds)).toEqual(roles);
  });
});

test('an agency that calls as a service reads registers, but has no cases', () => {
  expect(isCentreStaffOf(SERVICE, ELSEWHERE) && leadsCasesOf(SERVICE, ELSEWHERE) && isOperator(SERVICE)).toBe(true);
  expect(isDutyUnit(SERVICE, 'GUARDIANSHIP', ELSEWHERE)).toBe(true);
  expect(needsGrantForResidents(SERVICE, BODY)).toBe(false);
  expect(findCaseOwner(SERVICE)).toBeNull();
});

test('a case manager owns by person, a head by centre, and who works nowhere owns nothing', () => {
  expect(findCaseOwner(caller('CASE_MANAGER'))).toEqual({ userId: 'user-1' });
  expect(findCaseOwner(caller('CENTRE_HEAD'))).toEqual({ centreId: BODY });
  expect(findCaseOwner(caller('CENTRE_HEAD', { organisationId: null }))).toBeNull();
});

test('signals: all of the own district, elsewhere those that were sent by oneself', () => {
  expect(toSignalScope(caller('LAWYER'), DISTRICT)).toBe('ALL');
  expect(toSignalScope(SERVICE, DISTRICT)).toBe('ALL');
  expect(toSignalScope(caller('LAWYER'), ELSEWHERE)).toEqual({ senderId: BODY, system: null });
  expect(toSignalScope(caller('DOCTOR'), DISTRICT)).toEqual({ senderId: BODY, system: null });
  expect(toSignalScope(caller('INTEGRATOR', { organisationId: null, system: 'FSM_SOCIAL' }), DISTRICT)).toEqual({
    senderId: null,
    system: 'FSM_SOCIAL',
  });
  expect(toSignalScope(caller('CONTACT_CENTRE_111', { organisationId: null }), DISTRICT)).toEqual({
    senderId: null,
    system: 'CONTACT_CENTRE_111',
  });
});

test('steps wait for case managers and heads, never the same step for both', () => {
  const [manager, head] = [awaitedSteps('CASE_MANAGER'), awaitedSteps('CENTRE_HEAD')];
  expect(manager.planStatuses.filter((status) => head.planStatuses.includes(status))).toEqual([]);
  expect([manager.revision, head.revision]).toEqual(['UNSIGNED', 'SIGNED']);
  for (const role of ROLES.filter((candidate) => !['CASE_MANAGER', 'CENTRE_HEAD'].includes(candidate))) {
    expect(awaitedSteps(role)).toEqual({
      appealStatuses: [],
      planStatuses: [],
      revision: null,
      declinedMeasures: false,
    });
  }
});

test('a neutral title names number and body alone (decision C5)', () => {
  expect(toNeutralTitle('M-1', 'Поликлиника')).toBe('Мера № M-1, Поликлиника');
  expect(toNeutralTitle('M-1', null)).toBe('Мера № M-1');
});
