import { z } from 'zod';
import type { Role } from '../../../../schema/access.ts';
import { type Command, conflictWith } from '../../../kit/command.ts';
import { tell } from '../../../kit/events.ts';
import { entityId, idempotencyKey, longText, optional } from '../../../kit/input.ts';
import { kitPart } from '../../../kit/kit-tables.ts';
import { isOpposed } from '../../../kit/visible.ts';
import type { RefusalReason } from '../../__generated__/resolvers.ts';
import { lockReferral } from '../../response-store.ts';
import { REPORTABLE_REFERRAL_STATUSES, reportReferral, unknownReferral } from '../../rules/referral.ts';
import { createWriter, type Tables } from '../../store.ts';
import { moveReferral } from './move-referral.ts';
import type { ReferralAnswer } from './send-referral.ts';

const ReportReferralStatusInput = z.object({
  idempotencyKey,
  referralId: entityId,
  expectedVersion: z.int(),
  status: z.enum(REPORTABLE_REFERRAL_STATUSES, `A report must be one of ${REPORTABLE_REFERRAL_STATUSES.join(', ')}.`),
  refusalReason: optional(z.custom<RefusalReason>()),
  note: optional(longText),
});

/** Who works at a body that referrals are sent to, and at the centres that send them. */
const REPORTERS: readonly Role[] = [
  'POLICE',
  'PROBATION',
  'DOCTOR',
  'SOCIAL_PEDAGOGUE',
  'GUARDIANSHIP',
  'SOCIAL_PROTECTION',
  'CASE_MANAGER',
  'CENTRE_HEAD',
  'PSYCHOLOGIST',
  'LAWYER',
  'CRISIS_CENTRE',
  'CHILD_HELP_ROOM',
];

/** The receiving organisation, or the centre that sent it, says how a referral went on. */
export const reportReferralStatus: Command<Tables, z.output<typeof ReportReferralStatusInput>, null, ReferralAnswer> = {
  name: 'reportReferralStatus',
  writes: null,
  roles: REPORTERS,
  input: ReportReferralStatusInput,
  read: async () => null,
  carryOut: async (trx, input, _, { caller, now }) => {
    const organisationId = caller.kind === 'USER' ? caller.organisationId : null;
    const found = await lockReferral(trx, input.referralId);
    // Hidden from the aggressor's side, whoever the addressee is: where somebody was sent is where she may be.
    if (!found || (await isOpposed(kitPart(trx), { caller, now }, [found.referral.personId]))) return unknownReferral();
    const { referral, centreId } = found;
    const next = reportReferral({ ...referral, centreId }, input, organisationId);
    if (!next.ok && (next.code === 'NOT_FOUND' || next.code === 'NOT_RESPONSIBLE_BODY')) return next;
    if (referral.version !== input.expectedVersion) {
      return conflictWith<ReferralAnswer>(
        { referralId: referral.id },
        { entityId: referral.id, expected: input.expectedVersion, version: referral.version, path: 'expectedVersion' },
      );
    }
    if (!next.ok) return next;

    const organisation = organisationId === null ? undefined : await createWriter(trx).findOrganisation(organisationId);
    const events = await moveReferral(trx, found, {
      status: next.value,
      refusalReason: input.refusalReason,
      byOrganisation: organisation?.titleRu ?? '',
      note: input.note,
      now,
    });
    const { id: referralId, personId, crisisCentreId } = referral;
    return {
      answer: { referralId },
      audit: {
        entityIds: [referralId, referral.appealId],
        before: { status: referral.status, version: referral.version },
        after: { status: next.value, version: referral.version + 1 },
      },
      events: [
        ...events,
        ...(next.value === 'SENT' && referral.kind === 'VICTIM_IDENTIFICATION'
          ? [
              tell('IdentificationRequested', {
                referralId,
                personId,
                crisisCentreId,
                organisationId: referral.organisationId,
                at: now.toString(),
              }),
            ]
          : []),
      ],
    };
  },
};
