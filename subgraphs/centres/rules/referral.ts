import { allow, type Decision, type Refusal, refuse } from '../../kit/refusal.ts';
import { defineMachine, move } from '../../kit/state-machine.ts';
import type {
  DifficultSituationGround,
  ReferralKind,
  ReferralStatus,
  RefusalReason,
} from '../__generated__/resolvers.ts';

export type ReferralMove =
  'send' | 'receive' | 'accept' | 'complete' | 'decide' | 'decline' | 'personRefused' | 'giveReason' | 'expire';

/** Every move of a referral (domain.md 6.1). An identification is decided by social protection, whatever was reported before. */
export const REFERRAL = defineMachine<ReferralStatus, ReferralMove>({
  noun: 'referral',
  begins: { CREATED: ['sendReferral', 'triageAppeal'] },
  moves: {
    CREATED: { send: 'SENT' },
    SENT: {
      receive: 'RECEIVED',
      decide: 'COMPLETED',
      decline: 'DECLINED',
      personRefused: 'PERSON_REFUSED',
      expire: 'EXPIRED',
    },
    RECEIVED: {
      accept: 'ACCEPTED',
      decide: 'COMPLETED',
      decline: 'DECLINED',
      personRefused: 'PERSON_REFUSED',
      expire: 'EXPIRED',
    },
    ACCEPTED: {
      complete: 'COMPLETED',
      decide: 'COMPLETED',
      decline: 'DECLINED',
      personRefused: 'PERSON_REFUSED',
    },
    COMPLETED: {},
    DECLINED: {},
    PERSON_REFUSED: { giveReason: 'PERSON_REFUSED' },
    EXPIRED: {},
  },
  madeBy: {
    send: ['sendReferral', 'triageAppeal', 'reportReferralStatus'],
    receive: ['reportReferralStatus'],
    accept: ['reportReferralStatus'],
    complete: ['reportReferralStatus'],
    decide: ['event:IdentificationDecided'],
    decline: ['reportReferralStatus'],
    personRefused: ['reportReferralStatus', 'event:IdentificationDecided'],
    giveReason: ['reportReferralStatus'],
    expire: ['job:expire-referrals'],
  },
});

/** Statuses that may be reported; the first is only ever begun with, and EXPIRED is the job's. */
export const REPORTABLE_REFERRAL_STATUSES = [
  'SENT',
  'RECEIVED',
  'ACCEPTED',
  'COMPLETED',
  'DECLINED',
  'PERSON_REFUSED',
] as const satisfies readonly ReferralStatus[];
export type ReportableReferralStatus = (typeof REPORTABLE_REFERRAL_STATUSES)[number];

const REPORTED_AS = {
  SENT: 'send',
  RECEIVED: 'receive',
  ACCEPTED: 'accept',
  COMPLETED: 'complete',
  DECLINED: 'decline',
  PERSON_REFUSED: 'personRefused',
} as const satisfies Record<ReportableReferralStatus, ReferralMove>;

interface ReportedReferral {
  readonly id: string;
  readonly status: ReferralStatus;
  readonly refusalReason: RefusalReason | null;
  readonly organisationId: string | null;
  readonly crisisCentreId: string | null;
  /** The centre that sent it. */
  readonly centreId: string;
}

/**
 * Where a report leads. The receiving body and the sending centre may both report; only the centre sends. Why the person
 * refused is told with PERSON_REFUSED only, and may follow once where social protection told of the refusal without it.
 */
export function reportReferral(
  referral: ReportedReferral,
  reported: { status: ReportableReferralStatus; refusalReason: RefusalReason | null },
  organisationId: string | null,
): Decision<ReferralStatus> {
  const { id } = referral;
  const ofCentre = organisationId === referral.centreId;
  if (!isAddressedTo(referral, organisationId) && !ofCentre) return unknownReferral();
  if (reported.status === 'SENT' && !ofCentre) {
    return refuse('NOT_RESPONSIBLE_BODY', 'A referral must be sent by the centre that wrote it.', { entityId: id });
  }
  const refused = reported.status === 'PERSON_REFUSED';
  if (refused !== (reported.refusalReason !== null)) {
    return refuse('INVALID_INPUT', 'The reason of a refusal must be given with PERSON_REFUSED, and only with it.', {
      path: ['input', 'refusalReason'],
      entityId: id,
    });
  }
  const lateReason = refused && referral.status === 'PERSON_REFUSED' && referral.refusalReason === null;
  const next = move(REFERRAL, referral, lateReason ? 'giveReason' : REPORTED_AS[reported.status]);
  return next.ok ? next : { ...next, path: ['input', 'status'] };
}

