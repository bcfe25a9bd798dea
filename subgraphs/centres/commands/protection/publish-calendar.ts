import { z } from 'zod';
import { createCalendar } from '../../../kit/calendar.ts';
import { tell } from '../../../kit/events.ts';
import { dateText, idempotencyKey, listOf, shortText } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { listCalendarYears, lockCalendar, nextVersion, storeCalendarYear } from '../../../kit/published-calendar.ts';
import type { CalendarStatus } from '../../__generated__/resolvers.ts';
import { createEscalationWriter } from '../../escalation-store.ts';
import { checkCalendarYear } from '../../rules/calendar-year.ts';
import { createWriters, type ProtectionCommand } from './protection-command.ts';
import { recount } from './recount-deadlines.ts';

const PublishCalendarInput = z.object({
  idempotencyKey,
  year: z.int().min(2024, 'The year must be 2024 or later.').max(2100, 'The year must be 2100 or earlier.'),
  status: z.custom<CalendarStatus>(),
  source: shortText,
  daysOff: listOf(dateText),
  workingWeekends: listOf(dateText),
});

export interface CalendarAnswer {
  readonly year: number;
  readonly recomputedDeadlines: number;
}

/**
 * Puts a year's table in force as a new version, in every agency, and counts again what is still open and runs through that
 * year (domain.md 7.2); what was met stays as it was counted. For those who run the systems.
 */
export const publishCalendar: ProtectionCommand<z.output<typeof PublishCalendarInput>, CalendarAnswer> = {
  name: 'publishCalendar',
  writes: null,
  roles: ['INTEGRATOR'],
  input: PublishCalendarInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const kit = kitPart(trx);
    await lockCalendar(kit);
    const present = (await listCalendarYears(kit)).find(({ year }) => year === input.year) ?? null;
    const { idempotencyKey: __, ...given } = input;
    const lawful = checkCalendarYear(given, present);
    if (!lawful.ok) return lawful;
    const entry = {
      ...given,
      version: nextVersion(input.year, present?.version ?? null),
      daysOff: input.daysOff.toSorted(),
      workingWeekends: input.workingWeekends.toSorted(),
    };
    await storeCalendarYear(kit, entry, context.now);
    const calendar = createCalendar(await listCalendarYears(kit));
    const deadlines = await createWriters(trx).lockDeadlinesThrough(input.year);
    const recomputedDeadlines = await recount(trx, deadlines, calendar, context);
    await createEscalationWriter(trx).lookAgain(input.year, context.now);
    return {
      answer: { year: input.year, recomputedDeadlines },
      audit: {
        entityIds: [entry.version],
        ...(present ? { before: present } : {}),
        after: { ...entry, recomputedDeadlines },
      },
      events: [{ ...tell('CalendarPublished', { ...entry, at: context.now.toString() }), urgent: true }],
    };
  },
};
