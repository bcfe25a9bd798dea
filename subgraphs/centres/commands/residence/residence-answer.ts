import { accessFactsChanged } from '../../../kit/access-facts.ts';
import type { Command } from '../../../kit/command.ts';
import type { AccessFactRow } from '../../../kit/kit-tables.ts';
import type { DomainEvent } from '../../../kit/outbox.ts';
import { tell } from '../../../kit/events.ts';
import type { Agency } from '../../../../schema/subgraphs.ts';
import type { NoticeRecipient } from '../../__generated__/resolvers.ts';
import type { CentreRow, ResidenceNoticeRow, Tables, TemporaryResidenceRow } from '../../store.ts';

/** What a command on a residence stores as its answer: the id, so that a repeated request shows it as it is. */
export interface ResidenceAnswer {
  readonly residenceId: string;
}

export type ResidenceCommand<Input extends { idempotencyKey: string }, Read = null> = Command<
  Tables,
  Input,
  Read,
  ResidenceAnswer
>;

/** Only case managers and heads write safe locations of a centre (domain.md 8.2). */
export const BY_CASE_LEADERS = { writes: 'SAFE_LOCATION', roles: ['CASE_MANAGER', 'CENTRE_HEAD'] } as const;

/**
 * The centre's staff may know of a person while the person lives there, whoever leads the case. The fact bears the id of
 * the person's reservation, by which the discharge ends it.
 */
export function residentFacts(
  places: readonly { reservationId: string; personId: string | null }[],
  centreId: string,
): AccessFactRow[] {
  return places.flatMap(({ reservationId, personId }) =>
    personId === null
      ? []
      : {
          id: reservationId,
          subjectId: personId,
          kind: 'ASSIGNED' as const,
          organisationId: centreId,
          userId: null,
          otherPersonId: null,
          scope: null,
          validUntil: null,
        },
  );
}

/** Ended when the stay ends; a stay from before places were settled here has none. */
export function residentsGone(facts: readonly AccessFactRow[]): DomainEvent[] {
  return facts.length > 0 ? [accessFactsChanged([], facts)] : [];
}

const RECIPIENT_AGENCIES: Readonly<Record<NoticeRecipient, Agency>> = {
  LAW_ENFORCEMENT: 'interior',
  GUARDIANSHIP: 'education',
};

/** The agency in which the recipient of a notice acknowledges it. */
export function agencyOf(recipient: NoticeRecipient): Agency {
  return RECIPIENT_AGENCIES[recipient];
}

/** The written notice itself: that children were admitted and whom to call, never where (decision A7). */
export function noticeSent(
  notice: ResidenceNoticeRow,
  residence: TemporaryResidenceRow,
  centre: CentreRow,
  times: { sentAt: Temporal.Instant; dueAt: Temporal.Instant },
): DomainEvent {
  return tell(
    'NoticeSent',
    {
      noticeId: notice.id,
      number: notice.number,
      recipient: notice.recipient,
      subjectId: residence.personId,
      districtKato: centre.districtKato,
      childrenCount: notice.childrenCount,
      centreContact: notice.centreContact,
      sentAt: times.sentAt.toString(),
      dueAt: times.dueAt.toString(),
    },
    [agencyOf(notice.recipient)],
  );
}
