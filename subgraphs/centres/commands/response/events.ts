import { hear } from '../../../kit/events.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import { appendEvents } from '../../../kit/outbox.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { move } from '../../../kit/state-machine.ts';
import { lockReferral } from '../../response-store.ts';
import { REFERRAL } from '../../rules/referral.ts';
import type { Tables } from '../../store.ts';
import { moveReferral } from './move-referral.ts';

/** Who decides on identifications, as the history names it. */
const SOCIAL_PROTECTION = 'Органы социальной защиты';

/** What other agencies decide on what was referred to them. */
export const responseEvents = {
  /**
   * A finding ends the referral, positive or not. A referral that has ended meanwhile stays as it is: the finding itself is
   * kept by social protection. Why a person refused the finding does not say; the centre reports it.
   */
  ...hear<'IdentificationDecided', Tables & KitTables>(
    'IdentificationDecided',
    async (trx, { referralId, result }, { now }) => {
      const found = await lockReferral(trx, referralId);
      if (found?.referral.kind !== 'VICTIM_IDENTIFICATION') return;
      const next = move(REFERRAL, found.referral, result === 'PERSON_REFUSED' ? 'personRefused' : 'decide');
      if (!next.ok) return;
      const events = await moveReferral(trx, found, {
        status: next.value,
        byOrganisation: SOCIAL_PROTECTION,
        note: null,
        now,
      });
      await appendEvents(kitPart(trx), events, now);
    },
  ),
};
