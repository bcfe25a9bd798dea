import { randomUUID } from 'node:crypto';
import { accessFactsChanged } from '../../../kit/access-facts.ts';
import type { Calendar } from '../../../kit/calendar.ts';
import { computeDeadline, type Deadline, findDeadlineRule, toLocalDate } from '../../../kit/deadline.ts';
import type { AccessFactRow } from '../../../kit/kit-tables.ts';
import type { DomainEvent } from '../../../kit/outbox.ts';
import type { SignalSource } from '../../__generated__/resolvers.ts';
import type { IntakeWriter } from '../../intake-store.ts';
import { decideMobileCall } from '../../rules/signal-place.ts';
import type { AppealRow, createWriter, LeadCentreFactRow, PrimaryAssessmentRow } from '../../store.ts';

/** What several commands of intake do in the same way, each inside its transaction. */
export interface CaseWriter {
  readonly write: ReturnType<typeof createWriter>;
  readonly intake: IntakeWriter;
  readonly now: Temporal.Instant;
  readonly calendar: Calendar;
}

export function dueBy(ruleId: 'DL-01' | 'DL-02' | 'DL-03', { now, calendar }: CaseWriter): Deadline {
  const rule = findDeadlineRule(ruleId, toLocalDate(now));
  if (!rule) throw new Error(`The rule ${ruleId} must be in force on every day on which cases are handled.`);
  return computeDeadline(rule, now, calendar);
}

/** The primary assessment that runs from now (DL-02), in one working day when life is threatened (DL-03). */
export async function openAssessment(
  at: CaseWriter,
  appeal: Pick<AppealRow, 'id' | 'familyId' | 'threatToLife'>,
): Promise<PrimaryAssessmentRow> {
  const row: PrimaryAssessmentRow = {
    id: randomUUID(),
    appealId: appeal.id,
    familyId: appeal.familyId,
    status: 'DUE',
    recognised: null,
    grounds: [],
    notRecognisedReason: null,
    needsConfirmedAt: null,
    startedAt: null,
    completedAt: null,
    version: 1,
  };
  await at.intake.insertAssessment(row);
  await at.write.setDeadline(row.id, 'ASSESSMENT', dueBy(appeal.threatToLife ? 'DL-03' : 'DL-02', at));
  return row;
}

/** Ends what is open of an assessment without a finding; nothing is due from it any more. */
export async function cancelOpenAssessment({ write, intake, now }: CaseWriter, appealId: string): Promise<void> {
  const open = await intake.findOpenAssessment(appealId);
  if (!open) return;
  await intake.updateAssessment(open.id, { status: 'CANCELLED' });
  await write.meetDeadline(open.id, 'ASSESSMENT', now);
}

/** A known threat shortens the assessment that is open to one working day from now, and never lengthens it (DL-03). */
export async function shortenAssessment(at: CaseWriter, assessmentId: string): Promise<void> {
  const before = await at.write.findDeadline(assessmentId, 'ASSESSMENT');
  if (before?.rule === 'DL-03') return;
  const shorter = dueBy('DL-03', at);
  const dueAt = before && Temporal.Instant.compare(before.dueAt, shorter.dueAt) < 0 ? before.dueAt : shorter.dueAt;
  await at.write.setDeadline(assessmentId, 'ASSESSMENT', { ...shorter, dueAt });
}

/**
 * Calls the mobile group in, or adds a source to the case that it is at (Rules p.22, R-055). The first source stays the
 * published one.
 *
 * @param earlier sources that reported the same event before, oldest first
 */
export async function alertMobileGroup(
  { intake, now }: CaseWriter,
  appeal: Pick<AppealRow, 'id' | 'districtKato'>,
  reported: { source: SignalSource; threatToLife: boolean; sameEvent: boolean; earlier: readonly SignalSource[] },
): Promise<void> {
  const latest = await intake.findMobileCase(appeal.id);
  const decision = decideMobileCall(latest ?? null, reported);
  if (decision === 'CALL') {
    const sources = [...new Set([...reported.earlier, reported.source])];
    await intake.insertMobileCase({
      id: randomUUID(),
      appealId: appeal.id,
      groupId: null,
      districtKato: appeal.districtKato,
      registeredAt: now,
      source: sources[0] ?? reported.source,
      sources,
      status: 'REGISTERED',
      version: 1,
    });
  }
  if (decision === 'JOIN' && latest && !latest.sources.includes(reported.source)) {
    await intake.updateMobileCase(latest.id, { sources: [...latest.sources, reported.source] });
  }
}

/** From now on the centre leads the case of these people, and every agency learns it (decision A4); who knew is not told again. */
export async function beginLead(
  { intake, now }: CaseWriter,
  lead: { familyId: string | null; centreId: string; personIds: readonly string[] },
): Promise<DomainEvent[]> {
  const { familyId, centreId } = lead;
  const subjects = new Set([...(familyId ? [familyId] : []), ...lead.personIds]);
  if (subjects.size === 0) return [];
  const begun = await intake.insertLeadCentreFacts(
    [...subjects].map((subjectId) => ({ id: randomUUID(), familyId, subjectId, centreId, since: now, endedAt: null })),
  );
  return begun.length > 0 ? [accessFactsChanged(begun.map(toAccessFact))] : [];
}

/** The case is closed: nobody leads it until it is opened again. */
export async function endLead(
  { write, intake, now }: CaseWriter,
  appeal: Pick<AppealRow, 'familyId' | 'applicantId' | 'centreId'>,
): Promise<DomainEvent[]> {
  const { familyId, applicantId, centreId } = appeal;
  if (familyId !== null && (await write.findCurrentPlan(familyId))) return [];
  const of = familyId !== null ? { familyId } : applicantId !== null ? { personId: applicantId } : null;
  if (!of) return [];
  const ended = new Map((await intake.endLeadCentreFacts(of, now)).map((row) => [row.id, toAccessFact(row)]));
  const subjectIds = new Set([...ended.values()].map(({ subjectId }) => subjectId));
  for (const fact of await intake.listLeadCentreFacts([...Object.values(of), ...subjectIds], now)) {
    if (fact.organisationId === centreId) ended.set(fact.id, fact);
  }
  return ended.size > 0 ? [accessFactsChanged([], [...ended.values()])] : [];
}

export function toAccessFact({ id, subjectId, centreId }: LeadCentreFactRow): AccessFactRow {
  return {
    id,
    subjectId,
    kind: 'LEAD_CENTRE',
    organisationId: centreId,
    userId: null,
    otherPersonId: null,
    scope: null,
    validUntil: null,
  };
}

/** Ends the work on an appeal: nothing is due in it any more. Tells who no longer leads. */
export async function closeCase(at: CaseWriter, appeal: AppealRow, note: string): Promise<DomainEvent[]> {
  const { write, now } = at;
  await cancelOpenAssessment(at, appeal.id);
  await write.meetDeadline(appeal.id, 'CONSULTATION', now);
  await write.updateAppeal(appeal.id, { status: 'CLOSED', closedAt: now, closingNote: note });
  await write.refreshNextDue(appeal.id);
  return endLead(at, appeal);
}
