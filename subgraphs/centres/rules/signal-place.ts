import { toKatoPrefix } from '../../kit/kato-prefix.ts';
import type {
  AppealStatus,
  IntakeChannel,
  LegalBasis,
  MobileCaseStatus,
  SignalSource,
} from '../__generated__/resolvers.ts';

/** What of a signal tells which event it is about. */
export interface ReportedEvent {
  readonly personId: string | null;
  readonly occurredAt: Temporal.Instant | null;
  readonly eventKind: string | null;
  readonly kato: string;
}

export const SAME_EVENT_HOURS = 24;
/** A closed appeal is opened again for so long [P]; later a new one names it as `previous` (domain.md 6.1). */
const REOPEN_DAYS = 30;

/**
 * Whether two signals tell of one event (domain.md 6.3(3)): the same victim, at most 24 hours apart, of a compatible kind, in
 * the same district. What a sender left open excludes nothing, but for the victim and the time: without them nothing is the same.
 */
export function isSameEvent(one: ReportedEvent, other: ReportedEvent): boolean {
  if (one.personId === null || one.personId !== other.personId) return false;
  if (one.occurredAt === null || other.occurredAt === null) return false;
  const hours = Math.abs(one.occurredAt.until(other.occurredAt).total('hours'));
  if (hours > SAME_EVENT_HOURS) return false;
  if (one.eventKind !== null && other.eventKind !== null && one.eventKind !== other.eventKind) return false;
  const [here, there] = [toKatoPrefix(one.kato).digits, toKatoPrefix(other.kato).digits];
  return here.startsWith(there) || there.startsWith(here);
}

interface KnownAppeal {
  readonly id: string;
  readonly closedAt: Temporal.Instant | null;
}

/** Where a signal belongs: to an appeal that there is, or to a new one that may follow an older. */
export type Place<Appeal> =
  { readonly kind: 'JOIN'; readonly appeal: Appeal } | { readonly kind: 'OPEN'; readonly previousId: string | null };

/**
 * Where a signal belongs (domain.md 6.3): the open appeal of the family or person; else the closed one in which the same event
 * was reported, or that was closed at most 30 days ago; else a new one.
 */
export function placeSignal<Appeal extends KnownAppeal>(
  found: { readonly open: Appeal | null; readonly ofSameEvent: Appeal | null; readonly lastClosed: Appeal | null },
  now: Temporal.Instant,
): Place<Appeal> {
  const { open, ofSameEvent, lastClosed } = found;
  if (open) return { kind: 'JOIN', appeal: open };
  if (ofSameEvent) return { kind: 'JOIN', appeal: ofSameEvent };
  if (lastClosed?.closedAt && lastClosed.closedAt.until(now).total('hours') <= REOPEN_DAYS * 24) {
    return { kind: 'JOIN', appeal: lastClosed };
  }
  return { kind: 'OPEN', previousId: lastClosed?.id ?? null };
}

/** Nobody is working on such an appeal any more, and no plan follows from it. */
const SETTLED: ReadonlySet<AppealStatus> = new Set<AppealStatus>([
  'TRIAGED',
  'CONSULTED',
  'REDIRECTED',
  'NOT_IN_DIFFICULT_SITUATION',
  'REFUSED',
  'UNREACHABLE',
  'CLOSED',
]);

/**
 * Whether a signal that joins an appeal opens it again. A closed one always (domain.md 6.1); one that is settled and not yet
 * closed when the signal tells of something new, or of a threat to life: nothing that is reported may be overlooked.
 */
export function reopens(status: AppealStatus, signal: { threatToLife: boolean }, sameEvent: boolean): boolean {
  if (status === 'CLOSED') return true;
  return SETTLED.has(status) && (signal.threatToLife || !sameEvent);
}

/** A signal about nobody waits to be rejected, unless somebody is there in person or in danger (domain.md 8.4). */
export function awaitsDecision(signal: {
  readonly personId: string | null;
  readonly familyId: string | null;
  readonly channel: IntakeChannel;
  readonly threatToLife: boolean;
}): boolean {
  const { personId, familyId, channel, threatToLife } = signal;
  return personId === null && familyId === null && channel !== 'PERSONAL' && !threatToLife;
}

/** The basis of processing that is recorded with a signal; who comes in person is asked for consent (Rules p.13, 14; D7). */
export function toLegalBasis(signal: { channel: IntakeChannel; threatToLife: boolean }): LegalBasis | null {
  if (signal.threatToLife) return 'LIFE_THREAT';
  return signal.channel === 'PERSONAL' ? null : 'STATE_BODY_FUNCTION';
}

/** Bodies whose information calls in the mobile group also without a stated threat. */
const CALLING_SOURCES: ReadonlySet<SignalSource> = new Set<SignalSource>(['POLICE', 'PROBATION']);

/** While a case is in these, the mobile group is at it. */
export const MOBILE_CASE_AT_WORK = ['REGISTERED', 'ASSIGNED', 'VISITED'] as const satisfies readonly MobileCaseStatus[];

/**
 * Whether the mobile group is called in (Rules p.22, R-053, R-055), or a source is added to the case that there is: one event is
 * one case, however many report it (domain.md 6.3(4)).
 */
export function decideMobileCall(
  latest: { readonly status: MobileCaseStatus } | null,
  signal: { readonly source: SignalSource; readonly threatToLife: boolean; readonly sameEvent: boolean },
): 'CALL' | 'JOIN' | 'NONE' {
  if (latest && (signal.sameEvent || MOBILE_CASE_AT_WORK.some((status) => status === latest.status))) return 'JOIN';
  return signal.threatToLife || CALLING_SOURCES.has(signal.source) ? 'CALL' : 'NONE';
}
