import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { toLocalDate } from '../../../kit/deadline.ts';
import { dateText, entityId, optional, shortText } from '../../../kit/input.ts';
import { refuse } from '../../../kit/refusal.ts';
import { move } from '../../../kit/state-machine.ts';
import { createResponseWriter, lockMobileGroup } from '../../response-store.ts';
import { checkComposition, checkOrder, MOBILE_GROUP } from '../../rules/mobile-group.ts';
import type { MobileGroupRow } from '../../store.ts';
import { checkOwnDistrict, Composition, type MobileGroupCommand } from './mobile-group-answer.ts';

const ApproveMobileGroupInput = Composition.extend({
  akimOrderNumber: shortText,
  akimOrderDate: dateText,
  mobileGroupId: optional(entityId),
});

/**
 * Records the akim's order (Rules p.21): its composition is in force for the calendar year. A district has one such
 * composition in a year.
 */
export const approveMobileGroup: MobileGroupCommand<z.output<typeof ApproveMobileGroupInput>> = {
  name: 'approveMobileGroup',
  writes: null,
  roles: ['CASE_MANAGER', 'SOCIAL_PROTECTION'],
  input: ApproveMobileGroupInput,
  read: async () => null,
  carryOut: async (trx, input, _, context) => {
    const { districtKato, year, akimOrderNumber, akimOrderDate, members } = input;
    for (const checked of [
      checkOwnDistrict(context, districtKato),
      checkOrder(input, toLocalDate(context.now)),
      checkComposition(members),
    ]) {
      if (!checked.ok) return checked;
    }
    const write = createResponseWriter(trx);
    const drawnUp = input.mobileGroupId === null ? null : await lockMobileGroup(trx, input.mobileGroupId);
    if (drawnUp === undefined || (drawnUp && (drawnUp.districtKato !== districtKato || drawnUp.year !== year))) {
      return refuse('INVALID_INPUT', 'The group must be one that was drawn up for this district and year.', {
        path: ['input', 'mobileGroupId'],
      });
    }
    const next = drawnUp && move(MOBILE_GROUP, drawnUp, 'approve');
    if (next && !next.ok) return next;
    const inForce = await write.findApprovedGroup(districtKato, year);
    if (inForce) {
      return refuse('INVALID_STATE', 'A district must have one approved composition in a year; it has one already.', {
        path: ['input', 'year'],
        entityId: inForce.id,
        currentState: inForce.status,
      });
    }
    const order = { status: 'APPROVED', akimOrderNumber, akimOrderDate } as const;
    const group: MobileGroupRow = drawnUp
      ? { ...drawnUp, ...order, version: drawnUp.version + 1 }
      : { id: randomUUID(), districtKato, year, version: 1, ...order };
    if (drawnUp) await write.updateGroup(group.id, { ...order, version: group.version });
    else await write.insertGroup(group);
    const replaced = await write.setMembers(group.id, members);
    return {
      answer: { groupId: group.id },
      audit: {
        entityIds: [group.id],
        before: drawnUp ? { status: drawnUp.status, version: drawnUp.version, members: replaced } : null,
        after: { ...group, bodies: members.map(({ body }) => body) },
      },
    };
  },
};
