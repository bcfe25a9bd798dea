import { accessFactsChanged, listFactsFollowingFrom } from '../../../kit/access-facts.ts';
import { createCalendar } from '../../../kit/calendar.ts';
import { writeAudit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/database.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { type Job, takeSteps } from '../../../kit/jobs.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { appendEvents } from '../../../kit/outbox.ts';
import { listCalendarYears } from '../../../kit/published-calendar.ts';
import { move } from '../../../kit/state-machine.ts';
import { createWriters } from './protection-command.ts';
import { recount } from './recount-deadlines.ts';
import { listConsentsRunOut } from '../../protection-store.ts';
import { CONSENT } from '../../rules/consent-state.ts';
import type { Tables } from '../../store.ts';

/** A consent has effect to the end of its last day: what rests on it has ended by itself, and now its status says so. */
const expireConsents: Job<Tables> = {
  name: 'expire-consents',
  run: async (db, context) => {
    const { now } = context;
    const today = toLocalDate(now).toString();
    return takeSteps(db, context, await listConsentsRunOut(db, today), async (trx, id) => {
      const write = createWriters(trx);
      const consent = await write.lockConsent(id);
      const next = consent && move(CONSENT, consent, 'expire');
      if (!next?.ok || consent?.validUntil == null || consent.validUntil >= today) return 0;
      const kit = kitPart(trx);
      await write.updateConsent(id, { status: next.value, expiredAt: now });
      const ended = await listFactsFollowingFrom(kit, id, now);
      if (ended.length > 0) await appendEvents(kit, [accessFactsChanged([], ended)], now);
      await writeAudit(kit, 'job:expire-consents', context, {
        entityIds: [id, consent.personId],
        before: { status: consent.status },
        after: { status: next.value },
      });
      return 1;
    });
  },
};

/** A command that was under way while a calendar was published has counted by the one before: such deadlines are counted again. */
const recountDeadlines: Job<Tables> = {
  name: 'recount-deadlines',
  run: async (db, context) =>
    inTransaction(db, async (trx) => {
      const write = createWriters(trx);
      const calendar = createCalendar(await listCalendarYears(kitPart(trx)));
      let steps = 0;
      for (const { calendarVersion, year } of await write.listCountedVersions()) {
        if (calendar.versionOf(year) === calendarVersion) continue;
        const deadlines = await write.lockDeadlinesCountedBy(calendarVersion);
        steps += await recount(trx, deadlines, calendar, context);
      }
      return steps;
    }),
};

export const protectionJobs: readonly Job<Tables>[] = [expireConsents, recountDeadlines];
