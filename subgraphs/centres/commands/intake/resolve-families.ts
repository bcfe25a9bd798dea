import type { Kysely, Transaction } from 'kysely';
import { accessFactsChanged } from '../../../kit/access-facts.ts';
import { writeAudit } from '../../../kit/audit.ts';
import { type Job, type JobContext, takeSteps } from '../../../kit/jobs.ts';
import { kitPart, type KitTables } from '../../../kit/kit-tables.ts';
import { findSurvivor } from '../../../kit/merges.ts';
import { appendEvents, type DomainEvent } from '../../../kit/outbox.ts';
import { createIntakeQueues } from '../../intake-store.ts';
import type { AppealRow, Tables } from '../../store.ts';
import { APPEAL } from '../../rules/appeal-state.ts';
import { beginLead, toAccessFact } from './case-steps.ts';
import { askForFamily, type KnownFamily } from './family-members.ts';
import { joinAppeals } from './join-appeals.ts';
import { toCaseWriter } from './own-appeal.ts';

const BATCH = 100;
/** Who had no family is asked about again after so long. */
const ASK_AGAIN_MINUTES = 60;

/**
 * Finds the families of people about whom something came while nobody could say to which one they belong. Where the family has
 * an open appeal of its own, the two are one matter and become one appeal (domain.md 6.3). So do two appeals of persons or of
 * families that were found to be one.
 */
export const resolveFamilies: Job<Tables> = {
  name: 'resolve-families',
  run: async (db, context) => {
    const { now, peers } = context;
    const waiting = await createIntakeQueues(db).listFamilylessAppeals(
      now.subtract({ minutes: ASK_AGAIN_MINUTES }),
      BATCH,
    );
    let resolved = 0;
    for (const { id, applicantId } of waiting) {
      if (applicantId === null) continue;
      const family = await askForFamily(peers, applicantId);
      // Nobody answers: all of them are asked about again at the next run.
      if (family === 'UNAVAILABLE') break;
      resolved += await takeSteps(db, context, [id], (trx) => settle(trx, id, applicantId, family, context));
    }
    const merged = await createIntakeQueues(db).listAppealsOfMergedFamilies(BATCH);
    return (
      resolved + (await takeSteps(db, context, merged, (trx, one) => settleMerged(trx, one.id, one.familyId, context)))
    );
  },
};

async function settle(
  trx: Transaction<Tables & KitTables>,
  appealId: string,
  personId: string,
  family: KnownFamily | null,
  context: JobContext,
): Promise<number> {
  const kit = kitPart(trx);
  const at = toCaseWriter(trx, context);
  const survivorId = await findSurvivor(kit, personId);
  await at.intake.lockSubjects([survivorId, ...(family ? [family.id] : [])]);
  const familyCase = family ? await at.intake.lockFamilyCase(family.id) : undefined;
  const own = family
    ? await at.intake.findOpenAppeal(family.id, null)
    : survivorId !== personId
      ? await at.intake.findOpenAppeal(null, survivorId)
      : undefined;
  const appeal = await at.intake.lockAppeal(appealId);
  if (!appeal || appeal.familyId !== null || appeal.status === 'CLOSED') return 0;
  await at.intake.setFamilyAsked([appeal.id], at.now);
  if (!family) {
    if (!own) return 0;
    await joinAppeals(at, own, appeal, own.familyId, await at.intake.listMergesOf(personId));
    await auditMerger(kit, context, own, appeal);
    return 1;
  }
  if (!familyCase) await at.intake.insertFamilyCase(family.id, own?.centreId ?? appeal.centreId);
  const centreId = familyCase?.leadCentreId ?? own?.centreId ?? appeal.centreId;
  const ended = await at.intake.endLeadCentreFacts({ personId }, at.now);
  const events: DomainEvent[] = [
    ...(ended.length > 0 ? [accessFactsChanged([], ended.map(toAccessFact))] : []),
    ...(await beginLead(at, { familyId: family.id, centreId, personIds: [...family.memberIds, personId] })),
  ];
  if (own) await joinAppeals(at, own, appeal, family.id, await at.intake.listMergesOf(personId));
  else {
    const { districtKato } = await at.write.getCentre(centreId);
    await at.write.updateAppeal(appeal.id, { familyId: family.id, centreId, districtKato });
    await at.intake.setFamily(appeal.id, family.id);
  }
  await writeAudit(kit, 'resolve-families', context, {
    entityIds: [appeal.id, ...(own ? [own.id] : [])],
    after: { familyId: family.id, merged: own !== undefined },
  });
  await appendEvents(kit, events, at.now);
  return 1;
}

/** Two open appeals of families that were merged become one; alone, the appeal follows its family. */
async function settleMerged(
  trx: Transaction<Tables & KitTables>,
  appealId: string,
  familyId: string,
  context: JobContext,
): Promise<number> {
  const kit = kitPart(trx);
  const at = toCaseWriter(trx, context);
  await at.intake.lockSubjects([familyId]);
  const own = await at.intake.findOpenAppeal(familyId, null);
  const appeal = await at.intake.lockAppeal(appealId);
  const isMerged = appeal?.familyId && (await findSurvivor(kit, appeal.familyId)) === familyId;
  if (!isMerged || appeal.familyId === familyId || !APPEAL.moves[appeal.status].merge) return 0;
  // A family is merged for good.
  if (own) await joinAppeals(at, own, appeal, familyId, []);
  else {
    await at.write.updateAppeal(appeal.id, { familyId });
    await at.intake.setFamily(appeal.id, familyId);
  }
  await auditMerger(kit, context, own ?? appeal, appeal);
  return 1;
}

async function auditMerger(kit: Kysely<KitTables>, context: JobContext, own: AppealRow, appeal: AppealRow) {
  await writeAudit(kit, 'resolve-families', context, {
    entityIds: [appeal.id, own.id],
    after: { merged: own !== appeal },
  });
}
