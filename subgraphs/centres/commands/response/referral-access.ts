import { toAccessFact } from '../../../kit/access-facts.ts';
import type { AccessFactRow } from '../../../kit/kit-tables.ts';
import type { ReferralRow } from '../../store.ts';

/** The body that a person was referred to is assigned to the person. The referral's own id names the fact: it makes one. */
export function assignedByReferral({
  id,
  personId,
  organisationId,
  crisisCentreId,
}: Pick<ReferralRow, 'id' | 'personId' | 'organisationId' | 'crisisCentreId'>): AccessFactRow[] {
  return [
    toAccessFact({ id, subjectId: personId, kind: 'ASSIGNED', organisationId: organisationId ?? crisisCentreId }),
  ];
}
