import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMERGENCY_ROLES } from '../../../../subgraphs/centres/rules/break-glass.ts';
import { checkCalendarYear } from '../../../../subgraphs/centres/rules/calendar-year.ts';
import { checkCentreHead } from '../../../../subgraphs/centres/rules/centre-head.ts';
import { decideLifting, findLifter, type Lifter } from '../../../../subgraphs/centres/rules/conflict-lifting.ts';
import { toDeliveryStatus } from '../../../../subgraphs/centres/rules/delivery.ts';
import { checkNote } from '../../../../subgraphs/centres/rules/professional-note.ts';
import { findGrantReader } from '../../../../subgraphs/centres/rules/worklist-readers.ts';
import { createCalendar, readPublishedCalendar } from '../../../../subgraphs/kit/calendar.ts';
import { computeDeadline, DEADLINE_RULES } from '../../../../subgraphs/kit/deadline.ts';

describe('who lifts a conflict of interest (domain.md 8.3)', () => {
  const employee = (post: string, centreId = 'lead') => ({ id: 'e', centreId, post });

  test.each<[string, string, string, Lifter | null]>([
    ['the head of the lead centre', 'DIRECTOR', 'lead', 'HEAD'],
    ['the head of another centre', 'DIRECTOR', 'other', null],
    ['the information-security officer', 'INFORMATION_SECURITY_SPECIALIST', 'lead', 'INFORMATION_SECURITY'],
    ['one of another centre', 'INFORMATION_SECURITY_SPECIALIST', 'other', 'INFORMATION_SECURITY'],
    ['the deputy', 'DEPUTY_DIRECTOR', 'lead', null],
    ['a case manager', 'CASE_MANAGER', 'lead', null],
  ])('%s', (_, post, centreId, expected) => {
    expect(findLifter(employee(post, centreId), 'lead')).toBe(expected);
  });

  test('nobody who is no employee does', () => {
    expect(findLifter(null, 'lead')).toBeNull();
  });

  test('however often it is called, two persons in two offices are behind every lifting', () => {
    const call = fc.record({
      employeeId: fc.constantFrom('a', 'b', 'c'),
      as: fc.constantFrom<Lifter>('HEAD', 'INFORMATION_SECURITY'),
    });
    fc.assert(
      fc.property(fc.array(call), (calls) => {
        let asked: { employeeId: string; as: Lifter } | null = null;
        for (const by of calls) {
          const outcome = decideLifting(asked, by);
          const different = asked !== null && asked.employeeId !== by.employeeId && asked.as !== by.as;
          expect(outcome === 'LIFTED').toBe(different);
          if (outcome === 'LIFTED') return;
          asked ??= by;
        }
      }),
    );
  });
});

test.each([
  ['head of the centre', { id: 'e', centreId: 'c', post: 'DIRECTOR' }, 'c', true],
  ['head of another', { id: 'e', centreId: 'd', post: 'DIRECTOR' }, 'c', false],
  ['case manager', { id: 'e', centreId: 'c', post: 'CASE_MANAGER' }, 'c', false],
  ['nobody', null, 'c', false],
  ['head, where no centre leads', { id: 'e', centreId: 'c', post: 'DIRECTOR' }, null, false],
])('a head is needed: %s', (_, employee, centreId, ok) => {
  expect(checkCentreHead(employee, centreId)).toMatchObject(ok ? { ok } : { ok, code: 'NOT_CENTRE_HEAD' });
});

test('emergency access is for those whom 8.2 lets read a safe place by grant, and for nobody of a centre', () => {
  expect(EMERGENCY_ROLES).toEqual(['POLICE', 'DOCTOR', 'CHILD_HELP_ROOM', 'OMBUDSMAN']);
});

describe('a note holds no diagnosis (R-014)', () => {
  test.each(['F32.1', 'код f41.2 по карте', 'Диагноз не подтверждён', 'по МКБ-10', 'ICD-11', 'diagnosis'])(
    '%s',
    (text) => {
      expect(checkNote(text)).toMatchObject({ ok: false, code: 'INVALID_INPUT', path: ['input', 'text'] });
    },
  );

  test.each(['Беседа проведена', 'п.13 Правил, ст. 19', 'квартира B12', 'Дело № А32 от 01.02.2025', 'в 2025 году'])(
    'but: %s',
    (text) => {
      expect(checkNote(text)).toMatchObject({ ok: true });
    },
  );
});

