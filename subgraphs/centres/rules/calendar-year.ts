import type { Calendar, CalendarYear } from '../../kit/calendar.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/** A year's table holds only exceptions, each once: days off from Monday to Friday, working Saturdays and Sundays (domain.md 7.3). */
export function checkCalendarYear(
  given: Omit<CalendarYear, 'version'>,
  present: Pick<CalendarYear, 'status'> | null,
): Decision {
  if (present?.status === 'OFFICIAL' && given.status === 'PROJECTED') {
    return refuse('INVALID_INPUT', 'An official table must not be replaced by a projected one.', {
      path: ['input', 'status'],
      currentState: present.status,
    });
  }
  for (const field of ['daysOff', 'workingWeekends'] as const) {
    for (const [index, text] of given[field].entries()) {
      const path = ['input', field, String(index)];
      const date = Temporal.PlainDate.from(text);
      if (date.year !== given.year) {
        return refuse('INVALID_INPUT', `A day must be one of ${given.year}; this one is of ${date.year}.`, { path });
      }
      if (date.dayOfWeek >= 6 !== (field === 'workingWeekends')) {
        const expected = field === 'workingWeekends' ? 'a Saturday or Sunday' : 'one from Monday to Friday';
        return refuse('INVALID_INPUT', `A day of ${field} must be ${expected}; this one is not.`, { path });
      }
      if (given[field].indexOf(text) !== index) {
        return refuse('INVALID_INPUT', 'A day must be listed once; this one is there twice.', { path });
      }
    }
  }
  return allow();
}

export function countWorkingDaysOfYear(year: number, calendar: Calendar): number {
  return calendar.countWorkingDays(new Temporal.PlainDate(year - 1, 12, 31), new Temporal.PlainDate(year, 12, 31));
}
