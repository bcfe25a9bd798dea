import { sql, type SqlBool, type Transaction } from 'kysely';
import { toKatoPrefix } from '../kit/kato-prefix.ts';
import type { KitTables } from '../kit/kit-tables.ts';
import type { PersonTraits } from './rules/person-matching.ts';
import type { LinkSuggestionRow, PersonRecord, Tables } from './store.ts';

export type PersonWriter = ReturnType<typeof createPersonWriter>;

/** A record that may be of the same person, as far as the indexes tell. */
export interface Candidate extends PersonTraits {
  readonly id: string;
}

/** More records than this are not compared: what is known of the person says too little. */
const MOST_CANDIDATES = 2_000;

/** What commands on persons read and write, past all rights: who may give them is decided before. */
export function createPersonWriter(trx: Transaction<Tables & KitTables>) {
  const living = () => trx.selectFrom('person').where('mergedInto', 'is', null);
  return {
    /** The record of the id itself, also when it was merged. */
    lockPerson: (id: string) =>
      trx.selectFrom('person').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    /** The records of the ids themselves, locked in one order whatever the order of the ids. */
    lockPersons: (ids: readonly string[]) =>
      trx.selectFrom('person').selectAll().where('id', 'in', ids).orderBy('id').forUpdate().execute(),
    /** Who holds the number, or held it until death. */
    findHolder: (iin: string) =>
      living().selectAll().where('iin', '=', iin).orderBy('identityStatus').orderBy('id').executeTakeFirst(),
    insertPerson: (row: PersonRecord) => trx.insertInto('person').values(row).execute(),
    updatePerson: (id: string, change: Partial<PersonRecord>) =>
      trx.updateTable('person').set(change).where('id', '=', id).execute(),

    /**
     * Records worth comparing: with the same phone; or with a word of the name in the same district and about the same year;
     * or, where a district is unknown, with two words of the name in the same year. All others the rule would not suggest.
     */
    listCandidates: async (
      id: string,
      { fullName, birthYear, district, phone }: PersonTraits,
    ): Promise<Candidate[]> => {
      const byPhone = phone === null ? null : sql<SqlBool>`phone_digits(phone) = ${phone}`;
      const keys = [-1, 0, 1].map(
        (years) =>
          sql`match_keys(name_keys(${fullName}), ${birthYear}::integer + ${years}, ${district?.padEnd(9, '0') ?? null})`,
      );
      const byName =
        fullName === null || birthYear === null
          ? null
          : sql<SqlBool>`match_keys(name_keys(full_name), birth_year, registered_kato) && (${sql.join(keys, sql` || `)})`;
      const found = [];
      for (const condition of [byPhone, byName]) {
        if (condition === null) continue;
        found.push(
          ...(await living()
            .where('id', '<>', id)
            .where(condition)
            .select(['id', 'fullName', 'birthYear', 'sex', 'registeredKato', 'phone'])
            .limit(MOST_CANDIDATES)
            .execute()),
        );
      }
      return [...new Map(found.map((row) => [row.id, { id: row.id, ...toTraits(row) }])).values()];
    },
    /** Raises those suggestions whose pair was never raised before; the ids of the new ones, in the order given. */
    insertSuggestions: async (rows: readonly LinkSuggestionRow[]): Promise<string[]> => {
      if (rows.length === 0) return [];
      const inserted = await trx
        .insertInto('linkSuggestion')
        .values(rows.map((row) => ({ ...row, reasons: JSON.stringify(row.reasons) })))
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .execute();
      const ids = new Set(inserted.map(({ id }) => id));
      return rows.flatMap(({ id }) => (ids.has(id) ? [id] : []));
    },
    lockSuggestion: (id: string) =>
      trx.selectFrom('linkSuggestion').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    updateSuggestion: (id: string, change: Pick<LinkSuggestionRow, 'status' | 'decidedAt'>) =>
      trx.updateTable('linkSuggestion').set(change).where('id', '=', id).execute(),
    listKatos: async (personIds: readonly string[]) =>
      (await trx.selectFrom('person').where('id', 'in', personIds).select('registeredKato').execute()).flatMap(
        ({ registeredKato }) => registeredKato ?? [],
      ),
  };
}

/** A record in the form in which it is compared. */
export function toTraits(
  record: Pick<PersonRecord, 'fullName' | 'birthYear' | 'sex' | 'registeredKato' | 'phone'>,
): PersonTraits {
  const { fullName, birthYear, sex, registeredKato, phone } = record;
  const prefix = registeredKato === null ? null : toKatoPrefix(registeredKato);
  const digits = phone?.replaceAll(/\D/g, '').slice(-10) ?? '';
  return {
    fullName,
    birthYear,
    sex,
    district: prefix && prefix.length > 2 ? prefix.digits : null,
    phone: digits.length === 10 ? digits : null,
  };
}
