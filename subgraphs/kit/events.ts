import type { Kysely } from 'kysely';
import { EVENTS, type EventPayload, type EventType } from '../../schema/events.ts';
import type { Agency } from '../../schema/subgraphs.ts';
import type { Audit } from './audit.ts';
import type { DomainEvent, EventContext, EventHandler } from './outbox.ts';

/** An event of the table of events; only some of its recipients may be meant. */
export function tell<Type extends EventType>(
  type: Type,
  payload: EventPayload<Type>,
  to: readonly Agency[] = EVENTS[type].to,
): DomainEvent {
  return { type, payload: EVENTS[type].payload.parse(payload), to };
}

/** Takes events of a type in: checks who tells it and what it says, both of which must hold. */
export function hear<Type extends EventType, DB>(
  type: Type,
  handle: (trx: Kysely<DB>, payload: EventPayload<Type>, context: EventContext) => Promise<Audit | void>,
): Record<Type, EventHandler<DB>> {
  const handler: EventHandler<DB> = async (trx, payload, context) => {
    const { from, payload: shape } = EVENTS[type];
    if (!from.some((agency) => agency === context.from)) {
      throw new Error(`${type} must be told by ${from.join(' or ')}, not by ${context.from}.`);
    }
    return handle(trx, shape.parse(payload) as EventPayload<Type>, context);
  };
  return { [type]: handler } as Record<Type, EventHandler<DB>>;
}
