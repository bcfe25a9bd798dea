import { hear } from '../../../kit/events.ts';
import { kitPart, type KitTables } from '../../../kit/kit-tables.ts';
import { appendEvents } from '../../../kit/outbox.ts';
import { partAppeals } from './join-appeals.ts';
import { takeSignal } from './take-signal.ts';
import type { Tables } from '../../store.ts';

/** What other agencies report to the centres. */
export const intakeEvents = {
  /** Taken in by what is known here: a report never waits for social protection; the family may be found later by a job. */
  ...hear<'SignalReported', Tables & KitTables>('SignalReported', async (trx, told, context) => {
    const { signalId: id, kind, ...signal } = told;
    const taken = await takeSignal(
      trx,
      {
        ...signal,
        id,
        eventKind: kind,
        channel: 'STATE_INFORMATION_SYSTEM',
        occurredAt: Temporal.Instant.from(told.occurredAt),
        receivedAt: Temporal.Instant.from(told.receivedAt),
        reporter: null,
        familyId: null,
        memberIds: [],
      },
      context,
    );
    await appendEvents(kitPart(trx), taken.events, context.now);
    return {
      entityIds: [taken.signalId, ...(taken.appealId ? [taken.appealId] : [])],
      after: { merged: taken.merged, threatToLife: told.threatToLife },
    };
  }),
  ...hear<'PersonsUnmerged', Tables & KitTables>('PersonsUnmerged', (trx, { mergeId }, context) =>
    partAppeals(trx, mergeId, context),
  ),
};
