import { describe, expect, test } from 'vitest';
import {
  INBOX_MEASURE_STATUSES,
  isFinished,
  isMeasureOverdue,
  MEASURE_STATUSES,
  type MeasureStatus,
  OPEN_MEASURE_STATUSES,
  REPORTABLE_STATUSES,
  type ReportableStatus,
  reportMeasure,
} from '../../../../subgraphs/centres/rules/measure-state.ts';

/** Every state × report (domain.md 6.1): the lines that the history gets; a dot is a refusal. */
const GOLDEN = `
            | ACCEPTED | DECLINED | IN_PROGRESS          | DONE                      | NOT_DONE
PLANNED     | .        | .        | .                    | .                         | .
SENT        | ACCEPTED | DECLINED | ACCEPTED IN_PROGRESS | ACCEPTED IN_PROGRESS DONE | ACCEPTED IN_PROGRESS NOT_DONE
ACCEPTED    | .        | .        | IN_PROGRESS          | IN_PROGRESS DONE          | IN_PROGRESS NOT_DONE
DECLINED    | .        | .        | .                    | .                         | .
IN_PROGRESS | .        | .        | .                    | DONE                      | NOT_DONE
DONE        | .        | .        | .                    | .                         | .
NOT_DONE    | .        | .        | .                    | .                         | .
CANCELLED   | .        | .        | .                    | .                         | .
`;

const [head = [], ...rows] = GOLDEN.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));
const pairs = rows.flatMap(([status, ...cells]) =>
  cells.map((steps, index) => [status as MeasureStatus, head[index + 1] as ReportableStatus, steps] as const),
);
const NOTE = 'Получатель не явился.';

describe('a report moves a measure only along the table (I-24)', () => {
  test('the table has every state and every status that may be reported', () => {
    expect(head.slice(1)).toEqual(REPORTABLE_STATUSES);
    expect(rows.map(([status]) => status)).toEqual(MEASURE_STATUSES);
  });

  test.each(pairs.filter(([, , steps]) => steps !== '.'))('%s reported as %s: %s', (status, reported, steps) => {
    expect(reportMeasure({ id: 'm', status }, reported, NOTE)).toEqual({ ok: true, value: steps.split(' ') });
  });

  test.each(pairs.filter(([, , steps]) => steps === '.'))('%s refuses %s', (status, reported) => {
    expect(reportMeasure({ id: 'm', status }, reported, NOTE)).toEqual({
      ok: false,
      code: 'INVALID_STATE',
      message: `A measure in state ${status} cannot be reported as ${reported}.`,
      path: ['input', 'status'],
      entityId: 'm',
      currentState: status,
    });
  });
});

describe('a reason', () => {
  test.each(['DECLINED', 'NOT_DONE'] as const)('is needed for %s', (reported) => {
    for (const note of [null, '']) {
      expect(reportMeasure({ id: 'm', status: 'SENT' }, reported, note)).toEqual({
        ok: false,
        code: 'INVALID_INPUT',
        message: `A measure reported as ${reported} must have a note with the reason.`,
        path: ['input', 'note'],
        entityId: 'm',
        currentState: null,
      });
    }
  });

  test.each(['ACCEPTED', 'IN_PROGRESS', 'DONE'] as const)('is not needed for %s', (reported) => {
    expect(reportMeasure({ id: 'm', status: 'SENT' }, reported, null).ok).toBe(true);
  });

  test('is asked for only where the step itself is lawful', () => {
    expect(reportMeasure({ id: 'm', status: 'DONE' }, 'NOT_DONE', null)).toMatchObject({ code: 'INVALID_STATE' });
  });
});

test('a measure is open, finished or in an inbox by its status', () => {
  expect(MEASURE_STATUSES.filter(isFinished)).toEqual(['DONE', 'NOT_DONE', 'CANCELLED']);
  expect(OPEN_MEASURE_STATUSES).toEqual(MEASURE_STATUSES.filter((status) => !isFinished(status)));
  // What a body declined is the case manager's again, and what is not sent yet nobody's.
  expect(INBOX_MEASURE_STATUSES).toEqual(['SENT', 'ACCEPTED', 'IN_PROGRESS']);
});

test('only an open measure is overdue, and only after the last second of its day (DL-08)', () => {
  const dueAt = Temporal.Instant.from('2026-02-27T23:59:59+05:00');
  const late = dueAt.add({ milliseconds: 1 });
  expect(MEASURE_STATUSES.filter((status) => isMeasureOverdue(status, dueAt, dueAt))).toEqual([]);
  expect(MEASURE_STATUSES.filter((status) => isMeasureOverdue(status, dueAt, late))).toEqual(OPEN_MEASURE_STATUSES);
});
