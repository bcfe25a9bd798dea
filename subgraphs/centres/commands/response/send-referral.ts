import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accessFactsChanged } from '../../../kit/access-facts.ts';
import type { Command } from '../../../kit/command.ts';
import { computeDeadline, findDeadlineRule, toLocalDate } from '../../../kit/deadline.ts';
import { tell } from '../../../kit/events.ts';
import { entityId, idempotencyKey, optional, shortText } from '../../../kit/input.ts';
import { PeerUnavailable, type Peers } from '../../../kit/peer.ts';
import { findNamedPerson, type NamedPerson } from '../../../kit/person-hint.ts';
import { type Decision, allow, refuse } from '../../../kit/refusal.ts';
import type { ReferralKind } from '../../__generated__/resolvers.ts';
import { createResponseWriter, lockAppeal } from '../../response-store.ts';
import { checkAddressee, findReferralRule, findSignsNotedAt } from '../../rules/referral.ts';
import { createWriter, type ReferralRow, type Tables } from '../../store.ts';
import { findActingEmployee } from '../plans/plan-answer.ts';
import { isOpposedIn } from './case-subjects.ts';
import { assignedByReferral } from './referral-access.ts';

const SendReferralInput = z.object({
  idempotencyKey,
  appealId: entityId,
  personId: entityId,
  kind: z.custom<ReferralKind>(),
  crisisCentreId: optional(entityId),
  organisation: optional(shortText),
});
type SendReferralInput = z.output<typeof SendReferralInput>;

/** What a command on a referral stores as its answer. */
export interface ReferralAnswer {
  readonly referralId: string;
}

interface Read {
  readonly person: Decision<NamedPerson>;
  readonly crisisCentre: Decision;
}

/**
 * Refers a person of an appeal to another organisation (Rules p.13(1), 24). With the sending the limit of the law is kept;
 * from then on the organisation may see the person, and social protection is told of an identification.
 */
export const sendReferral: Command<Tables, SendReferralInput, Read, ReferralAnswer> = {
  name: 'sendReferral',
  writes: 'CASE_HEADER',
  input: SendReferralInput,
  read: async (_, { idempotencyKey: key, personId, crisisCentreId }, { peers }) => ({
    person: await findNamedPerson(peers, { personId, person: null }, key),
    crisisCentre: crisisCentreId === null ? allow() : await checkCrisisCentre(peers, crisisCentreId),
  }),
  carryOut: async (trx, input, read, context) => {
    const { now, calendar } = context;
    const general = createWriter(trx);
    const write = createResponseWriter(trx);
    const employee = await findActingEmployee(general, context);
    const appeal = await lockAppeal(trx, input.appealId);
    if (!appeal || employee?.centreId !== appeal.centreId || (await isOpposedIn(trx, appeal, context))) {
      return refuse('NOT_FOUND', 'The appeal must be one of the caller’s centre.', { path: ['input', 'appealId'] });
    }
    const addressee = checkAddressee(input);
    if (!addressee.ok) return addressee;
    const person = await checkPerson(input.personId, read.person, appeal.familyId, () =>
      write.isPersonOfAppeal(input.personId, appeal.id),
    );
    if (!person.ok) return person;
    if (!read.crisisCentre.ok) return read.crisisCentre;
    if (appeal.status === 'CLOSED') {
      return refuse('INVALID_STATE', 'The appeal must be open; it is closed.', {
        path: ['input', 'appealId'],
        entityId: appeal.id,
        currentState: appeal.status,
      });
    }
    const organisations =
      input.organisation === null
        ? []
        : await general.listOrganisationsNamed([input.organisation], appeal.districtKato);
    if (input.organisation !== null && organisations.length !== 1) {
      return refuse(
        'ORGANISATION_NOT_FOUND',
        'The organisation must be the id or the exact title of one in the directory of the district.',
        { path: ['input', 'organisation'] },
      );
    }

    const [addressed] = organisations;
    const referral: ReferralRow = {
      id: randomUUID(),
      appealId: appeal.id,
      personId: person.value,
      kind: input.kind,
      // However a crisis centre was named, the referral is one to a crisis centre.
      organisationId: addressed?.crisisCentre === false ? addressed.id : null,
      crisisCentreId: addressed?.crisisCentre ? addressed.id : input.crisisCentreId,
      status: 'SENT',
      refusalReason: null,
      sentAt: now,
      version: 1,
    };
    await write.insertReferral(referral);
    const limit = findReferralRule(input.kind, {
      registeredAt: appeal.registeredAt,
      signsNotedAt: findSignsNotedAt((await write.findAssessmentOf(appeal.id)) ?? null),
      now,
    });
    const rule = limit && findDeadlineRule(limit.rule, toLocalDate(limit.startedAt));
    if (limit && rule) {
      await general.setDeadline(referral.id, 'REFERRAL', computeDeadline(rule, limit.startedAt, calendar));
      await general.meetDeadline(referral.id, 'REFERRAL', now);
    }
    if (input.kind === 'INFORMATION_REDIRECT') {
      // To redirect is one of the two things that are due within a working day (DL-01).
      await general.meetDeadline(appeal.id, 'CONSULTATION', now);
      await general.refreshNextDue(appeal.id);
    }
    const { titleRu } = await general.getCentre(appeal.centreId);
    for (const status of ['CREATED', 'SENT'] as const) {
      await write.appendReferralEntry({
        id: randomUUID(),
        referralId: referral.id,
        at: now,
        status,
        byOrganisation: titleRu,
        note: null,
      });
    }
    await general.recordChanges(
      [{ kind: 'REFERRAL', referralId: referral.id, concerns: await write.listConcerned(referral, appeal.centreId) }],
      now,
    );
    const { id: referralId, personId, crisisCentreId, organisationId } = referral;
    return {
      answer: { referralId },
      audit: { entityIds: [referralId, appeal.id, personId], after: { referral } },
      events: [
        accessFactsChanged(assignedByReferral(referral)),
        ...(input.kind === 'VICTIM_IDENTIFICATION'
          ? [
              tell('IdentificationRequested', {
                referralId,
                personId,
                crisisCentreId,
                organisationId,
                at: now.toString(),
              }),
            ]
          : []),
      ],
    };
  },
};

/**
 * The person's id, after any merge: of somebody who applied, whom a signal was about, or who belongs to the family. The
 * first two are known here, also while social protection is down.
 */
async function checkPerson(
  personId: string,
  named: Decision<NamedPerson>,
  familyId: string | null,
  standsInAppeal: () => Promise<boolean>,
): Promise<Decision<string>> {
  if (await standsInAppeal()) return allow(personId);
  if (!named.ok) return named;
  if (familyId !== null && named.value.familyId === familyId) return allow(named.value.id);
  return refuse('NOT_FOUND', 'The person must be one of the appeal or of its family.', { path: ['input', 'personId'] });
}

const CrisisCentre = z.object({ _entities: z.array(z.object({}).nullable()).length(1) });

async function checkCrisisCentre(peers: Peers, id: string): Promise<Decision> {
  const path = ['input', 'crisisCentreId'];
  try {
    const { _entities } = await peers.query('social', {
      document: 'query CrisisCentre($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
      variables: { r: [{ __typename: 'CrisisCentre', id }] },
      shape: CrisisCentre,
    });
    return _entities[0] ? allow() : refuse('NOT_FOUND', 'There must be such a crisis centre.', { path });
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    return refuse('AGENCY_UNAVAILABLE', 'Social protection must know the crisis centre; it does not answer now.', {
      path,
    });
  }
}
