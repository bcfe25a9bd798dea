import { z } from 'zod';
import { deriveId } from './derived-id.ts';
import { entityId, optional, shortText } from './input.ts';
import { PeerUnavailable, type Peers } from './peer.ts';
import { type Decision, allow, refuse, type UserErrorCode } from './refusal.ts';

/** What is known of somebody who may be new to the graph (decision B1). */
export const PersonHint = z.object({
  iin: optional(z.string()),
  fullName: optional(shortText),
  birthYear: optional(z.int()),
  sex: optional(z.enum(['MALE', 'FEMALE'])),
  phone: optional(shortText),
  kato: optional(z.string()),
});

/** The two ways in which a person is named in an input: by id, or by what is known. */
export const PersonNamed = { personId: optional(entityId), person: optional(PersonHint) };

/** A person of the registry, after any merges. */
export interface NamedPerson {
  readonly id: string;
  readonly provisional: boolean;
  /** The family to which the person belongs now. */
  readonly familyId: string | null;
}

const Person = z.object({
  id: z.uuid(),
  identityStatus: z.string(),
  mergedInto: z.object({ id: z.uuid(), identityStatus: z.string() }).nullable(),
  membership: z
    .array(z.object({ until: z.string().nullable(), family: z.object({ id: z.uuid() }).nullable() }))
    .nullable(),
});
const FIELDS = 'id identityStatus mergedInto { id identityStatus } membership { until family { id } }';

const BY_ID = `query NamedPerson($id: ID!) { person(id: $id) { ${FIELDS} } }`;
const BY_HINT = `mutation NamedPerson($input: RegisterProvisionalPersonInput!) {
  registerProvisionalPerson(input: $input) { person { ${FIELDS} } userErrors { code message } }
}`;

/**
 * Asks social protection who is meant, before a command's transaction (decision B3): a hint that carries the IIN of a known
 * person names that person, any other hint makes a PROVISIONAL one, once for a command however often it is sent. A hint that is corrected after
 * a refusal makes another one.
 * Refused with NOT_FOUND, IIN_INVALID, IIN_NOT_FOUND, INVALID_INPUT, or AGENCY_UNAVAILABLE.
 *
 * @param matter what the command is about, told from all others: its name with its key, or the record that it brings
 */
export async function findNamedPerson(
  peers: Peers,
  named: { personId: string | null; person: z.output<typeof PersonHint> | null },
  matter: string,
  path = { personId: 'personId', person: 'person' },
): Promise<Decision<NamedPerson>> {
  if ((named.personId === null) === (named.person === null)) {
    return refuse('INVALID_INPUT', `Either ${path.personId} or ${path.person} must be given, and not both.`, {
      path: ['input', path.personId],
    });
  }
  try {
    if (named.personId !== null) {
      const { person } = await peers.query('social', {
        document: BY_ID,
        variables: { id: named.personId },
        shape: z.object({ person: Person.nullable() }),
      });
      return person
        ? allow(toNamed(person))
        : refuse('NOT_FOUND', 'There must be such a person.', { path: ['input', path.personId] });
    }
    const { registerProvisionalPerson: answer } = await peers.query('social', {
      document: BY_HINT,
      variables: {
        input: { idempotencyKey: deriveId('person', matter, JSON.stringify(named.person)), hint: named.person },
      },
      shape: z.object({
        registerProvisionalPerson: z.object({
          person: Person.nullable(),
          userErrors: z.array(z.object({ code: z.custom<UserErrorCode>(), message: z.string() })),
        }),
      }),
    });
    if (answer.person) return allow(toNamed(answer.person));
    const [error] = answer.userErrors;
    return refuse(error?.code ?? 'INVALID_INPUT', error?.message ?? 'The hint must name a person.', {
      path: ['input', path.person],
    });
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    return refuse('AGENCY_UNAVAILABLE', 'Social protection must say who is meant; it does not answer now.');
  }
}

function toNamed({ id, identityStatus, mergedInto, membership }: z.output<typeof Person>): NamedPerson {
  return {
    id: mergedInto?.id ?? id,
    provisional: (mergedInto?.identityStatus ?? identityStatus) === 'PROVISIONAL',
    familyId: membership?.find(({ until }) => until === null)?.family?.id ?? null,
  };
}
