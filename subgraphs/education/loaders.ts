import { manyByKey, oneByKey } from '../kit/batch.ts';
import type { Store } from './store.ts';

export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders(store: Store) {
  return {
    schooling: oneByKey(store.listSchooling, (row) => row.personId),
    notesOf: manyByKey(store.listNotesOf, (row) => row.personId),
    guardianship: oneByKey(store.listGuardianship, (row) => row.personId),
    room: oneByKey(store.listRoomsById, (row) => row.id),
    roomsOf: manyByKey(store.listRoomsOf, (row) => row.regionKato),
    childHelpCase: oneByKey(store.listCases, (row) => row.id),
    proposal: oneByKey(store.listProposals, (row) => row.id),
    casesOf: manyByKey(store.listCasesOf, (row) => row.childId),
    servicesOf: manyByKey(store.listServicesOf, (row) => row.caseId),
    residenceNotice: oneByKey(store.listResidenceNotices, (row) => row.id),
    noticesOf: manyByKey(store.listNoticesOf, (row) => row.caseId),
  };
}
