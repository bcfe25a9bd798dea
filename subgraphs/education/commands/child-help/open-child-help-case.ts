import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { toRegionKato } from '../../../../schema/regions.ts';
import type { CommandContext } from '../../../kit/command.ts';
import { toLocalDate } from '../../../kit/deadline.ts';
import { tellFact } from '../../../kit/fact.ts';
import { entityId, idempotencyKey, instant, optional } from '../../../kit/input.ts';
import { createNumber } from '../../../kit/number.ts';
import { PersonHint } from '../../../kit/person-hint.ts';
import { allow, type Decision, refuse } from '../../../kit/refusal.ts';
import { findSubject } from '../../../kit/subject.ts';
import { createChildHelpWriter } from '../../case-store.ts';
import { checkNotInFuture } from '../../rules/child-help.ts';
import type { ChildHelpCaseRow } from '../../store.ts';
import { type CaseAnswer, caseAnswer, type CaseCommand } from './case-answer.ts';
import { findPlaceOf } from './child-place.ts';
import { warnOfRooms } from './rooms-in-region.ts';
import { settleProposals } from './settle-proposals.ts';
import { checkSourceIncident } from './source-incident.ts';

const OpenChildHelpCaseInput = z.object({
  idempotencyKey,
  childPersonId: optional(entityId),
  child: optional(PersonHint),
  reason: z.custom<ChildHelpCaseRow['reason']>(),
  sourceIncidentId: optional(entityId),
  detectedAt: instant,
  kato: optional(z.string()),
  measureId: optional(entityId),
});
type OpenChildHelpCaseInput = z.output<typeof OpenChildHelpCaseInput>;

interface Known {
  readonly childId: string;
  readonly familyId: string | null;
  /** Where the child lives, by the registry; null when that is not on record or the registry is down. */
  readonly place: string | null;
}

/**
 * Opens a case for a child, or returns the one that is open already (domain.md 6.3): a child tells its story once, whoever
 * asks for help. That there is no room in the region stops nothing.
 */
export const openChildHelpCase: CaseCommand<OpenChildHelpCaseInput, Decision<Known>> = {
  name: 'openChildHelpCase',
  writes: 'CHILD_HELP_CASE',
  roles: ['SOCIAL_PEDAGOGUE', 'GUARDIANSHIP', 'CHILD_HELP_ROOM'],
  input: OpenChildHelpCaseInput,
  read: async (db, input, context) => {
    const happened = checkNotInFuture(input.detectedAt, context.now, 'detectedAt');
    if (!happened.ok) return happened;
    const incident = await checkSourceIncident(db, input.sourceIncidentId, context);
    if (!incident.ok) return incident;
    const child = await findSubject(
      'openChildHelpCase',
      { idempotencyKey: input.idempotencyKey, personId: input.childPersonId, person: input.child },
      context,
      { personId: 'childPersonId', person: 'child' },
    );
    if (!child.ok) return child;
    const { id: childId, familyId } = child.value;
    return allow({ childId, familyId, place: await findPlaceOf(childId, context) });
  },
  carryOut: async (trx, input, known, context) => {
    if (!known.ok) return known;
    const { childId, familyId, place } = known.value;
    const write = createChildHelpWriter(trx);
    await write.lockChild(childId);
    const open = await write.findOpenCase(childId);
    if (open) {
      const settled = await settleProposals(write, { childId, caseId: open.id }, context);
      return {
        answer: caseAnswer(open.id, { existing: true, warnings: await warnOfRooms(write, open, context.now) }),
        audit: { entityIds: [open.id, childId, ...settled], after: { status: open.status, existing: true } },
        events: tellCase(open, familyId, input.measureId, context),
      };
    }
    const { caller, now } = context;
    const kato = place ?? input.kato ?? (caller.kind === 'USER' ? caller.districtKato : null);
    if (kato === null) {
      return refuse(
        'INVALID_INPUT',
        'The place must be given where neither child nor caller has a district on record.',
        {
          path: ['input', 'kato'],
        },
      );
    }
    const helpCase: ChildHelpCaseRow = {
      id: randomUUID(),
      number: createNumber('ДП', toLocalDate(now)),
      childId,
      regionKato: toRegionKato(kato),
      kato,
      reason: input.reason,
      status: 'SIGNALLED',
      roomId: null,
      noRoomAvailable: false,
      detectedAt: input.detectedAt,
      openedAt: now,
      closedAt: null,
      outcome: null,
      planId: null,
      sourceIncidentId: input.sourceIncidentId,
      version: 1,
    };
    await write.insertCase(helpCase);
    const settled = await settleProposals(write, { childId, caseId: helpCase.id }, context);
    const answer: CaseAnswer = caseAnswer(helpCase.id, { warnings: await warnOfRooms(write, helpCase, now) });
    return {
      answer,
      audit: { entityIds: [helpCase.id, childId, ...settled], after: { status: helpCase.status, version: 1 } },
      events: tellCase(helpCase, familyId, input.measureId, context),
    };
  },
};

function tellCase(
  { id, childId, status }: Pick<ChildHelpCaseRow, 'id' | 'childId' | 'status'>,
  familyId: string | null,
  measureId: string | null,
  context: CommandContext,
) {
  return tellFact(
    measureId,
    {
      evidenceKind: 'CHILD_HELP_CASE',
      evidenceId: id,
      state: status,
      subject: { personId: childId, familyId: familyId },
    },
    context,
  );
}
