import { manyByKey, oneByKey } from '../kit/batch.ts';
import type { Store } from './store.ts';

export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders(store: Store) {
  return {
    profile: oneByKey(store.listProfiles, (row) => row.personId),
    episode: oneByKey(store.listEpisodes, (row) => row.id),
    episodesOf: manyByKey(store.listEpisodesOf, (row) => row.personId),
    appointment: oneByKey(store.listAppointments, (row) => row.id),
    appointmentsOf: manyByKey(store.listAppointmentsOf, (row) => row.personId),
  };
}
