import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { PeerUnavailable, type Peers } from '../../../kit/peer.ts';
import { allow, type Decision, type Refusal, refuse, type UserErrorCode } from '../../../kit/refusal.ts';
import type { Arrival } from '../../rules/residence-admission.ts';

/** Somebody whose one place in the country is held for the admission that is under way. */
export interface Reserved {
  readonly personId: string;
  readonly reservationId: string;
}

/** Where in the input a person stands: the adult first, then the minors in their order. */
const pathOf = (index: number) =>
  index === 0 ? ['input', 'personId'] : ['input', 'minorPersonIds', String(index - 1)];

const Person = z.object({
  id: z.uuid(),
  isMinor: z.boolean().nullable(),
  mergedInto: z.object({ id: z.uuid(), isMinor: z.boolean().nullable() }).nullable(),
});

/** Who these persons are, after any merges; in the order of the ids. */
export async function readArrivals(peers: Peers, ids: readonly string[]): Promise<Decision<readonly Arrival[]>> {
  const answer = await askSocial(peers, {
    document: aliased('query Arrivals', '$id: ID!', ids, 'person(id: $id) { id isMinor mergedInto { id isMinor } }'),
    variables: numbered('id', ids),
    shape: z.record(z.string(), Person.nullable()),
  });
  if (!answer.ok) return answer;
  const arrivals: Arrival[] = [];
  for (const index of ids.keys()) {
    const person = answer.value[`p${index}`];
    if (!person) return unknownArrival(index);
    const { id, isMinor } = person.mergedInto ?? person;
    arrivals.push({ id, isMinor });
  }
  return allow(arrivals);
}

export function unknownArrival(index: number): Refusal {
  return refuse('NOT_FOUND', 'There must be such a person.', { path: pathOf(index) });
}

const Reservation = z.object({
  reservationId: z.uuid().nullable(),
  userErrors: z.array(z.object({ code: z.custom<UserErrorCode>(), message: z.string() })),
});

/**
 * Holds the one place of each of them for this centre (decision B4), always in the same order. Social protection gives a
 * centre the reservation that it holds already, so that a try that was interrupted is gone on with under any key.
 */
export async function reservePlaces(
  peers: Peers,
  personIds: readonly string[],
  placeId: string,
): Promise<Decision<readonly Reserved[]>> {
  const ordered = personIds.toSorted();
  const answer = await askSocial(peers, {
    document: aliased(
      'mutation ReservePlaces',
      '$input: ReservePlaceInput!',
      ordered,
      'reservePlace(input: $input) { reservationId userErrors { code message } }',
    ),
    variables: numbered(
      'input',
      ordered.map((personId) => ({ idempotencyKey: randomUUID(), personId, placeId })),
    ),
    shape: z.record(z.string(), Reservation),
  });
  if (!answer.ok) return answer;
  const reserved: Reserved[] = [];
  for (const [index, personId] of ordered.entries()) {
    const reservation = answer.value[`p${index}`];
    if (!reservation?.reservationId) {
      const [error] = reservation?.userErrors ?? [];
      return refuse(
        error?.code ?? 'AGENCY_UNAVAILABLE',
        error?.message ?? 'Social protection must hold the place of the person; it did not.',
        { path: pathOf(personIds.indexOf(personId)) },
      );
    }
    reserved.push({ personId, reservationId: reservation.reservationId });
  }
  return allow(reserved);
}

/** One document with the same field for each of many, as p0, p1, … */
function aliased(operation: string, parameter: string, many: readonly unknown[], field: string): string {
  const [name = ''] = parameter.split(':');
  const numberedName = (text: string, index: number) => text.replaceAll(name, `${name}${index}`);
  const parameters = many.map((_, index) => numberedName(parameter, index));
  const fields = many.map((_, index) => `p${index}: ${numberedName(field, index)}`);
  return `${operation}(${parameters.join(', ')}) { ${fields.join(' ')} }`;
}

function numbered(name: string, values: readonly unknown[]): object {
  return Object.fromEntries(values.map((value, index) => [`${name}${index}`, value]));
}

async function askSocial<Data>(
  peers: Peers,
  request: { document: string; variables: object; shape: z.ZodType<Data> },
): Promise<Decision<Data>> {
  try {
    return allow(await peers.query('social', request));
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    return refuse(
      'AGENCY_UNAVAILABLE',
      'Social protection, which keeps the one place of every person, must answer; it does not now.',
    );
  }
}
