import { describe, expect, test } from 'vitest';
import type { Role } from '../../../../schema/access.ts';
import {
  checkDescription,
  checkInterview,
  checkNotInFuture,
  checkPlannedService,
  findFirstInterview,
} from '../../../../subgraphs/education/rules/child-help.ts';

const at = (text: string) => Temporal.Instant.from(text);
const service = (kind: string, doneAt: string | null) => ({ kind, doneAt: doneAt === null ? null : at(doneAt) });

test('the first interview is the earliest that was given, in whatever order services are listed (R-082, I-18)', () => {
  expect(
    findFirstInterview([
      service('INTERVIEW_WITH_SPECIALISTS', '2025-09-03T10:00:00Z'),
      service('PRIMARY_PSYCHOLOGICAL_AID', '2025-08-01T10:00:00Z'),
      service('INTERVIEW_WITH_SPECIALISTS', null),
      service('INTERVIEW_WITH_SPECIALISTS', '2025-09-02T10:00:00Z'),
    ])?.toString(),
  ).toBe('2025-09-02T10:00:00Z');
});

test.each([
  ['nothing', []],
  ['an interview that is only planned', [service('INTERVIEW_WITH_SPECIALISTS', null)]],
  ['other services', [service('FORENSIC_EXAMINATION', '2025-09-02T10:00:00Z')]],
])('after %s there was none', (_, services) => {
  expect(findFirstInterview(services)).toBeNull();
});

const CASE = { id: 'case-1', status: 'SERVICES_RUNNING' };
const INTERVIEW = 'INTERVIEW_WITH_SPECIALISTS';
const FIRST = at('2026-03-05T10:00:00Z');

describe('whether a service may be recorded', () => {
  test.each<[string, string, string | null, Temporal.Instant | null, Role | null, string | null]>([
    ['the first interview', INTERVIEW, null, null, 'CHILD_HELP_ROOM', null],
    ['another service', 'LEGAL_HELP', null, FIRST, 'CHILD_HELP_ROOM', null],
    ['a second interview', INTERVIEW, null, FIRST, 'GUARDIANSHIP', 'INTERVIEW_ALREADY_DONE'],
    ['a second interview that the room justifies', INTERVIEW, 'x', FIRST, 'CHILD_HELP_ROOM', 'INTERVIEW_ALREADY_DONE'],
    ['a second interview that nobody approves', INTERVIEW, 'x', FIRST, null, 'INTERVIEW_ALREADY_DONE'],
    ['a second interview that guardianship justifies', INTERVIEW, 'x', FIRST, 'GUARDIANSHIP', null],
    ['a first interview with a justification', INTERVIEW, 'x', null, 'GUARDIANSHIP', 'INVALID_INPUT'],
    ['another service with a justification', 'OTHER', 'x', FIRST, 'GUARDIANSHIP', 'INVALID_INPUT'],
  ])('%s (R-082, I-18)', (_, kind, repeatJustification, first, role, code) => {
    expect(checkInterview(CASE, { kind, repeatJustification }, first, role)).toMatchObject(
      code ? { code, path: ['input', 'repeatJustification'] } : { ok: true },
    );
  });

  test.each([
    ['OTHER', null, false],
    ['OTHER', 'Экскурсия', true],
    ['LEGAL_HELP', null, true],
  ])('%s described as %s', (kind, description, ok) => {
    expect(checkDescription({ kind, description }).ok).toBe(ok);
  });

  test.each([
    ['as it was planned', { kind: 'LEGAL_HELP', doneAt: null }, null],
    ['as something else', { kind: 'OTHER', doneAt: null }, { code: 'INVALID_INPUT', path: ['input', 'kind'] }],
    ['twice', { kind: 'LEGAL_HELP', doneAt: FIRST }, { code: 'INVALID_STATE', path: ['input', 'serviceId'] }],
  ])('a planned service %s', (_, service, refusal) => {
    expect(checkPlannedService({ id: 's', ...service }, 'LEGAL_HELP')).toMatchObject(refusal ?? { ok: true });
  });

  test.each([
    [-1, true],
    [0, true],
    [1, false],
  ])('%i seconds after now', (seconds, ok) => {
    expect(checkNotInFuture(FIRST.add({ seconds }), FIRST, 'doneAt').ok).toBe(ok);
  });
});
