import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accessFactsChanged } from '../../kit/access-facts.ts';
import type { Command } from '../../kit/command.ts';
import { tellFact } from '../../kit/fact.ts';
import { deriveId } from '../../kit/derived-id.ts';
import { tell } from '../../kit/events.ts';
import { entityId, idempotencyKey, instant, listOf, longText, optional, shortText } from '../../kit/input.ts';
import type { AccessFactRow } from '../../kit/kit-tables.ts';
import { PersonHint } from '../../kit/person-hint.ts';
import { type Decision, refuse } from '../../kit/refusal.ts';
import { signalIdOf } from '../../kit/signal-id.ts';
import type { IncidentKind, InteriorService } from '../__generated__/resolvers.ts';
import { checkIncident } from '../rules/incident.ts';
import { createWriter, isIncidentRegistered, type Tables } from '../store.ts';
import { findParties, type KnownParties } from './incident-parties.ts';
import { bodyOf, isOwnDistrict, OFFICERS } from './officer.ts';

const some = <Item extends z.ZodType>(item: Item) =>
  listOf(item)
    .nullish()
    .transform((items) => items ?? []);

const RegisterIncidentInput = z.object({
  idempotencyKey,
  registryNumber: shortText,
  kind: z.custom<IncidentKind>(),
  occurredAt: instant,
  kato: z.string(),
  victimPersonId: optional(entityId),
  victim: optional(PersonHint),
  aggressorPersonId: optional(entityId),
  aggressor: optional(PersonHint),
  childrenPresentIds: some(entityId),
  childrenPresent: some(PersonHint),
  threatToLife: z.boolean(),
  reportedBy: z.custom<InteriorService>(),
  narrative: optional(longText),
  measureId: optional(entityId),
});
type RegisterIncidentInput = z.output<typeof RegisterIncidentInput>;

/** What the registration stores as its answer. */
export interface IncidentAnswer {
  readonly incidentId: string;
  readonly signalId: string | null;
  /** The number had been registered before, perhaps under another key. */
  readonly known: boolean;
}

/**
 * Police or probation register an incident, once for a registry number (J1): the centres get one signal of it, whose id is
 * known at once, and every agency learns whom the aggressor is in conflict with before anything else is done.
 */
export const registerIncident: Command<Tables, RegisterIncidentInput, Decision<KnownParties> | null, IncidentAnswer> = {
  name: 'registerIncident',
  writes: 'INCIDENT_AS_VICTIM',
  roles: OFFICERS,
  input: RegisterIncidentInput,
  read: async (db, input, context) => {
    const checked = checkIncident({ ...input, ownDistrict: isOwnDistrict(context.caller, input.kato) }, context.now);
    if (!checked.ok) return checked;
    return (await isIncidentRegistered(db, input.registryNumber)) ? null : findParties(input, context);
  },
  carryOut: async (trx, input, parties, context) => {
    const { caller, now } = context;
    if (await isIncidentRegistered(trx, input.registryNumber)) {
      const known = await createWriter(trx).findIncidentByNumber(input.registryNumber, context);
      if (!known || !isOwnDistrict(caller, known.kato)) {
        return refuse('FORBIDDEN', 'An incident that is registered must be of the own district and not be hidden.', {
          path: ['input', 'registryNumber'],
        });
      }
      return {
        answer: { incidentId: known.id, signalId: known.signalId, known: true },
        audit: { entityIds: [known.id], after: { known: true } },
      };
    }
    if (!parties) throw new Error('A registered incident must stay registered.');
    if (!parties.ok) return parties;

    const { victimId, victimFamilyId, aggressorId, childIds, protectedIds } = parties.value;
    const incidentId = randomUUID();
    const { registryNumber, kind, occurredAt, kato, threatToLife, reportedBy, narrative } = input;
    const source = reportedBy === 'PROBATION' ? 'PROBATION' : 'POLICE';
    const signalId = signalIdOf(source, registryNumber);
    await createWriter(trx).insertIncident(
      {
        id: incidentId,
        registryNumber,
        kind,
        occurredAt,
        kato,
        victimId,
        aggressorId,
        threatToLife,
        reportedBy,
        narrative,
        signalId,
      },
      childIds,
    );
    return {
      answer: { incidentId, signalId, known: false },
      audit: { entityIds: [incidentId, signalId], after: { kind, kato, threatToLife, reportedBy } },
      events: [
        ...(aggressorId === null ? [] : [accessFactsChanged(toConflicts(incidentId, aggressorId, protectedIds))]),
        tell('SignalReported', {
          signalId,
          source,
          sourceSystem: source,
          sourceRecordId: registryNumber,
          personId: victimId,
          kind,
          kato,
          occurredAt: occurredAt.toString(),
          receivedAt: now.toString(),
          threatToLife,
          summary: narrative,
          senderId: bodyOf(caller),
        }),
        ...(childIds.length === 0
          ? []
          : [
              tell('ChildrenPresent', {
                incidentId,
                kato,
                occurredAt: occurredAt.toString(),
                childIds: [...childIds],
              }),
            ]),
        ...tellFact(
          input.measureId,
          {
            evidenceKind: 'POLICE_INCIDENT',
            evidenceId: incidentId,
            state: 'REGISTERED',
            subject: { personId: victimId, familyId: victimFamilyId },
          },
          context,
        ),
      ],
    };
  },
};

/**
 * The aggressor is in conflict with each of those whom the incident protects, for good (domain.md 8.3). The id of the fact
 * follows from the incident and the person, so that whoever lifts the conflict can name it.
 */
function toConflicts(incidentId: string, aggressorId: string, protectedIds: readonly string[]): AccessFactRow[] {
  return protectedIds.map((subjectId) => ({
    id: deriveId('conflict', incidentId, subjectId),
    subjectId,
    kind: 'CONFLICT',
    organisationId: null,
    userId: null,
    otherPersonId: aggressorId,
    scope: null,
    validUntil: null,
  }));
}