test.each([
  [{ deliveredAt: null, failedAt: null }, 'WAITING'],
  [{ deliveredAt: 'x', failedAt: null }, 'DELIVERED'],
  [{ deliveredAt: null, failedAt: 'x' }, 'FAILED'],
])('a delivery %j is %s', (row, status) => {
  expect(toDeliveryStatus(row)).toBe(status);
});

test('grants are shown to heads and to the person concerned', () => {
  const caller = (role: 'CENTRE_HEAD' | 'FAMILY_MEMBER' | 'POLICE', change: object = {}) => ({
    kind: 'USER' as const,
    userId: 'u',
    role,
    organisationId: 'centre',
    districtKato: null,
    personId: 'me',
    system: null,
    ...change,
  });
  expect(findGrantReader(caller('CENTRE_HEAD'), 'her')).toEqual({ centreId: 'centre' });
  expect(findGrantReader(caller('CENTRE_HEAD', { organisationId: null }), 'her')).toBeNull();
  expect(findGrantReader(caller('FAMILY_MEMBER'), 'me')).toBe('SELF');
  expect(findGrantReader(caller('FAMILY_MEMBER'), 'her')).toBeNull();
  expect(findGrantReader(caller('POLICE'), 'me')).toBeNull();
  expect(findGrantReader({ kind: 'SERVICE', agency: 'social' }, 'me')).toBeNull();
});

describe('a published year (domain.md 7.2, 7.3)', () => {
  const entry = { year: 2026, status: 'OFFICIAL' as const, source: 'приказ', daysOff: [], workingWeekends: [] };

  test('keeps to its year, to weekdays and weekends, and to each day once', () => {
    const decide = (change: object) => {
      const decision = checkCalendarYear({ ...entry, ...change }, null);
      return decision.ok ? 'ok' : decision.path?.slice(1).join('.');
    };
    expect(decide({ daysOff: ['2026-03-09'], workingWeekends: ['2026-03-14'] })).toBe('ok');
    expect(decide({ daysOff: ['2025-12-31'] })).toBe('daysOff.0');
    expect(decide({ daysOff: ['2026-03-09', '2026-03-14'] })).toBe('daysOff.1');
    expect(decide({ workingWeekends: ['2026-03-09'] })).toBe('workingWeekends.0');
    expect(decide({ daysOff: ['2026-03-09', '2026-03-09'] })).toBe('daysOff.1');
  });

  test('is not taken back from official to projected', () => {
    const [official, projected] = [{ status: 'OFFICIAL' as const }, { status: 'PROJECTED' as const }];
    expect(checkCalendarYear({ ...entry, ...projected }, official)).toMatchObject({
      ok: false,
      path: ['input', 'status'],
    });
    expect(checkCalendarYear({ ...entry, ...projected }, projected)).toMatchObject({ ok: true });
    expect(checkCalendarYear(entry, projected)).toMatchObject({ ok: true });
  });

  test('with one holiday more never makes a due date earlier', () => {
    const years = readPublishedCalendar();
    const [first] = [Temporal.PlainDate.from('2026-01-01')];
    fc.assert(
      fc.property(
        fc.constantFrom(...DEADLINE_RULES),
        fc.integer({ min: 0, max: 364 }),
        fc.integer({ min: 0, max: 364 }),
        (rule, startDay, holidayOffset) => {
          const holiday = first.add({ days: holidayOffset });
          fc.pre(holiday.dayOfWeek < 6);
          const more = years.map((year) =>
            year.year === 2026 ? { ...year, daysOff: [...year.daysOff, holiday.toString()] } : year,
          );
          const startedAt = Temporal.Instant.from('2026-01-01T05:00:00Z').add({ hours: 24 * startDay });
          const due = (table: typeof years) => computeDeadline(rule, startedAt, createCalendar(table)).dueAt;
          expect(Temporal.Instant.compare(due(more), due(years))).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
