import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCalendar, readPublishedCalendar } from '../../../../subgraphs/kit/calendar.ts';
import { computeDeadline, DEADLINE_RULES, findDeadlineRule, toLocalDate } from '../../../../subgraphs/kit/deadline.ts';
import { escalate, listEscalationSteps, raise } from '../../../../subgraphs/centres/rules/escalation.ts';

const calendar = createCalendar(readPublishedCalendar());
const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Almaty').toInstant();
const show = (instant: Temporal.Instant) => instant.toZonedDateTimeISO('Asia/Almaty').toPlainDateTime().toString();

function deadline(ruleId: string, startedAt: Temporal.Instant) {
  const rule = findDeadlineRule(ruleId, toLocalDate(startedAt));
  if (!rule) throw new Error(`There must be a rule ${ruleId}.`);
  return computeDeadline(rule, startedAt, calendar);
}

/** Started on the Friday before Nauryz 2026, with transfers: the case of domain.md 7.2. */
const FRIDAY = at('2026-03-20T10:00');

test('the ladder of every rule (domain.md 7.1, 7.4)', async () => {
  const lines = DEADLINE_RULES.filter(({ id }) => id !== 'DL-07' && id !== 'DL-10').flatMap(({ id }) => {
    const due = deadline(id, FRIDAY);
    return [
      `${id} started ${show(FRIDAY)}, due ${show(due.dueAt)}`,
      ...listEscalationSteps(due, calendar).map(
        ({ name, level, told, at: instant }) => `  ${show(instant)}  ${name} → ${level}: ${told.join(', ')}`,
      ),
    ];
  });
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../../golden/escalation-ladders.txt');
});

describe('a ladder', () => {
  const started = fc
    .integer({ min: 0, max: 3 * 365 * 24 * 60 })
    .map((minutes) => at('2024-07-01T00:00').add({ minutes }));
  const rules = fc.constantFrom('DL-01', 'DL-02', 'DL-03', 'DL-04', 'DL-05', 'DL-06');
  const moments = fc.array(fc.integer({ min: 0, max: 45 * 24 * 60 }), { minLength: 1, maxLength: 8 });

  test('is climbed to the same place however often and whenever somebody looks, each step once', () => {
    fc.assert(
      fc.property(rules, started, moments, (rule, startedAt, minutes) => {
        const due = deadline(rule, startedAt);
        const looks = minutes.toSorted((left, right) => left - right).map((after) => startedAt.add({ minutes: after }));
        const last = looks.at(-1) ?? startedAt;
        let next: Temporal.Instant | null = startedAt;
        let level = 'NONE' as Parameters<typeof raise>[0];
        const taken = new Set<string>();
        for (const now of looks) {
          if (next === null || Temporal.Instant.compare(next, now) > 0) continue;
          const climbed = escalate({ ...due, escalation: level }, { now, calendar });
          for (const { name } of climbed.taken) taken.add(name);
          next = climbed.nextAt;
          level = climbed.level;
        }
        const atOnce = escalate({ ...due, escalation: 'NONE' }, { now: last, calendar });
        expect([...taken]).toEqual(atOnce.taken.map(({ name }) => name));
        expect(level).toBe(atOnce.level);
      }),
    );
  });

  test('never tells the head before the term is missed, but for a threat to life and the 20 hours of a notice', () => {
    fc.assert(
      fc.property(fc.constantFrom('DL-01', 'DL-02', 'DL-04', 'DL-06'), started, (rule, startedAt) => {
        const due = deadline(rule, startedAt);
        const early = listEscalationSteps(due, calendar).filter(
          ({ level, at: instant }) => level !== 'REMINDED' && Temporal.Instant.compare(instant, due.dueAt) <= 0,
        );
        expect(early).toEqual([]);
      }),
    );
  });

  test('has no rungs when life is threatened: everyone is told at once, inside the six days of a long weekend', () => {
    const due = deadline('DL-03', FRIDAY);
    expect(show(due.dueAt)).toBe('2026-03-26T23:59:59');
    const [first] = listEscalationSteps(due, calendar);
    expect(first && show(first.at)).toBe('2026-03-21T10:00:01');
    expect(first?.told).toEqual(['ASSIGNEE', 'CENTRE_HEAD', 'LOCAL_EXECUTIVE', 'MOBILE_GROUP', 'POLICE']);
  });
});

test('a level only rises', () => {
  expect(raise('CENTRE_HEAD', 'REMINDED')).toBe('CENTRE_HEAD');
  expect(raise('CIVIL_SERVICE_AGENCY', 'LOCAL_EXECUTIVE')).toBe('CIVIL_SERVICE_AGENCY');
  expect(raise('NONE', 'REMINDED')).toBe('REMINDED');
});
