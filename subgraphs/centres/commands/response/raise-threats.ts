import type { Transaction } from 'kysely';
import type { CommandContext } from '../../../kit/command.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import { lockAppeal } from '../../response-store.ts';
import type { Tables } from '../../store.ts';
import { raiseThreat } from '../intake/change-threat-to-life.ts';
import { toCaseWriter } from '../intake/own-appeal.ts';

/** An immediate threat that a group found makes the appeal urgent (DL-03), as one does that is told in any other way. */
export async function raiseThreats(
  trx: Transaction<Tables & KitTables>,
  appealIds: readonly string[],
  context: Pick<CommandContext, 'now' | 'calendar'>,
): Promise<void> {
  const at = toCaseWriter(trx, context);
  for (const appealId of new Set(appealIds)) {
    const appeal = await lockAppeal(trx, appealId);
    if (!appeal || appeal.threatToLife) continue;
    await raiseThreat(at, appeal);
    await at.write.refreshNextDue(appealId);
  }
}
