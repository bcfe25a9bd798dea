import { getById } from '../kit/batch.ts';
import { DueKey, type Page, toPage, toPageRequest } from '../kit/page.ts';
import { isUuid } from '../kit/uuid.ts';
import type { Resolvers } from './__generated__/resolvers.ts';
import { findGrantReader } from './rules/worklist-readers.ts';

const nothing = <Row>(): Page<Row> => ({ nodes: [], pageInfo: { hasNextPage: false, endCursor: null } });

/** Who was given access to whom, and who took it in an emergency. */
export const protectionQueries: NonNullable<Resolvers['Query']> = {
  accessGrants: async (_, { personId }, { store, caller }) => {
    const reader = findGrantReader(caller, personId);
    return reader && isUuid(personId) ? store.listGrantsAbout(personId, reader) : [];
  },
  breakGlassReviews: async (_, { status, ...args }, { store, caller }) => {
    const page = toPageRequest(args, DueKey);
    if (caller.kind === 'SERVICE' || caller.role !== 'CENTRE_HEAD' || caller.organisationId === null) return nothing();
    const rows = await store.pageOpenings({ centreId: caller.organisationId, status: status ?? null }, page);
    return toPage(rows, page.limit, (row): DueKey => [row.dueAt.toString(), row.id]);
  },
};

export const protectionTypes: Resolvers = {
  AccessGrant: {
    person: ({ personId }) => ({ id: personId }),
    grantedBy: ({ grantedById }, _, { loaders }) => getById(loaders.employee, grantedById),
  },
  BreakGlassAccess: {
    person: ({ personId }) => ({ id: personId }),
    reviewDue: async ({ id }, _, { loaders }) => {
      const due = (await loaders.deadlinesOf.load(id)).find(({ subject }) => subject === 'REVIEW');
      if (!due) throw new Error(`Every emergency access must have its deadline; ${id} has none.`);
      return due;
    },
    reviewedBy: ({ reviewedById }, _, { loaders }) => (reviewedById ? loaders.employee.load(reviewedById) : null),
  },
};