/** Of a referral that others have, and of none, the same is said. */
export function unknownReferral(): Refusal {
  return refuse('NOT_FOUND', 'The referral must be one to the caller’s organisation or from its centre.', {
    path: ['input', 'referralId'],
  });
}

function isAddressedTo(
  referral: Pick<ReportedReferral, 'organisationId' | 'crisisCentreId'>,
  organisationId: string | null,
): boolean {
  return organisationId !== null && [referral.organisationId, referral.crisisCentreId].includes(organisationId);
}

/** One addressee: an organisation, or a crisis centre for an identification. */
export function checkAddressee(input: {
  readonly kind: ReferralKind;
  readonly crisisCentreId: string | null;
  readonly organisation: string | null;
}): Decision {
  const { kind, crisisCentreId, organisation } = input;
  if ((crisisCentreId === null) === (organisation === null)) {
    return refuse('INVALID_INPUT', 'A referral must have one addressee: an organisation or a crisis centre.', {
      path: ['input', 'organisation'],
    });
  }
  if (crisisCentreId !== null && kind !== 'VICTIM_IDENTIFICATION') {
    return refuse('INVALID_INPUT', `A crisis centre takes referrals of kind VICTIM_IDENTIFICATION, not ${kind}.`, {
      path: ['input', 'crisisCentreId'],
    });
  }
  return allow();
}

/** Kinds with a limit of the law, and from when it runs; the others have none. */
export function findReferralRule(
  kind: ReferralKind,
  facts: {
    readonly registeredAt: Temporal.Instant;
    readonly signsNotedAt: Temporal.Instant | null;
    readonly now: Temporal.Instant;
  },
): { readonly rule: 'DL-01' | 'DL-04'; readonly startedAt: Temporal.Instant } | null {
  switch (kind) {
    case 'INFORMATION_REDIRECT':
      return { rule: 'DL-01', startedAt: facts.registeredAt };
    case 'VICTIM_IDENTIFICATION':
      return { rule: 'DL-04', startedAt: facts.signsNotedAt ?? facts.now };
    case 'MEDICAL':
    case 'EMPLOYMENT':
    case 'SPECIAL_SOCIAL_SERVICES':
    case 'LEGAL_AID':
    case 'CHILD_HELP_ROOM':
      return null;
  }
}

/**
 * When the centre noted signs of violence (Rules p.24): with the assessment that found cruel treatment. Null when it did
 * not; then the referral itself is where they are noted first.
 */
export function findSignsNotedAt(
  assessment: {
    readonly grounds: readonly DifficultSituationGround[];
    readonly completedAt: Temporal.Instant | null;
  } | null,
): Temporal.Instant | null {
  return assessment?.grounds.includes('CRUEL_TREATMENT') ? assessment.completedAt : null;
}

/** Statuses in which nobody has answered yet whether the person is taken on. */
export const UNANSWERED_REFERRAL_STATUSES = ['SENT', 'RECEIVED'] as const satisfies readonly ReferralStatus[];

/** Days without an answer after which a referral is given up [P], so that the case manager sends another one. */
const ANSWER_DAYS = 30;

/** The first day whose referrals are still awaited today: what was sent before it is given up. */
export function awaitsAnswerSince(today: Temporal.PlainDate): Temporal.PlainDate {
  return today.subtract({ days: ANSWER_DAYS });
}

/** Statuses with which the body that was asked loses its right to the case; who completed a referral may see it again. */
export const REFERRAL_STATUSES_WITHOUT_ACCESS: readonly ReferralStatus[] = ['DECLINED', 'PERSON_REFUSED', 'EXPIRED'];
