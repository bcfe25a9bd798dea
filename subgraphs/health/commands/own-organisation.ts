import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { CommandContext } from '../../kit/command.ts';
import type { KitTables } from '../../kit/kit-tables.ts';
import { PeerUnavailable } from '../../kit/peer.ts';
import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { isUuid } from '../../kit/uuid.ts';
import { findTitleInRecords } from '../record-store.ts';
import type { Tables } from '../store.ts';

/** A medical organisation as records name it. */
export interface OwnOrganisation {
  readonly id: string;
  readonly title: string;
}

const Entities = z.object({ _entities: z.array(z.object({ titleRu: z.string() }).nullable()).length(1) });

/**
 * The caller's organisation by the directory, which the centres keep; while they are down, by its own earlier records,
 * because an injury is reported whether or not they answer. Refused with FORBIDDEN to a caller of no organisation.
 */
export async function findOwnOrganisation(
  db: Kysely<Tables & KitTables>,
  { caller, peers }: Pick<CommandContext, 'caller' | 'peers'>,
): Promise<Decision<OwnOrganisation>> {
  const id = caller.kind === 'USER' ? caller.organisationId : null;
  if (!isUuid(id)) return refuse('FORBIDDEN', 'The caller must work for a medical organisation of the directory.');
  try {
    const { _entities } = await peers.query('centres', {
      document:
        'query Organisation($r: [_Any!]!) { _entities(representations: $r) { ... on Organisation { titleRu } } }',
      variables: { r: [{ __typename: 'Organisation', id }] },
      shape: Entities,
    });
    const [found] = _entities;
    if (found) return allow({ id, title: found.titleRu });
    return refuse('FORBIDDEN', 'The caller must work for a medical organisation of the directory.');
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    const title = await findTitleInRecords(db, id);
    if (title !== null) return allow({ id, title });
    return refuse('AGENCY_UNAVAILABLE', 'The directory of organisations must answer; it does not now.');
  }
}
