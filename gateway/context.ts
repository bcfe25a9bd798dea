import type { Caller, FieldGroup, Purpose } from '../schema/access.ts';

/** One lawful mask that an agency applied. */
export interface Mask {
  readonly group: FieldGroup;
  readonly reason: string;
}

/** What one request carries through the gateway. */
export interface GatewayContext {
  readonly requestId: string;
  readonly caller: Caller;
  readonly purpose: Purpose | null;
  /** What time it is in the demonstration, told to every agency alike; not given in production. */
  readonly now?: Temporal.Instant | undefined;
  /** What the agencies masked in their answers, for `extensions.masked`. */
  readonly masks: Mask[];
  /** The word to each agency, signed once and used for all fetches of this request (decision A3). */
  readonly words: Map<string, string>;
}

export function createGatewayContext(
  of: Pick<GatewayContext, 'requestId' | 'caller' | 'purpose' | 'now'>,
): GatewayContext {
  return { ...of, masks: [], words: new Map() };
}
