import { manyByKey, oneByKey } from '../kit/batch.ts';
import type { Store } from './store.ts';

export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders(store: Store) {
  return {
    person: oneByKey(store.listPersons, (row) => row.id),
    iin: oneByKey(store.listIins, (row) => row.id),
    contacts: oneByKey(store.listContacts, (row) => row.id),
    family: oneByKey(store.listFamilies, (row) => row.id),
    membersOf: manyByKey(store.listMembersOf, (row) => row.familyId),
    membershipsOf: manyByKey(store.listMembershipsOf, (row) => row.personId),
    rateable: oneByKey(store.listRateable, (row) => row.id),
    currentRatingsOf: manyByKey(store.listCurrentRatingsOf, (row) => row.familyId),
    ratingsOf: manyByKey(store.listRatingsOf, (row) => row.familyId),
    indicators: oneByKey(store.listIndicators, (row) => row.id),
    support: oneByKey(store.listSupport, (row) => row.personId),
    benefit: oneByKey(store.listBenefits, (row) => row.id),
    benefitsOf: manyByKey(store.listBenefitsOf, (row) => row.personId),
    employmentCase: oneByKey(store.listEmploymentCases, (row) => row.id),
    employmentCaseOf: oneByKey(store.listEmploymentCasesOf, (row) => row.personId),
    crisisCentre: oneByKey(store.listCrisisCentres, (row) => row.id),
    occupancy: oneByKey(store.listOccupancy, (row) => row.crisisCentreId),
    placement: oneByKey(store.listPlacements, (row) => row.id),
    placementsOf: manyByKey(store.listPlacementsOf, (row) => row.personId),
    identification: oneByKey(store.listIdentifications, (row) => row.referralId),
    reservation: oneByKey(store.listReservations, (row) => row.id),
    linkSuggestion: oneByKey(store.listLinkSuggestions, (row) => row.id),
  };
}
