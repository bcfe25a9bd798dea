import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/** The law "On crime prevention" of 30 December 2025, from which help rooms may work at all (R-083, S4). */
export const ROOMS_LAWFUL_FROM = '2026-03-02';

/** Rooms open in stages: one that is announced for later, or without a day, takes no case yet. */
export function isRoomOpen({ openedAt }: { openedAt: string | null }, today: Temporal.PlainDate): boolean {
  return openedAt !== null && Temporal.PlainDate.compare(openedAt, today) <= 0;
}

/** A case goes into a room that works today, in the region of the case. */
export function checkRoomForCase(
  room: { id: string; regionKato: string; openedAt: string | null },
  helpCase: { regionKato: string },
  today: Temporal.PlainDate,
): Decision {
  if (isRoomOpen(room, today) && room.regionKato === helpCase.regionKato) return allow();
  return refuse(
    'ROOM_NOT_OPEN_IN_REGION',
    `The room must be open in the region of the case on ${today.toString()}; it is ${
      room.regionKato === helpCase.regionKato ? 'not open yet' : 'one of another region'
    }.`,
    { path: ['input', 'roomId'], entityId: room.id },
  );
}

/** A room takes cases from no day before the law. */
export function checkOpening(openedAt: string): Decision {
  if (Temporal.PlainDate.compare(openedAt, ROOMS_LAWFUL_FROM) >= 0) return allow();
  return refuse(
    'INVALID_INPUT',
    `A room must take cases from ${ROOMS_LAWFUL_FROM} or later, when the law on it came into force, not from ${openedAt}.`,
    { path: ['input', 'openedAt'] },
  );
}
