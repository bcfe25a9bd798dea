import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../kit/command.ts';
import { tellFact } from '../../kit/fact.ts';
import { entityId, idempotencyKey, instant, optional, shortText } from '../../kit/input.ts';
import { PeerUnavailable, type Peers } from '../../kit/peer.ts';
import { refuse } from '../../kit/refusal.ts';
import { checkIssue, toLegalBasis, toValidUntil } from '../rules/protection-order.ts';
import { createWriter, findIncident, type Tables } from '../store.ts';
import { bodyOf, isOwnDistrict, OFFICERS } from './officer.ts';
import type { OrderAnswer } from './order-command.ts';

const IssueProtectionOrderInput = z.object({
  idempotencyKey,
  incidentId: entityId,
  number: shortText,
  issuedAt: instant,
  measureId: optional(entityId),
});

/** The police forbid the aggressor of an incident to come near its victim; the order runs only from its service (DL-10). */
export const issueProtectionOrder: Command<
  Tables,
  z.output<typeof IssueProtectionOrderInput>,
  Birth | null,
  OrderAnswer
> = {
  name: 'issueProtectionOrder',
  writes: 'OFFENDER_RECORDS',
  roles: OFFICERS,
  input: IssueProtectionOrderInput,
  read: async (db, { incidentId }, context) => {
    const incident = await findIncident(db, incidentId, context);
    return incident?.aggressorId ? findBirth(context.peers, incident.aggressorId) : null;
  },
  carryOut: async (trx, input, birth, context) => {
    const write = createWriter(trx);
    const { caller, now } = context;
    const incident = await findIncident(trx, input.incidentId, context);
    if (!incident || !isOwnDistrict(caller, incident.kato)) {
      return refuse('NOT_FOUND', 'There must be such an incident in the district.', { path: ['input', 'incidentId'] });
    }
    const issue = checkIssue(incident, input.issuedAt, birth, now);
    if (!issue.ok) return issue;
    if (await write.isOrderNumberTaken(input.number)) {
      return refuse('INVALID_INPUT', 'The number of an order must be unique in the country; this one is taken.', {
        path: ['input', 'number'],
      });
    }
    const id = randomUUID();
    await write.insertOrder({
      id,
      number: input.number,
      incidentId: incident.id,
      kato: incident.kato,
      victimId: incident.victimId,
      aggressorId: issue.value.aggressorId,
      issuedAt: input.issuedAt,
      servedAt: null,
      validUntil: toValidUntil(input.issuedAt).toString(),
      status: 'ISSUED',
      legalBasis: toLegalBasis(input.issuedAt),
      nextCheckDueOn: null,
      annulledAt: null,
      annulmentReason: null,
      courtDecidedAt: null,
      courtDecisionNumber: null,
      endAnnouncedAt: null,
      measureId: input.measureId,
      measureBody: input.measureId && bodyOf(caller),
      version: 1,
    });
    return {
      answer: { orderId: id },
      audit: { entityIds: [id, incident.id], after: { status: 'ISSUED', version: 1, ageKnown: birth !== null } },
      events: tellFact(
        input.measureId,
        {
          evidenceKind: 'PROTECTION_ORDER',
          evidenceId: id,
          state: 'ISSUED',
          subject: { personId: incident.victimId, familyId: null },
        },
        context,
      ),
    };
  },
};

const Birth = z.object({ birthDate: z.string().nullable(), birthYear: z.int().nullable() });
type Birth = z.output<typeof Birth>;

/** Null when social protection does not answer: protection does not wait for the proof of an age. */
async function findBirth(peers: Peers, personId: string): Promise<Birth | null> {
  try {
    const { person } = await peers.query('social', {
      document: 'query Birth($id: ID!) { person(id: $id) { birthDate birthYear } }',
      variables: { id: personId },
      shape: z.object({ person: Birth.nullable() }),
    });
    return person;
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    return null;
  }
}
