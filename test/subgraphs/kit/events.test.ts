import { expect, test } from 'vitest';
import { EVENTS, type EventType } from '../../../schema/events.ts';
import { AGENCIES } from '../../../schema/subgraphs.ts';
import { createCalendar, readPublishedCalendar } from '../../../subgraphs/kit/calendar.ts';
import { hear } from '../../../subgraphs/kit/events.ts';

const context = { purpose: null, requestId: 'r', now: Temporal.Instant.from('2025-10-01T00:00:00Z') };

test.each(Object.keys(EVENTS) as EventType[])(
  '%s is told by its owners and nobody else (decision A4)',
  async (type) => {
    const heard = hear<EventType, object>(type, () => Promise.reject(new Error('taken in')));
    const others = AGENCIES.filter((agency) => !EVENTS[type].from.some((from) => from === agency));
    for (const from of others) {
      const calendar = createCalendar(readPublishedCalendar());
      const told = heard[type](
        {} as never,
        {},
        { ...context, calendar, from, caller: { kind: 'SERVICE', agency: from } },
      );
      await expect(told, from).rejects.toThrow(`not by ${from}`);
    }
  },
);
