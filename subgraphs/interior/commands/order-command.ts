import { z } from 'zod';
import { type Command, conflictWith } from '../../kit/command.ts';
import { tellFact } from '../../kit/fact.ts';
import { entityId, idempotencyKey, optional } from '../../kit/input.ts';
import { type Decision, refuse } from '../../kit/refusal.ts';
import type { OrderChange, OrderFacts } from '../rules/protection-order.ts';
import { createWriter, lockOrder, type ProtectionOrderRow, type Tables } from '../store.ts';
import { bodyOf, isOwnDistrict, OFFICERS } from './officer.ts';

/** What a command on a protection order stores as its answer. */
export interface OrderAnswer {
  readonly orderId: string;
}

/** What every command on an existing order says. */
export const ON_ORDER = {
  idempotencyKey,
  orderId: entityId,
  expectedVersion: z.int(),
  measureId: optional(entityId),
};
type OnOrder = z.output<z.ZodObject<typeof ON_ORDER>>;

/** A command that makes one move of an order: they differ in their rule and in what is stored beside the change. */
export function onOrder<Input extends OnOrder>(definition: {
  name: string;
  input: z.ZodType<Input>;
  decide: (order: OrderFacts, input: Input, now: Temporal.Instant) => Decision<OrderChange>;
  /** Columns that the move fills besides. */
  columns?: (input: Input) => Partial<ProtectionOrderRow>;
  /** Rows that the move adds besides. */
  append?: (write: ReturnType<typeof createWriter>, input: Input) => Promise<unknown>;
}): Command<Tables, Input, null, OrderAnswer> {
  return {
    name: definition.name,
    writes: 'OFFENDER_RECORDS',
    roles: OFFICERS,
    input: definition.input,
    read: async () => null,
    carryOut: async (trx, input, _, context) => {
      const order = await lockOrder(trx, input.orderId, context);
      if (!order || !isOwnDistrict(context.caller, order.kato)) {
        return refuse('NOT_FOUND', 'There must be such an order in the district.', { path: ['input', 'orderId'] });
      }
      if (order.version !== input.expectedVersion) {
        return conflictWith<OrderAnswer>(
          { orderId: order.id },
          { entityId: order.id, expected: input.expectedVersion, version: order.version, path: 'expectedVersion' },
        );
      }
      const change = definition.decide(order, input, context.now);
      if (!change.ok) return change;
      const version = order.version + 1;
      const write = createWriter(trx);
      await write.updateOrder(order.id, {
        ...change.value,
        ...definition.columns?.(input),
        ...(input.measureId && { measureId: input.measureId, measureBody: bodyOf(context.caller) }),
        version,
      });
      await definition.append?.(write, input);
      const { status } = change.value;
      return {
        answer: { orderId: order.id },
        audit: {
          entityIds: [order.id],
          before: { status: order.status, version: order.version },
          after: { status, version },
        },
        events: tellFact(
          input.measureId,
          {
            evidenceKind: 'PROTECTION_ORDER',
            evidenceId: order.id,
            state: status,
            subject: { personId: order.victimId, familyId: null },
          },
          context,
        ),
      };
    },
  };
}
