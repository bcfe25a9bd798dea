import type { AgencyContext } from '../kit/context.ts';
import type { Loaders } from './loaders.ts';
import type { Store, Tables } from './store.ts';

export type Context = AgencyContext<Tables, Store, Loaders>;
