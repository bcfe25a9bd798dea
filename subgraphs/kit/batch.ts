import DataLoader from 'dataloader';
import { type Page, type PageRequest, toPage } from './page.ts';
import { isUuid } from './uuid.ts';

/** One row for each key; a key without a row gives null. One statement for all keys of a tick. */
export function oneByKey<Row>(
  list: (keys: readonly string[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): DataLoader<string, Row | null> {
  return new DataLoader(async (keys) => {
    const byKey = new Map((await list(keys)).map((row) => [keyOf(row), row]));
    return keys.map((key) => byKey.get(key) ?? null);
  });
}

/** All rows of each key, in the order of the list; a key without rows gives an empty list. */
export function manyByKey<Row>(
  list: (keys: readonly string[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): DataLoader<string, Row[]> {
  return new DataLoader(async (keys) => {
    const byKey = Map.groupBy(await list(keys), keyOf);
    return keys.map((key) => byKey.get(key) ?? []);
  });
}

/** Pages of the lists of many owners: one statement for all owners that are asked for the same page. */
export interface PageLoader<Row, Key> {
  load(owner: string, page: PageRequest<Key>): Promise<Page<Row>>;
}

/** @param list rows of all these owners, each owner's in order and with one row more than the page */
export function pageByKey<Row, Key>(
  list: (owners: readonly string[], page: PageRequest<Key>) => Promise<readonly Row[]>,
  ownerOf: (row: Row) => string | null,
  keyOf: (row: Row) => readonly unknown[],
): PageLoader<Row, Key> {
  const loaders = new Map<string, DataLoader<string, Page<Row>>>();
  return {
    load: (owner, page) => {
      const name = JSON.stringify(page);
      let loader = loaders.get(name);
      if (!loader) {
        loader = new DataLoader(async (owners) => {
          const byOwner = Map.groupBy(await list(owners, page), ownerOf);
          return owners.map((each) => toPage(byOwner.get(each) ?? [], page.limit, keyOf));
        });
        loaders.set(name, loader);
      }
      return loader.load(owner);
    },
  };
}

/** What a client's id names; null for an id that is none, as for one that is unknown. */
export async function loadById<Row>(loader: DataLoader<string, Row | null>, id: string): Promise<Row | null> {
  return isUuid(id) ? loader.load(id) : null;
}

/** A row that another row refers to: it must be there. */
export async function getById<Row>(loader: DataLoader<string, Row | null>, id: string): Promise<Row> {
  const row = await loader.load(id);
  if (!row) throw new Error(`A row must exist while another refers to it; ${id} does not.`);
  return row;
}
