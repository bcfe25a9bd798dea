import type { Kysely } from 'kysely';
import type { CommandContext } from '../../../kit/command.ts';
import { kitPart, type KitTables } from '../../../kit/kit-tables.ts';
import { isOpposed } from '../../../kit/visible.ts';
import type { AppealRow, Tables } from '../../store.ts';

/** Whom an appeal is about, as far as is known. */
export function subjectsOf({ familyId, applicantId }: Pick<AppealRow, 'familyId' | 'applicantId'>): string[] {
  return [familyId, applicantId].filter((id) => id !== null);
}

/** Whether the caller is on the side from which somebody in the appeal is protected: to such a caller its case does not exist. */
export function isOpposedIn(
  trx: Kysely<Tables & KitTables>,
  appeal: Pick<AppealRow, 'familyId' | 'applicantId'>,
  context: Pick<CommandContext, 'caller' | 'now'>,
): Promise<boolean> {
  return isOpposed(kitPart(trx), context, subjectsOf(appeal));
}
