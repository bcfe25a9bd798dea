import { expect, test } from 'vitest';
import { findFirstInterview } from '../../../../subgraphs/education/rules/child-help.ts';

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
