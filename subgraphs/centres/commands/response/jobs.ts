import { z } from 'zod';
import { startOfDay, toLocalDate } from '../../../kit/deadline.ts';
import { writeAudit } from '../../../kit/audit.ts';
import { type Job, takeSteps } from '../../../kit/jobs.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { appendEvents } from '../../../kit/outbox.ts';
import { PeerUnavailable } from '../../../kit/peer.ts';
import { move } from '../../../kit/state-machine.ts';
import {
  createResponseWriter,
  keepCrisisCentres,
  listGroupsOfPastYears,
  listUnansweredReferrals,
  lockMobileGroup,
  lockReferral,
} from '../../response-store.ts';
import { toDirectoryEntry } from '../../rules/crisis-centre-entry.ts';
import { MOBILE_GROUP, toMobileGroupStatus } from '../../rules/mobile-group.ts';
import { awaitsAnswerSince, REFERRAL } from '../../rules/referral.ts';
import type { Tables } from '../../store.ts';
import { createWriter } from '../../store.ts';
import { moveReferral } from './move-referral.ts';

/** From 1 January a composition of the year before is no longer in force (Rules p.21, DL-09). */
const expireMobileGroups: Job<Tables> = {
  name: 'expire-mobile-groups',
  run: async (db, context) => {
    const today = toLocalDate(context.now);
    return takeSteps(db, context, await listGroupsOfPastYears(db, today.year), async (trx, { id }) => {
      const group = await lockMobileGroup(trx, id);
      if (!group || group.status === 'EXPIRED' || toMobileGroupStatus(group, today) !== 'EXPIRED') return 0;
      const next = move(MOBILE_GROUP, group, 'expire');
      if (!next.ok) return 0;
      await createResponseWriter(trx).updateGroup(id, { status: next.value, version: group.version + 1 });
      await writeAudit(kitPart(trx), 'expire-mobile-groups', context, {
        entityIds: [id],
        before: { status: group.status },
        after: { status: next.value },
      });
      return 1;
    });
  },
};

/** A referral that nobody answered in time is given up, so that the case manager sends another one. */
const expireReferrals: Job<Tables> = {
  name: 'expire-referrals',
  run: async (db, context) => {
    const { now } = context;
    const sentBefore = startOfDay(awaitsAnswerSince(toLocalDate(now)));
    return takeSteps(db, context, await listUnansweredReferrals(db, sentBefore), async (trx, { id }) => {
      const found = await lockReferral(trx, id);
      const next = found && move(REFERRAL, found.referral, 'expire');
      if (!found || !next?.ok) return 0;
      const { titleRu } = await createWriter(trx).getCentre(found.centreId);
      const events = await moveReferral(trx, found, {
        status: next.value,
        byOrganisation: titleRu,
        note: null,
        now,
      });
      await writeAudit(kitPart(trx), 'expire-referrals', context, {
        entityIds: [id],
        before: { status: found.referral.status },
        after: { status: next.value },
      });
      await appendEvents(kitPart(trx), events, now);
      return 1;
    });
  },
};

const CrisisCentres = z.object({
  crisisCentres: z.array(z.object({ id: z.uuid(), titleRu: z.string(), titleKk: z.string(), regionKato: z.string() })),
});

/** The directory has the crisis centres that social protection keeps; it waits while that agency does not answer. */
const followCrisisCentres: Job<Tables> = {
  name: 'follow-crisis-centres',
  run: async (db, { peers }) => {
    try {
      const { crisisCentres } = await peers.query('social', {
        document: 'query CrisisCentres { crisisCentres { id titleRu titleKk regionKato } }',
        variables: {},
        shape: CrisisCentres,
      });
      return await keepCrisisCentres(db, crisisCentres.map(toDirectoryEntry));
    } catch (error) {
      if (error instanceof PeerUnavailable) return 0;
      throw error;
    }
  },
};

export const responseJobs = [expireMobileGroups, expireReferrals, followCrisisCentres];
