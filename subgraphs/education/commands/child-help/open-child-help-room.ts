import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { toRegionKato } from '../../../../schema/regions.ts';
import type { Command } from '../../../kit/command.ts';
import { dateText, idempotencyKey, shortText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { createChildHelpWriter } from '../../case-store.ts';
import { checkOpening } from '../../rules/child-help-room.ts';
import type { Tables } from '../../store.ts';
import { CASE_ROLES } from './case-answer.ts';

const OpenChildHelpRoomInput = z.object({
  idempotencyKey,
  titleRu: shortText,
  titleKk: shortText,
  regionKato: z.string(),
  openedAt: dateText,
});

export interface RoomAnswer {
  readonly roomId: string;
}

/** Enters a room with its first day, or sets the day of one that stands in the directory without a day. */
export const openChildHelpRoom: Command<Tables, z.output<typeof OpenChildHelpRoomInput>, null, RoomAnswer> = {
  name: 'openChildHelpRoom',
  writes: 'CHILD_HELP_CASE',
  roles: CASE_ROLES,
  input: OpenChildHelpRoomInput,
  read: async () => null,
  carryOut: async (trx, { titleRu, titleKk, openedAt, ...input }) => {
    const lawful = checkOpening(openedAt);
    if (!lawful.ok) return lawful;
    const regionKato = toRegionKato(input.regionKato);
    const write = createChildHelpWriter(trx);
    const known = await write.findRoomByTitle(regionKato, titleRu);
    if (known?.openedAt) {
      return refuse('INVALID_INPUT', `A room must be entered once; this one has its first day, ${known.openedAt}.`, {
        path: ['input', 'titleRu'],
        entityId: known.id,
      });
    }
    const id = known?.id ?? randomUUID();
    const room = { titleRu, titleKk, regionKato, openedAt };
    if (known) await write.updateRoom(id, room);
    else await write.insertRoom({ id, ...room });
    return { answer: { roomId: id }, audit: { entityIds: [id], before: known ?? null, after: room } };
  },
};
