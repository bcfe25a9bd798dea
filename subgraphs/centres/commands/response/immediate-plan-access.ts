import { toAccessFact } from '../../../kit/access-facts.ts';
import { deriveId } from '../../../kit/derived-id.ts';
import type { AccessFactRow } from '../../../kit/kit-tables.ts';
import type { AppealRow, ImmediateMeasureRow } from '../../store.ts';
import { subjectsOf } from './case-subjects.ts';

/** While a plan runs, every body with a measure in it is assigned to the family and to the person in danger. */
export function assignedByImmediatePlan(
  planId: string,
  appeal: Pick<AppealRow, 'familyId' | 'applicantId'>,
  measures: readonly Pick<ImmediateMeasureRow, 'organisationId'>[],
): AccessFactRow[] {
  const subjects = subjectsOf(appeal);
  const organisations = [...new Set(measures.map(({ organisationId }) => organisationId))];
  return organisations.flatMap((organisationId) =>
    subjects.map((subjectId) =>
      toAccessFact({
        id: deriveId('immediate-plan', planId, organisationId, subjectId),
        subjectId,
        kind: 'ASSIGNED',
        organisationId,
      }),
    ),
  );
}
