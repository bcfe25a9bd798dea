import type { Transaction } from 'kysely';
import type { Calendar } from '../../../kit/calendar.ts';
import { writeAudit } from '../../../kit/audit.ts';
import type { CommandContext } from '../../../kit/command.ts';
import { computeDeadline, type Deadline } from '../../../kit/deadline.ts';
import { kitPart, type KitTables } from '../../../kit/kit-tables.ts';
import type { OpenDeadline } from '../../protection-store.ts';
import type { Tables } from '../../store.ts';
import { createWriters } from './protection-command.ts';

/**
 * Counts locked deadlines again by that calendar; each one that comes out otherwise is written down with what it was before.
 *
 * @returns how many came out otherwise, if only in their version
 */
export async function recount(
  trx: Transaction<Tables & KitTables>,
  deadlines: readonly OpenDeadline[],
  calendar: Calendar,
  context: Pick<CommandContext, 'caller' | 'purpose' | 'requestId' | 'now'>,
): Promise<number> {
  const write = createWriters(trx);
  const moved: OpenDeadline[] = [];
  let changed = 0;
  for (const deadline of deadlines) {
    const { rule: id, unit, amount, startedAt, entityId } = deadline;
    const before = whatIsCounted(deadline);
    const after = whatIsCounted(computeDeadline({ id, unit, amount, softTargetHours: null }, startedAt, calendar));
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    changed += 1;
    await write.recountDeadline(deadline, after);
    await writeAudit(kitPart(trx), 'recountDeadline', context, { entityIds: [entityId], before, after });
    if (!before.dueAt.equals(after.dueAt)) moved.push(deadline);
  }
  for (const appealId of await write.listAppealsOf(moved)) await write.refreshNextDue(appealId);
  return changed;
}

function whatIsCounted({ dueAt, provisional, calendarVersion }: Deadline) {
  return { dueAt, provisional, calendarVersion };
}
