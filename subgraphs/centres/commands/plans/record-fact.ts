import type { Kysely } from 'kysely';
import type { EventPayload } from '../../../../schema/events.ts';
import type { Audit } from '../../../kit/audit.ts';
import { kitPart, type KitTables } from '../../../kit/kit-tables.ts';
import { appendEvents, type EventContext } from '../../../kit/outbox.ts';
import { createIntakeWriter } from '../../intake-store.ts';
import { createPlanWriter } from '../../plan-store.ts';
import { concernsFamily, moveByFact } from '../../rules/fact-moves.ts';
import { lockMeasure, type Tables } from '../../store.ts';
import { openPlanJournal } from './plan-journal.ts';

/**
 * Another agency has recorded something that names a measure (decision C3). A record about the plan's family is linked as
 * evidence while the plan is in force, and a record of the responsible body itself moves the measure by the same machine as its report would (I-10).
 * What moves nothing is kept in the audit with the reason: an event is never refused.
 */
export async function recordFact(
  trx: Kysely<Tables & KitTables>,
  fact: EventPayload<'FactRecorded'>,
  { now }: EventContext,
): Promise<Audit> {
  const found = await lockMeasure(trx, fact.measureId);
  const sentAt = await createPlanWriter(trx).findSending(fact.measureId);
  const sameFamily = found !== null && (await concernsFamilyOf(trx, found, fact));
  const outcome = moveByFact(found && { ...found, sentAt, sameFamily }, fact, now);
  if (found && outcome.linked) {
    const { measure, plan } = found;
    const journal = openPlanJournal(trx, plan, now);
    const { write } = journal;
    if (outcome.steps.length > 0 && measure.organisationId !== null) {
      const organisation = await write.findOrganisation(measure.organisationId);
      await journal.stepMeasures([measure], outcome.steps, {
        organisation: organisation?.titleRu ?? '',
        note: outcome.note,
        at: outcome.at,
      });
    } else {
      journal.touchMeasure(measure);
    }
    if (fact.evidenceKind !== null && fact.evidenceId !== null) {
      await write.insertEvidence({
        measureId: measure.id,
        kind: fact.evidenceKind,
        evidenceId: fact.evidenceId,
        at: outcome.at,
      });
    }
    await appendEvents(kitPart(trx), await journal.close(), now);
  }
  return {
    entityIds: [fact.measureId],
    after: { kind: fact.evidenceKind, state: fact.state, steps: outcome.steps, because: outcome.because },
  };
}

async function concernsFamilyOf(
  trx: Kysely<Tables & KitTables>,
  { measure, plan }: NonNullable<Awaited<ReturnType<typeof lockMeasure>>>,
  { subject }: EventPayload<'FactRecorded'>,
): Promise<boolean> {
  if (subject === null) return true;
  return concernsFamily(measure, subject, {
    familyId: await createIntakeWriter(trx).findKnownFamily(subject.personId),
    inPlan: await createPlanWriter(trx).isInPlan(plan.id, subject.personId),
  });
}
