import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Purpose } from '../../schema/access.ts';
import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import { type AgencyAddress, HEADERS } from '../../schema/transport.ts';
import { GATEWAY, signWord } from '../../schema/word.ts';
import type { GatewayLog } from '../log.ts';

/** The demonstration's time, which all processes share; production has none to share. */
export interface SharedTime {
  now(): Temporal.Instant;
  /** Goes on from a later instant; an earlier one changes nothing. */
  continueFrom(instant: Temporal.Instant): void;
}

/** Whether an agency answered when it was last asked anything, and since when that has been so. */
export interface AgencyState {
  readonly state: 'UNKNOWN' | 'UP' | 'DOWN';
  readonly since: string | null;
}

/** Knows of every agency whether it answers, from all that is sent to it. */
export interface AgencyWatch {
  /** The same agencies, watched. */
  readonly addresses: Readonly<Record<Agency, AgencyAddress>>;
  stateOf(agency: Agency): AgencyState;
  /** Asks every agency for its schema; those that do not answer are missing. */
  askSchemas(): Promise<ReadonlyMap<Agency, string>>;
}

const ServiceAnswer = z.object({
  data: z.object({ service: z.object({ sdl: z.string() }) }),
  extensions: z.object({ now: z.iso.datetime({ offset: true }).optional() }).optional(),
});

export function createAgencyWatch(options: {
  agencies: Readonly<Record<Agency, AgencyAddress>>;
  time: SharedTime | undefined;
  timeoutMs: number;
  log: GatewayLog;
}): AgencyWatch {
  const { agencies, time, timeoutMs, log } = options;
  const states = new Map<Agency, AgencyState>();
  const stateOf = (agency: Agency) => states.get(agency) ?? { state: 'UNKNOWN', since: null };
  const note = (agency: Agency, state: 'UP' | 'DOWN', why: object = {}): void => {
    const before = stateOf(agency).state;
    if (before === state) return;
    states.set(agency, { state, since: new Date().toISOString() });
    if (before !== 'UNKNOWN' || state === 'DOWN') log.info({ agency, state, ...why }, 'an agency changed its state');
  };
  const watched = (agency: Agency): AgencyAddress => ({
    key: agencies[agency].key,
    transport: async (request) => {
      try {
        const response = await agencies[agency].transport(request);
        const { status } = response;
        if (status === 200) note(agency, 'UP');
        else note(agency, 'DOWN', { status });
        return response;
      } catch (error) {
        note(agency, 'DOWN', { err: error });
        throw error;
      }
    },
  });
  const addresses = Object.fromEntries(AGENCIES.map((agency) => [agency, watched(agency)])) as Record<
    Agency,
    AgencyAddress
  >;

  const askSchema = async (agency: Agency): Promise<string> => {
    const { transport, key } = addresses[agency];
    const requestId = randomUUID();
    const word = signWord(
      {
        issuer: GATEWAY,
        audience: agency,
        requestId,
        caller: { kind: 'SERVICE', agency: GATEWAY },
        purpose: null satisfies Purpose | null,
        now: time?.now(),
      },
      key,
      Date.now(),
    );
    const response = await transport({
      path: '/graphql',
      headers: {
        'content-type': 'application/json',
        [HEADERS.requestId]: requestId,
        [HEADERS.word]: `Bearer ${word}`,
      },
      body: JSON.stringify({ query: '{ service: _service { sdl } }' }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200) throw new Error(`${agency} answered with status ${response.status}.`);
    const { data, extensions } = ServiceAnswer.parse(JSON.parse(response.body));
    if (extensions?.now) time?.continueFrom(Temporal.Instant.from(extensions.now));
    return data.service.sdl;
  };

  return {
    addresses,
    stateOf,
    askSchemas: async () => {
      const answers = await Promise.allSettled(AGENCIES.map(askSchema));
      const schemas = new Map<Agency, string>();
      answers.forEach((answer, index) => {
        const agency = AGENCIES[index] as Agency;
        if (answer.status === 'fulfilled') schemas.set(agency, answer.value);
        else log.debug({ agency, err: answer.reason }, 'an agency did not tell its schema');
      });
      return schemas;
    },
  };
}
