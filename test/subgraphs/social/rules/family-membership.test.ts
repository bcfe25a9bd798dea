import { describe, expect, test } from 'vitest';
import { changeMembership } from '../../../../subgraphs/social/rules/family-membership.ts';

const TODAY = Temporal.PlainDate.from('2025-10-01');
const HERE = { familyId: 'here', role: 'SPOUSE', since: '2020-05-01' };
const ELSEWHERE = { ...HERE, familyId: 'elsewhere' };
const CHANGE = { familyId: 'here', role: null, since: null, until: null };

describe('somebody’s place in a family (I-02)', () => {
  test.each<[string, Parameters<typeof changeMembership>[0], object, object]>([
    ['joins today', null, { role: 'CHILD' }, { endsOn: null, begins: { role: 'CHILD', since: '2025-10-01' } }],
    [
      'takes another role, the old row ends the day before',
      HERE,
      { role: 'HEAD', since: '2025-09-01' },
      { endsOn: '2025-08-31', begins: { role: 'HEAD', since: '2025-09-01' } },
    ],
    [
      'takes another role on the first day',
      HERE,
      { role: 'HEAD', since: '2020-05-01' },
      { endsOn: '2020-05-01', begins: { role: 'HEAD', since: '2020-05-01' } },
    ],
    ['leaves', HERE, { until: '2025-09-30' }, { endsOn: '2025-09-30', begins: null }],
  ])('who %s', (_, current, change, value) => {
    expect(changeMembership(current, { ...CHANGE, ...change }, TODAY)).toEqual({ ok: true, value });
  });

  test.each<[string, Parameters<typeof changeMembership>[0], object, string, string]>([
    ['belongs elsewhere', ELSEWHERE, { role: 'CHILD' }, 'INVALID_STATE', 'personId'],
    ['belongs elsewhere and is to leave here', ELSEWHERE, { until: '2025-09-30' }, 'INVALID_STATE', 'personId'],
    ['joins without a role', null, {}, 'INVALID_INPUT', 'role'],
    ['keeps the role', HERE, { role: 'SPOUSE' }, 'INVALID_INPUT', 'role'],
    ['leaves before coming', HERE, { until: '2020-04-30' }, 'INVALID_INPUT', 'until'],
    ['leaves before the day given', HERE, { since: '2025-02-01', until: '2025-01-31' }, 'INVALID_INPUT', 'until'],
    ['leaves with another role', HERE, { role: 'HEAD', until: '2025-09-30' }, 'INVALID_INPUT', 'role'],
    ['leaves tomorrow', HERE, { until: '2025-10-02' }, 'INVALID_INPUT', 'until'],
    ['joins tomorrow', null, { role: 'CHILD', since: '2025-10-02' }, 'INVALID_INPUT', 'since'],
    ['had another role before the present one', HERE, { role: 'HEAD', since: '2020-04-30' }, 'INVALID_INPUT', 'since'],
    ['leaves without belonging', null, { until: '2025-09-30' }, 'NOT_FOUND', 'personId'],
  ])('is refused to who %s', (_, current, change, code, field) => {
    expect(changeMembership(current, { ...CHANGE, ...change }, TODAY)).toMatchObject({
      ok: false,
      code,
      path: ['input', field],
    });
  });
});
