import { z } from 'zod';
import type { Command, CommandContext } from '../../../kit/command.ts';
import { idempotencyKey, listOf, shortText } from '../../../kit/input.ts';
import { type Decision, allow, refuse } from '../../../kit/refusal.ts';
import type { ResponsibleBodyKind } from '../../__generated__/resolvers.ts';
import type { Tables } from '../../store.ts';

/** What a command on a mobile group stores as its answer. */
export interface MobileGroupAnswer {
  readonly groupId: string;
}

export type MobileGroupCommand<Input extends { idempotencyKey: string }> = Command<
  Tables,
  Input,
  null,
  MobileGroupAnswer
>;

/** What a composition is, proposed or ordered. */
export const Composition = z.object({
  idempotencyKey,
  districtKato: z.string(),
  year: z.int(),
  members: listOf(z.object({ employeeName: shortText, body: z.custom<ResponsibleBodyKind>() })),
});

/** The centre and social protection of a district edit its groups (domain.md 8.2). */
export function checkOwnDistrict({ caller }: Pick<CommandContext, 'caller'>, districtKato: string): Decision {
  if (caller.kind === 'USER' && caller.districtKato === districtKato) return allow();
  return refuse('FORBIDDEN', 'A mobile group must be of the caller’s own district.', {
    path: ['input', 'districtKato'],
  });
}
