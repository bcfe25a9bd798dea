import type { AccessFactRow } from '../../../kit/kit-tables.ts';

/** The staff of the crisis centre may know of whom it shelters, while it does; the fact bears the id of the person's place. */
export function residentFact(place: { id: string; personId: string; placeId: string }): AccessFactRow {
  return {
    id: place.id,
    subjectId: place.personId,
    kind: 'ASSIGNED',
    organisationId: place.placeId,
    userId: null,
    otherPersonId: null,
    scope: null,
    validUntil: null,
  };
}
