import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Agency } from '../../schema/subgraphs.ts';
import { type AgencyAddress, HEADERS } from '../../schema/transport.ts';
import { signWord } from '../../schema/word.ts';
import { assertOutsideTransaction } from './database.ts';
import { type DeliveredEvent, EventsRefused } from './outbox.ts';

/** Another agency did not answer, or not in the shape that its contract promises. */
export class PeerUnavailable extends Error {
  readonly agency: Agency;

  constructor(agency: Agency, cause: unknown) {
    super(`${agency} did not answer.`, { cause });
    this.name = 'PeerUnavailable';
    this.agency = agency;
  }
}

/** How an agency reaches the others: as a service, over the same protocol as the gateway. */
export interface Peers {
  /** Asks for data; the answer is checked against `shape`. Throws PeerUnavailable; never inside a transaction. */
  query<Data>(agency: Agency, request: { document: string; variables: object; shape: z.ZodType<Data> }): Promise<Data>;
  /** Throws EventsRefused when the agency was reached and did not take them in, PeerUnavailable otherwise. */
  deliver(agency: Agency, events: readonly DeliveredEvent[]): Promise<void>;
}

/** @param addressOf how to reach an agency, looked up at every call: agencies start in any order */
export function createPeers(options: {
  self: Agency;
  addressOf: (agency: Agency) => AgencyAddress;
  timeoutMs: number;
}): Peers {
  const send = async (agency: Agency, path: string, body: unknown): Promise<string> => {
    const requestId = randomUUID();
    const { transport, key } = options.addressOf(agency);
    const word = signWord(
      {
        issuer: options.self,
        audience: agency,
        requestId,
        caller: { kind: 'SERVICE', agency: options.self },
        purpose: 'INTEGRATION',
      },
      key,
      Date.now(),
    );
    const response = await transport({
      path,
      headers: {
        'content-type': 'application/json',
        [HEADERS.requestId]: requestId,
        [HEADERS.word]: `Bearer ${word}`,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    if (response.status !== 200) throw new BadAnswer(agency, response.status);
    return response.body;
  };

  return {
    query: async (agency, { document, variables, shape }) => {
      assertOutsideTransaction(`a call to ${agency}`);
      try {
        const answer = GraphQLAnswer.parse(JSON.parse(await send(agency, '/graphql', { query: document, variables })));
        if (answer.errors) throw new Error(`${agency} answered with errors.`);
        return shape.parse(answer.data);
      } catch (error) {
        throw new PeerUnavailable(agency, error);
      }
    },
    deliver: async (agency, events) => {
      assertOutsideTransaction(`a call to ${agency}`);
      try {
        await send(agency, '/events', { events });
      } catch (error) {
        if (error instanceof BadAnswer && REFUSALS.has(error.status)) throw new EventsRefused(agency, error);
        throw new PeerUnavailable(agency, error);
      }
    },
  };
}

class BadAnswer extends Error {
  readonly status: number;

  constructor(agency: Agency, status: number) {
    super(`${agency} answered with status ${status}.`);
    this.status = status;
  }
}

/** An event that is none, or whose handler broke; an agency that starts or stops answers otherwise. */
const REFUSALS: ReadonlySet<number> = new Set([400, 500]);

const GraphQLAnswer = z.object({ data: z.unknown(), errors: z.array(z.unknown()).optional() });
