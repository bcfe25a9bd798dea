import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { toLocalDate } from '../../../kit/deadline.ts';
import { createResponseWriter } from '../../response-store.ts';
import { checkComposition, checkDraftYear } from '../../rules/mobile-group.ts';
import type { MobileGroupRow } from '../../store.ts';
import { checkOwnDistrict, Composition, type MobileGroupCommand } from './mobile-group-answer.ts';

/** Proposes a composition for a calendar year (Rules p.20–21); it may do nothing before the akim's order. */
export const organiseMobileGroup: MobileGroupCommand<z.output<typeof Composition>> = {
  name: 'organiseMobileGroup',
  writes: null,
  roles: ['CASE_MANAGER', 'SOCIAL_PROTECTION'],
  input: Composition,
  read: async () => null,
  carryOut: async (trx, { districtKato, year, members }, _, context) => {
    for (const checked of [
      checkOwnDistrict(context, districtKato),
      checkDraftYear(year, toLocalDate(context.now)),
      checkComposition(members),
    ]) {
      if (!checked.ok) return checked;
    }
    const group: MobileGroupRow = {
      id: randomUUID(),
      districtKato,
      year,
      status: 'DRAFT',
      akimOrderNumber: null,
      akimOrderDate: null,
      version: 1,
    };
    const write = createResponseWriter(trx);
    await write.insertGroup(group);
    await write.setMembers(group.id, members);
    return {
      answer: { groupId: group.id },
      audit: { entityIds: [group.id], after: { ...group, bodies: members.map(({ body }) => body) } },
    };
  },
};
