import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Role } from '../../../../schema/access.ts';
import { type Command, type CommandContext, type Conflict, conflictWith, type Effect } from '../../../kit/command.ts';
import { entityId, idempotencyKey } from '../../../kit/input.ts';
import { kitPart, type KitTables } from '../../../kit/kit-tables.ts';
import { type Decision, refuse, type Refusal } from '../../../kit/refusal.ts';
import { isOpposed } from '../../../kit/visible.ts';
import { createResponseWriter, lockMobileCase } from '../../response-store.ts';
import type { MobileGroupCaseRecord, Tables } from '../../store.ts';

/** What a command on a case of a mobile group stores as its answer. */
export interface MobileCaseAnswer {
  readonly mobileGroupCaseId: string;
}

export type MobileCaseCommand<Input extends { idempotencyKey: string }> = Command<
  Tables,
  Input,
  null,
  MobileCaseAnswer
>;

/** The centre whose group it is, and social protection, which coordinates the groups. */
export const CASE_COORDINATORS: readonly Role[] = ['CASE_MANAGER', 'CENTRE_HEAD', 'SOCIAL_PROTECTION'];

export const MobileCaseStep = z.object({ idempotencyKey, mobileGroupCaseId: entityId, expectedVersion: z.int() });

/** Takes one step of a case: for those who work in its district, and on the version on which it was decided. */
export async function takeCaseStep(
  trx: Transaction<Tables & KitTables>,
  { mobileGroupCaseId, expectedVersion }: z.output<typeof MobileCaseStep>,
  context: CommandContext,
  decide: (
    found: MobileGroupCaseRecord,
    write: ReturnType<typeof createResponseWriter>,
  ) => Promise<Decision<Partial<MobileGroupCaseRecord>>>,
): Promise<Effect<MobileCaseAnswer> | Refusal | Conflict<MobileCaseAnswer>> {
  const write = createResponseWriter(trx);
  const found = await lockMobileCase(trx, mobileGroupCaseId);
  const { caller } = context;
  if (
    !found ||
    caller.kind !== 'USER' ||
    caller.districtKato !== found.districtKato ||
    (await isOpposed(kitPart(trx), context, await write.listSubjectsOfCase(found)))
  ) {
    return refuse('NOT_FOUND', 'The case must be one of the caller’s district.', {
      path: ['input', 'mobileGroupCaseId'],
    });
  }
  const answer = { mobileGroupCaseId: found.id };
  if (found.version !== expectedVersion) {
    return conflictWith<MobileCaseAnswer>(answer, {
      entityId: found.id,
      expected: expectedVersion,
      version: found.version,
      path: 'expectedVersion',
    });
  }
  const change = await decide(found, write);
  if (!change.ok) return change;
  const version = found.version + 1;
  await write.updateCase(found.id, { ...change.value, version });
  return {
    answer,
    audit: {
      entityIds: [found.id],
      before: { status: found.status, version: found.version },
      after: { status: change.value.status, groupId: change.value.groupId, version },
    },
  };
}
