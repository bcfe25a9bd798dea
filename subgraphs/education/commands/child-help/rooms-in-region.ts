import { toLocalDate } from '../../../kit/deadline.ts';
import type { ChildHelpWarningCode } from '../../__generated__/resolvers.ts';
import type { ChildHelpWriter } from '../../case-store.ts';
import { isRoomOpen } from '../../rules/child-help-room.ts';
import type { ChildHelpCaseRow } from '../../store.ts';

/** Whether any room of the region takes cases today. */
export async function hasOpenRoom(write: ChildHelpWriter, regionKato: string, now: Temporal.Instant): Promise<boolean> {
  const today = toLocalDate(now);
  return (await write.listRooms(regionKato)).some((room) => isRoomOpen(room, today));
}

/** Warns of a region without a room while the case has none. */
export async function warnOfRooms(
  write: ChildHelpWriter,
  { regionKato, roomId }: Pick<ChildHelpCaseRow, 'regionKato' | 'roomId'>,
  now: Temporal.Instant,
): Promise<ChildHelpWarningCode[]> {
  return roomId !== null || (await hasOpenRoom(write, regionKato, now)) ? [] : ['ROOM_NOT_OPEN_IN_REGION'];
}
