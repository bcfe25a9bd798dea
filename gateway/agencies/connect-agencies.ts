import { AGENCIES, type Agency } from '../../schema/subgraphs.ts';
import { type AgencyAddress, createHttpTransport } from '../../schema/transport.ts';

/** The agencies, each in a process of its own: they may come and go, a call finds out. */
export interface ConnectedAgencies {
  readonly addresses: Readonly<Record<Agency, AgencyAddress>>;
  stop(): Promise<void>;
}

export function connectAgencies(
  places: Readonly<Record<Agency, { readonly url: string; readonly key: string }>>,
): ConnectedAgencies {
  const connections = AGENCIES.map((agency) => {
    const { url, key } = places[agency];
    return { agency, transport: createHttpTransport(url), key: Buffer.from(key, 'base64url') };
  });
  return {
    addresses: Object.fromEntries(
      connections.map(({ agency, transport, key }) => [agency, { transport: transport.send, key }]),
    ) as Record<Agency, AgencyAddress>,
    stop: async () => {
      await Promise.all(connections.map(({ transport }) => transport.close()));
    },
  };
}
