import type { Kysely, Transaction } from 'kysely';
import type { KitTables } from '../kit/kit-tables.ts';
import type { BenefitAwardRow, DisabilityRecord, EmploymentCaseRow, Tables } from './store.ts';

/** A person as commands of support meet it: the record asked for, and the one that holds the data (I-03). */
export interface LockedPerson {
  readonly id: string;
  /** The record that was merged into the survivor, when another id was asked for. */
  readonly merged: boolean;
  /** To which family the person belongs now. */
  readonly familyId: string | null;
}

/**
 * The survivor of a person's merges with a lock on its record: commands about one person go one after the other, and no
 * merge comes between. Undefined when there is no such person.
 */
export async function lockSurvivor(
  trx: Kysely<Tables & KitTables>,
  personId: string,
): Promise<LockedPerson | undefined> {
  let id: string | null = personId;
  for (let merged = false; id !== null; merged = true) {
    const person: { id: string; mergedInto: string | null } | undefined = await trx
      .selectFrom('person')
      .select(['id', 'mergedInto'])
      .where('id', '=', id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!person) return undefined;
    if (person.mergedInto === null) return { id: person.id, merged, familyId: await findFamilyOf(trx, person.id) };
    id = person.mergedInto;
  }
  return undefined;
}

/** The family to which a person belongs now; null when there is none. */
export async function findFamilyOf(trx: Kysely<Tables & KitTables>, personId: string): Promise<string | null> {
  const current = await trx
    .selectFrom('familyMembership')
    .select('familyId')
    .where('personId', '=', personId)
    .where('until', 'is', null)
    .executeTakeFirst();
  return current?.familyId ?? null;
}

/** Awards whose last day comes before that one and that have not ended. */
export function listBenefitsEndingBefore(db: Kysely<Tables & KitTables>, day: Temporal.PlainDate) {
  return db
    .selectFrom('benefitAward')
    .select('id')
    .where('status', '<>', 'ENDED')
    .where('endsOn', '<', day.toString())
    .orderBy('id')
    .execute();
}

/** Reads and writes of the commands that award support, inside their transaction. */
export function createSupportWriter(trx: Transaction<Tables & KitTables>) {
  return {
    lockBenefit: (id: string) =>
      trx.selectFrom('benefitAward').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    /** Locked: nobody changes it before what is decided on it is done. */
    findActiveBenefit: (personId: string, code: string) =>
      trx
        .selectFrom('benefitAward')
        .selectAll()
        .where('personId', '=', personId)
        .where('code', '=', code)
        .where('status', '=', 'ACTIVE')
        .forUpdate()
        .executeTakeFirst(),
    insertBenefit: (row: BenefitAwardRow) => trx.insertInto('benefitAward').values(row).execute(),
    updateBenefit: (id: string, change: Partial<BenefitAwardRow>) =>
      trx.updateTable('benefitAward').set(change).where('id', '=', id).execute(),
    findEmploymentCase: (personId: string) =>
      trx.selectFrom('employmentCase').selectAll().where('personId', '=', personId).executeTakeFirst(),
    /** Opens the person's case, or brings the one there is up to date. */
    storeEmploymentCase: ({ id, ...row }: EmploymentCaseRow) =>
      trx
        .insertInto('employmentCase')
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column('personId').doUpdateSet(row))
        .execute(),
    findDisability: (personId: string) =>
      trx.selectFrom('disability').selectAll().where('personId', '=', personId).executeTakeFirst(),
    storeDisability: (row: DisabilityRecord) =>
      trx
        .insertInto('disability')
        .values(row)
        .onConflict((conflict) => conflict.column('personId').doUpdateSet(row))
        .execute(),
  };
}
