import type { Transaction } from 'kysely';
import type { Command } from '../../../kit/command.ts';
import type { KitTables } from '../../../kit/kit-tables.ts';
import { createProtectionWriter } from '../../protection-store.ts';
import { createWriter, type Tables } from '../../store.ts';

/** A command whose answer keeps ids only, so that a repeated request shows things as they are. */
export type ProtectionCommand<Input extends { idempotencyKey: string }, Answer, Read = null> = Command<
  Tables,
  Input,
  Read,
  Answer
>;

/** Everything that a command about protection reads and writes. */
export function createWriters(trx: Transaction<Tables & KitTables>) {
  return { ...createWriter(trx), ...createProtectionWriter(trx) };
}
