import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { accessFactsChanged } from '../../../kit/access-facts.ts';
import type { Audit } from '../../../kit/audit.ts';
import { kitPart, type KitTables } from '../../../kit/kit-tables.ts';
import { findSurvivor } from '../../../kit/merges.ts';
import { appendEvents, type EventContext } from '../../../kit/outbox.ts';
import { MOBILE_CASE_AT_WORK } from '../../rules/signal-place.ts';
import type { AppealRow, Tables } from '../../store.ts';
import { beginLead, cancelOpenAssessment, type CaseWriter, toAccessFact } from './case-steps.ts';
import { toCaseWriter } from './own-appeal.ts';
import { addToAppeal } from './take-signal.ts';

/**
 * What was reported and done on the later appeal belongs to the family's own from now on, as if it had been told there.
 *
 * @param mergeIds the merges of persons without which they would be two matters
 */
export async function joinAppeals(
  at: CaseWriter,
  own: AppealRow,
  later: AppealRow,
  familyId: string | null,
  mergeIds: readonly string[],
): Promise<void> {
  const { write, intake, now } = at;
  const [first] = await intake.listSignalsOfAppeal(later.id);
  const recordIds = await intake.moveRecords(later.id, own.id, familyId);
  await cancelOpenAssessment(at, later.id);
  await write.meetDeadline(later.id, 'CONSULTATION', now);
  await write.updateAppeal(later.id, {
    familyId,
    status: 'CLOSED',
    closedAt: now,
    closingNote: `Объединено с обращением ${own.number} той же семьи.`,
  });
  await write.refreshNextDue(later.id);
  const movedCase = await joinMobileCases(at, own, later);
  if (first) await addToAppeal(at, own, { ...first, familyId, threatToLife: later.threatToLife }, []);
  await intake.setParted(later.id, now);
  await intake.insertJoining({
    id: randomUUID(),
    appealId: later.id,
    intoId: own.id,
    joinedAt: now,
    mergeIds: [...mergeIds],
    recordIds: movedCase === null ? recordIds : [...recordIds, movedCase],
    partedAt: null,
  });
}

/**
 * The mobile group is called once: the later case is the only one, or ends where nobody has been sent out for it yet.
 *
 * @returns the case that is of the other appeal now
 */
async function joinMobileCases({ intake }: CaseWriter, own: AppealRow, later: AppealRow): Promise<string | null> {
  const called = await intake.findMobileCase(later.id);
  const kept = await intake.findMobileCase(own.id);
  if (!called) return null;
  if (!kept || !MOBILE_CASE_AT_WORK.some((status) => status === kept.status)) {
    await intake.updateMobileCase(called.id, { appealId: own.id });
    return called.id;
  }
  await intake.updateMobileCase(kept.id, { sources: [...new Set([...kept.sources, ...called.sources])] });
  if (called.status === 'REGISTERED') await intake.updateMobileCase(called.id, { status: 'CLOSED' });
  return null;
}

/**
 * A merge was taken back: those whose appeals became one by it are two people. What was told of the one is a matter of its own
 * again, open, with its deadlines from now on, and no longer stands in the case of the other (I-03). Should the two belong to
 * one family after all, the job that finds families joins them anew.
 */
export async function partAppeals(
  trx: Kysely<Tables & KitTables>,
  mergeId: string,
  context: EventContext,
): Promise<Audit | void> {
  const kit = kitPart(trx);
  const at = toCaseWriter(trx, context);
  const { write, intake, now } = at;
  const parted: string[] = [];
  for (const { appealId, intoId, recordIds } of await intake.listJoiningsBy(mergeId)) {
    const placeId = await intake.findPresentPlace(intoId);
    const [later, place] = [await intake.lockAppeal(appealId), await intake.lockAppeal(placeId)];
    if (!later || !place || later.applicantId === null) continue;
    const { applicantId, centreId, threatToLife } = later;
    // By another merge they may be one still.
    if (place.applicantId && (await findSurvivor(kit, applicantId)) === (await findSurvivor(kit, place.applicantId))) {
      continue;
    }
    await intake.setParted(appealId, now);
    await intake.moveRecords(placeId, appealId, null, recordIds);
    await write.updateAppeal(placeId, {});
    await write.updateAppeal(appealId, { familyId: null, familyAskedAt: null });
    const [first] = await intake.listSignalsOfAppeal(appealId);
    if (first) await addToAppeal(at, { ...later, familyId: null }, { ...first, familyId: null, threatToLife }, []);
    const ended = place.familyId === null ? [] : await intake.endLeadOfMember(place.familyId, applicantId, now);
    await appendEvents(
      kit,
      [
        ...(ended.length > 0 ? [accessFactsChanged([], ended.map(toAccessFact))] : []),
        ...(await beginLead(at, { familyId: null, centreId, personIds: [applicantId] })),
      ],
      now,
    );
    parted.push(appealId, placeId);
  }
  return parted.length > 0 ? { entityIds: parted, after: { mergeId } } : undefined;
}
