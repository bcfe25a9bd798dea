import { toRegionKato } from '../../schema/regions.ts';
import { loadById } from '../kit/batch.ts';
import { toKatoPrefix } from '../kit/kato-prefix.ts';
import { InstantKey, toPage, toPageRequest } from '../kit/page.ts';
import { toLocalDate } from '../kit/deadline.ts';
import type { Resolvers } from './__generated__/resolvers.ts';
import { mutations } from './commands/mutations.ts';
import { findFirstInterview } from './rules/child-help.ts';
import { findProposalArea } from './rules/child-help-proposal.ts';
import { isRoomOpen } from './rules/child-help-room.ts';
import type { EducationRecordRow } from './store.ts';

/** The section of a person whose schooling the viewer may not know of. */
const NOT_SHOWN: Omit<EducationRecordRow, 'personId'> = {
  enrolled: null,
  organisation: null,
  grade: null,
  attendance: null,
  needsAttention: null,
  schoolRegister: null,
};

export const resolvers: Resolvers = {
  Query: {
    childHelpCase: (_, { id }, { loaders }) => loadById(loaders.childHelpCase, id),
    childHelpCases: async (_, { regionKato, status, ...args }, { store }) => {
      const page = toPageRequest(args, InstantKey);
      const rows = await store.pageCases({ regionKato: toRegionKato(regionKato), status: status ?? null }, page);
      return toPage(rows, page.limit, (row): InstantKey => [row.openedAt.toString(), row.id]);
    },
    /** For those who look after proposals in their own unit; for everybody else there is nothing that waits. */
    childHelpProposals: async (_, { districtKato, ...args }, { store, caller }) => {
      const page = toPageRequest(args, InstantKey);
      const area = findProposalArea(caller);
      const rows = area === null ? [] : await store.pageProposals([area, toKatoPrefix(districtKato).digits], page);
      return toPage(rows, page.limit, (row): InstantKey => [row.proposedAt.toString(), row.id]);
    },
    childHelpRooms: (_, { regionKato }, { store }) => store.listRooms(regionKato ? toRegionKato(regionKato) : null),
  },

  Mutation: mutations,

  Person: {
    education: async ({ id }, _, { loaders }) => (await loaders.schooling.load(id)) ?? { ...NOT_SHOWN, personId: id },
  },
  EducationRecord: {
    asOf: (_, __, { now }) => now,
    hasNotes: async ({ personId }, _, { loaders }) => (await loaders.notesOf.load(personId)).length > 0,
    notes: ({ personId }, _, { loaders }) => loaders.notesOf.load(personId),
    hasOpenChildHelpCase: async ({ personId }, _, { loaders }) =>
      (await loaders.casesOf.load(personId)).some(({ status }) => status !== 'CLOSED'),
    childHelpCases: ({ personId }, _, { loaders }) => loaders.casesOf.load(personId),
    guardianship: ({ personId }, _, { loaders }) => loaders.guardianship.load(personId),
  },
  ChildHelpProposal: {
    child: ({ childId }) => ({ id: childId }),
    incident: ({ incidentId }) => ({ id: incidentId }),
    childCase: ({ caseId }, _, { loaders }) => (caseId ? loaders.childHelpCase.load(caseId) : null),
  },
  ChildHelpCase: {
    child: ({ childId }) => ({ id: childId }),
    room: ({ roomId }, _, { loaders }) => (roomId ? loaders.room.load(roomId) : null),
    /** While a room may still take the case, whether there is one changes from day to day. */
    noRoomAvailable: async ({ status, regionKato, noRoomAvailable }, _, { loaders, now }) =>
      status === 'SIGNALLED' || status === 'REGISTERED'
        ? !(await loaders.roomsOf.load(regionKato)).some((room) => isRoomOpen(room, toLocalDate(now)))
        : noRoomAvailable,
    services: ({ id }, _, { loaders }) => loaders.servicesOf.load(id),
    interviewDoneAt: async ({ id }, _, { loaders }) => findFirstInterview(await loaders.servicesOf.load(id)),
    notified: ({ id }, _, { loaders }) => loaders.noticesOf.load(id),
    sourceIncident: ({ sourceIncidentId }) => (sourceIncidentId ? { id: sourceIncidentId } : null),
  },
};
