import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite, types as pgliteTypes } from '@electric-sql/pglite';
import {
  CamelCasePlugin,
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type Transaction,
} from 'kysely';
import { Pool, type PoolClient, types as pgTypes } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { ConstructorOptions } from 'pg-boss';
import { CopyText } from './copy.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';

/**
 * Two engines behind one Kysely type (decision E1). PGlite is PostgreSQL inside this process: one directory, a schema
 * and a role for each agency. PostgreSQL is one database and role for each agency. The SQL is the same.
 *
 * In rows a `date` is text (2026-03-26), a `timestamptz` a `Temporal.Instant`, a `bigint` a number.
 * Parameters may be Temporal objects; `jsonb` parameters are passed as text.
 */
export interface AgencyDatabase<DB> {
  readonly kysely: Kysely<DB>;
  /** Statements sent so far; tests assert that the number does not grow with the batch. */
  statementCount(): number;
  /** Where pg-boss keeps the agency's queue of jobs: a schema of its own beside the agency's. */
  readonly queue: ConstructorOptions;
  close(): Promise<void>;
}

/** Where the agencies' data are. */
export interface Engine {
  readonly kind: 'PGLITE' | 'POSTGRES';
  open<DB>(agency: string): Promise<AgencyDatabase<DB>>;
  close(): Promise<void>;
}

/**
 * Runs `work` in one transaction. Inside it nothing may leave the process (decision B3): calls to other agencies throw,
 * and so does a statement that forgets to use the transaction's own handle.
 */
export async function inTransaction<DB, T>(db: Kysely<DB>, work: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
  assertOutsideTransaction('a second transaction');
  return db.transaction().execute((trx) => transactionScope.run(true, () => work(trx)));
}

/** Throws inside a transaction. Everything that leaves the process calls this first. */
export function assertOutsideTransaction(what: string): void {
  if (transactionScope.getStore()) {
    throw new Error(`Inside a transaction nothing else may be waited for: ${what} must be done before it or after it.`);
  }
}

const transactionScope = new AsyncLocalStorage<true>();

/** The log of the embedded engine stays small: loading the country would leave a gigabyte of it. */
const WAL_MEGABYTES = 128;

/** The embedded engine; what is in it can be copied into others. */
export interface PGliteEngine extends Engine {
  dump(): Promise<Blob>;
}

/**
 * @param directory where the data are kept, or null to keep them in memory
 * @param preloaded what another engine dumped
 */
export async function openPGlite(directory: string | null, preloaded?: Blob): Promise<PGliteEngine> {
  let lock: DirectoryLock | undefined;
  if (directory !== null) {
    mkdirSync(directory, { recursive: true });
    lock = lockDirectory(directory);
  }
  const pglite = await PGlite.create({
    ...(directory === null ? {} : { dataDir: join(directory, 'pglite') }),
    startParams: [...PGlite.defaultStartParams, '-c', `max_wal_size=${WAL_MEGABYTES}MB`, '-c', 'min_wal_size=32MB'],
    ...(preloaded ? { loadDataDir: preloaded } : {}),
    parsers: { [pgliteTypes.DATE]: (text) => text, [pgliteTypes.TIMESTAMPTZ]: toInstant, [pgliteTypes.INT8]: Number },
  });
  const session = new SharedSession(pglite);
  return {
    kind: 'PGLITE',
    open: async <DB>(agency: string) => {
      await session.createAgency(agency);
      const driver = new SharedSessionDriver(session, agency);
      const kysely = new Kysely<DB>({
        dialect: {
          createAdapter: () => new PostgresAdapter(),
          createDriver: () => driver,
          createIntrospector: (db) => new PostgresIntrospector(db),
          createQueryCompiler: () => new PostgresQueryCompiler(),
        },
        plugins: PLUGINS,
      });
      return {
        kysely,
        statementCount: () => driver.statements,
        queue: { backend: 'pglite', db: session.forQueue(agency), schema: queueSchema(agency), createSchema: false },
        close: () => kysely.destroy(),
      };
    },
    dump: () => pglite.dumpDataDir('none'),
    close: async () => {
      await pglite.close();
      lock?.release();
    },
  };
}

/** @param urlOf the connection URL of an agency's own database and role */
export function openPostgres(urlOf: (agency: string) => string): Engine {
  return {
    kind: 'POSTGRES',
    open: async <DB>(agency: string) => {
      const counter = { statements: 0 };
      const pool = new Pool({
        connectionString: urlOf(agency),
        max: 10,
        types: { getTypeParser: findTypeParser },
        options: `-c search_path=${agency}`,
        application_name: `family-graph ${agency}`,
      });
      // A connection that breaks while idle is replaced at its next use; without a listener it would end the process.
      pool.on('error', () => undefined);
      // So would one that breaks within a transaction, between two statements: the next statement fails instead.
      pool.on('connect', (client) => client.on('error', () => undefined));
      const kysely = new Kysely<DB>({
        dialect: new PostgresDialect({
          pool: {
            connect: async () => {
              assertOutsideTransaction('a statement outside its handle');
              return namingStatements(await pool.connect(), counter);
            },
            end: () => pool.end(),
            options: pool.options,
          } as unknown as Pool,
        }),
        plugins: PLUGINS,
      });
      return {
        kysely,
        statementCount: () => counter.statements,
        queue: { connectionString: urlOf(agency), schema: queueSchema(agency) },
        close: () => kysely.destroy(),
      };
    },
    close: async () => undefined,
  };
}

const queueSchema = (agency: string) => `${agency}_jobs`;

/** Tables and columns are snake_case in SQL and camelCase in rows, like the fields of the schema. */
const PLUGINS = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];

const DATE_OID = 1082;
const TIMESTAMPTZ_OID = 1184;
const INT8_OID = 20;

function findTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === DATE_OID) return (text) => text;
  if (oid === TIMESTAMPTZ_OID) return toInstant;
  if (oid === INT8_OID) return Number;
  return pgTypes.getTypeParser(oid, format);
}

function toInstant(text: string): Temporal.Instant {
  return Temporal.Instant.from(text);
}

function toParameter(value: unknown): unknown {
  if (value instanceof Temporal.Instant || value instanceof Temporal.PlainDate) return value.toString();
  return value;
}

/** Statements with parameters are prepared once in each connection; those without may be several in one text. */
function namingStatements(client: PoolClient, counter: { statements: number }) {
  return {
    query: (text: string, values: readonly unknown[]) => {
      counter.statements += 1;
      if (values.length === 0) return client.query(text);
      if (values[0] instanceof CopyText) return copyInto(client, text, values[0]);
      return client.query({ name: statementName(text), text, values: values.map(toParameter) });
    },
    release: (destroy?: boolean) => client.release(destroy),
    processID: (client as unknown as { processID?: number }).processID,
  };
}

async function copyInto(client: PoolClient, statement: string, { text }: CopyText) {
  const stream = client.query(copyFrom(statement));
  const finished = once(stream, 'finish');
  stream.end(text);
  await finished;
  return { command: 'COPY', rowCount: stream.rowCount, rows: [] };
}

const statementNames = new Map<string, string>();

function statementName(text: string): string {
  let name = statementNames.get(text);
  if (!name) {
    name = `s${statementNames.size}`;
    statementNames.set(text, name);
  }
  return name;
}

/** Rows as PGlite's users expect them: instants as Date. */
const PLAIN_PARSERS = { [pgliteTypes.TIMESTAMPTZ]: (text: string) => new Date(text) };

/** PGlite has one session: whoever holds it runs alone, under the role of the agency. */
class SharedSession {
  readonly #pglite: PGlite;
  #role: string | null = null;
  #tail: Promise<void> = Promise.resolve();

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  async createAgency(agency: string): Promise<void> {
    const release = await this.acquire(null);
    try {
      await this.#pglite.exec(`
        do $$ begin
          if not exists (select from pg_roles where rolname = '${agency}') then create role ${agency} nologin; end if;
        end $$;
        create schema if not exists ${agency} authorization ${agency};
        create schema if not exists ${queueSchema(agency)} authorization ${agency};`);
    } finally {
      release();
    }
  }

  /** Waits for the session, switches it to the role, and returns what gives it back. */
  async acquire(role: string | null): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#tail;
    this.#tail = promise;
    await before;
    try {
      if (this.#role !== role) {
        await this.#pglite.exec(
          role === null ? 'reset role; reset search_path' : `set role ${role}; set search_path to ${role}`,
        );
        this.#role = role;
      }
    } catch (error) {
      resolve();
      throw error;
    }
    return resolve;
  }

  /** For pg-boss, which sends whole transactions as one text and reads rows as PGlite gives them. */
  forQueue(agency: string): NonNullable<ConstructorOptions['db']> {
    return {
      executeSql: async (text, values) => {
        const release = await this.acquire(agency);
        try {
          if (values?.length) return await this.#pglite.query(text, values, { parsers: PLAIN_PARSERS });
          const results = await this.#pglite.exec(text, { parsers: PLAIN_PARSERS });
          return { rows: results.flatMap(({ rows }) => rows) };
        } catch (error) {
          await this.#pglite.exec('rollback');
          throw error;
        } finally {
          release();
        }
      },
    };
  }

  async execute(query: CompiledQuery): Promise<QueryResult<never>> {
    const [first] = query.parameters;
    if (first instanceof CopyText) return this.#copy(query.sql, first);
    if (query.parameters.length === 0) {
      const results = await this.#pglite.exec(query.sql);
      return toQueryResult(results.at(-1));
    }
    return toQueryResult(await this.#pglite.query(query.sql, query.parameters.map(toParameter)));
  }

  /** Here COPY reads a file of the engine's own, which no agency's role may: for one statement the role is put aside. */
  async #copy(statement: string, { text }: CopyText): Promise<QueryResult<never>> {
    await this.#pglite.exec('reset role');
    try {
      const fromFile = statement.replace(/ from stdin$/, " from '/dev/blob'");
      return toQueryResult(await this.#pglite.query(fromFile, [], { blob: new Blob([text]) }));
    } finally {
      await this.#pglite.exec(`set role ${this.#role}`);
    }
  }
}

function toQueryResult(result: { rows: unknown[]; affectedRows?: number } | undefined): QueryResult<never> {
  return {
    rows: (result?.rows ?? []) as never[],
    ...(result?.affectedRows === undefined ? {} : { numAffectedRows: BigInt(result.affectedRows) }),
  };
}

/**
 * Kysely's own PGlite driver lets statements of one caller slip into the open transaction of another (0.29.9):
 * this one hands out the single session to one caller at a time.
 */
class SharedSessionDriver implements Driver {
  readonly #session: SharedSession;
  readonly #agency: string;
  readonly #releases = new WeakMap<DatabaseConnection, () => void>();
  statements = 0;

  constructor(session: SharedSession, agency: string) {
    this.#session = session;
    this.#agency = agency;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    assertOutsideTransaction('a statement outside its handle');
    const release = await this.#session.acquire(this.#agency);
    const connection: DatabaseConnection = {
      executeQuery: async (query: CompiledQuery) => {
        this.statements += 1;
        return this.#session.execute(query);
      },
      // oxlint-disable-next-line require-yield
      streamQuery: async function* () {
        throw new Error('PGlite does not stream rows.');
      },
    };
    this.#releases.set(connection, release);
    return connection;
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#releases.get(connection)?.();
  }

  async destroy(): Promise<void> {}
}
