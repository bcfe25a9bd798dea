import { z } from 'zod';
import { type Command, conflictWith } from '../../../kit/command.ts';
import { entityId, idempotencyKey, longText, optional } from '../../../kit/input.ts';
import { PeerUnavailable, type Peers } from '../../../kit/peer.ts';
import { type Decision, allow, refuse } from '../../../kit/refusal.ts';
import type { EvidenceKind } from '../../__generated__/resolvers.ts';
import { checkReporter } from '../../rules/measure-reporter.ts';
import { REPORTABLE_STATUSES, reportMeasure } from '../../rules/measure-state.ts';
import { PLAN_STATUSES_IN_FORCE } from '../../rules/plan-state.ts';
import { createWriter, type Tables } from '../../store.ts';
import { EVIDENCE_OWNERS } from '../../evidence.ts';
import { lockKnownMeasure, type MeasureAnswer } from './measure-answer.ts';
import { checkNoConflict } from './plan-answer.ts';
import { openPlanJournal } from './plan-journal.ts';

const ReportMeasureStatusInput = z.object({
  idempotencyKey,
  measureId: entityId,
  expectedVersion: z.int(),
  status: z.enum(REPORTABLE_STATUSES, `A body must report one of ${REPORTABLE_STATUSES.join(', ')}.`),
  note: optional(longText),
  evidence: optional(z.object({ kind: z.custom<EvidenceKind>(), id: entityId })),
  onBehalf: z
    .boolean()
    .nullish()
    .transform((onBehalf) => onBehalf ?? false),
});
type ReportMeasureStatusInput = z.output<typeof ReportMeasureStatusInput>;

/**
 * The responsible body says how far a measure has come (S1 ¶93, I-10), with the evidence from its own records.
 * Steps in between are added to the history: who reports work as done has accepted and begun it.
 */
export const reportMeasureStatus: Command<Tables, ReportMeasureStatusInput, Decision, MeasureAnswer> = {
  name: 'reportMeasureStatus',
  writes: 'OWN_MEASURE',
  input: ReportMeasureStatusInput,
  read: (_, { evidence }, { peers }) => checkEvidence(peers, evidence),
  carryOut: async (trx, input, evidence, context) => {
    const write = createWriter(trx);
    const { caller, now } = context;
    const known = await lockKnownMeasure(trx, input.measureId, context);
    if (!known.ok) return known;
    const { measure, plan } = known.value;
    const organisationId = caller.kind === 'USER' ? caller.organisationId : null;
    const reporter = checkReporter(
      { ...measure, leadCentreId: plan.leadCentreId },
      {
        organisationId,
        caseManager: caller.kind === 'USER' && caller.role === 'CASE_MANAGER',
        onBehalf: input.onBehalf,
      },
    );
    if (!reporter.ok) return reporter;
    const unbiased = await checkNoConflict(trx, { id: measure.id, familyId: plan.familyId }, context);
    if (!unbiased.ok) return unbiased;
    if (measure.version !== input.expectedVersion) {
      return conflictWith<MeasureAnswer>(
        { measureId: measure.id },
        { entityId: measure.id, expected: input.expectedVersion, version: measure.version, path: 'expectedVersion' },
      );
    }
    if (!PLAN_STATUSES_IN_FORCE.includes(plan.status)) {
      return refuse(
        'INVALID_STATE',
        `A measure is reported on while its plan is ${PLAN_STATUSES_IN_FORCE.join(' or ')}, not ${plan.status}.`,
        {
          entityId: plan.id,
          currentState: plan.status,
        },
      );
    }
    const steps = reportMeasure(measure, input.status, input.note);
    if (!steps.ok) return steps;
    if (!evidence.ok) return evidence;

    const organisation = organisationId === null ? undefined : await write.findOrganisation(organisationId);
    const journal = openPlanJournal(trx, plan, now);
    await journal.stepMeasures([measure], steps.value, {
      organisation: organisation?.titleRu ?? '',
      onBehalf: reporter.value.onBehalf,
      note: input.note,
    });
    if (input.evidence) {
      await write.insertEvidence({
        measureId: measure.id,
        kind: input.evidence.kind,
        evidenceId: input.evidence.id,
        at: now,
      });
    }
    return {
      answer: { measureId: measure.id },
      audit: {
        entityIds: [measure.id, plan.id],
        before: { status: measure.status, version: measure.version },
        after: { status: input.status, version: measure.version + 1, onBehalf: reporter.value.onBehalf },
      },
      events: await journal.close(),
    };
  },
};

const Entities = z.object({ _entities: z.array(z.object({}).nullable()).length(1) });

/** The record that is given as evidence must exist at the agency that keeps it. */
async function checkEvidence(peers: Peers, evidence: ReportMeasureStatusInput['evidence']): Promise<Decision> {
  if (!evidence) return allow();
  const { agency, type, key } = EVIDENCE_OWNERS[evidence.kind];
  const path = ['input', 'evidence', 'id'];
  try {
    const { _entities } = await peers.query(agency, {
      document: 'query Evidence($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
      variables: { r: [{ __typename: type, [key]: evidence.id }] },
      shape: Entities,
    });
    if (_entities[0]) return allow();
    return refuse('EVIDENCE_NOT_FOUND', `The evidence must be a record of kind ${evidence.kind} that exists.`, {
      path,
    });
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    return refuse(
      'AGENCY_UNAVAILABLE',
      `The agency that keeps the evidence, ${agency}, must answer; it does not now.`,
      { path },
    );
  }
}
