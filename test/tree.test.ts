import { readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AGENCIES } from '../schema/subgraphs.ts';

const ROOT = join(import.meta.dirname, '..');
/** Not ours, or different on every machine. */
const LEFT_OUT = new Set(['node_modules', '.git', '.data', '.vitest', 'dist']);

const FILES = listFiles('.');
/** What people write; generated files are held by test/schema/contract.test.ts. */
const SOURCES = FILES.filter((file) => /^(gateway|schema|subgraphs)\/(?!.*__generated__).*\.tsx?$/.test(file));

function listFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !LEFT_OUT.has(name))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      return entry.isDirectory() ? listFiles(path) : [path];
    })
    .toSorted();
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface Import {
  readonly from: string;
  /** A file of this repository, or the name of a package. */
  readonly target: string;
  /** Gone when the program runs. */
  readonly typeOnly: boolean;
}

const IMPORT =
  /^(?:import|export) (?<names>[^'"`;]*?) ?from '(?<source>[^']+)'|^import '(?<effect>[^']+)'|\bimport\(\s*'(?<dynamic>[^']+)'/gm;

function importsOf(file: string): Import[] {
  return [...read(file).matchAll(IMPORT)].map(({ groups = {} }) => {
    const specifier = groups['source'] ?? groups['effect'] ?? groups['dynamic'] ?? '';
    const names = groups['names'] ?? '';
    const named =
      /^\{([^}]*)\}$/
        .exec(names)?.[1]
        ?.split(',')
        .map((name) => name.trim())
        .filter(Boolean) ?? [];
    return {
      from: file,
      target: specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier,
      typeOnly: names.startsWith('type ') || (named.length > 0 && named.every((name) => name.startsWith('type '))),
    };
  });
}

const IMPORTS = SOURCES.flatMap(importsOf);
const isFile = ({ target }: Import) => FILES.includes(target);
const show = ({ from, target }: Import) => `${from} → ${target}`;

describe('who imports whom (design.md 1)', () => {
  const ENTRY_POINTS = ['gateway/main.ts', 'gateway/playground/demonstration.ts', 'gateway/print-token.ts'];
  const COMPOSITION = 'subgraphs/embedded.ts';
  /** Knows of each agency only its index. */
  const TABLE = 'subgraphs/agencies.ts';
  /** The five in one process, and one in a process of its own. */
  const STARTS = [COMPOSITION, 'subgraphs/main.ts'];

  /** What a file may import of this repository, as beginnings of paths. */
  function allowedFor(file: string): readonly string[] {
    const agency = AGENCIES.find((name) => file.startsWith(`subgraphs/${name}/`));
    if (agency) return ['schema/', 'subgraphs/kit/', `subgraphs/${agency}/`];
    if (file.startsWith('schema/')) return ['schema/'];
    if (file.startsWith('subgraphs/kit/')) return ['schema/', 'subgraphs/kit/'];
    if (file === TABLE) return ['schema/', 'subgraphs/kit/', ...AGENCIES.map((name) => `subgraphs/${name}/index.ts`)];
    if (STARTS.includes(file)) return ['schema/', 'subgraphs/kit/', 'subgraphs/config.ts', TABLE];
    if (file === 'subgraphs/config.ts') return ['schema/'];
    // The gateway itself meets agencies over HTTP only; what starts it starts them, too.
    if (ENTRY_POINTS.includes(file)) return ['schema/', 'gateway/', 'subgraphs/kit/', COMPOSITION];
    if (file.startsWith('gateway/')) return ['schema/', 'gateway/'];
    return [];
  }

  test('every import is found', () => {
    for (const file of SOURCES) {
      const text = read(file);
      const statements = text.match(/^import\b|^export (?:type )?(?:\*|\{[^}]*\}) from|\bimport\(/gm) ?? [];
      expect(importsOf(file).length, file).toBe(statements.length);
    }
    expect(IMPORTS.filter(({ target }) => target.endsWith('.ts') || target.endsWith('.json')).every(isFile)).toBe(true);
  });

  test('schema ◄ kit ◄ agency, schema ◄ gateway, and nothing imports test/', () => {
    const wrong = IMPORTS.filter(isFile).filter(
      ({ from, target }) => !allowedFor(from).some((beginning) => target.startsWith(beginning)),
    );
    expect(wrong.map(show)).toEqual([]);
    expect(SOURCES.filter((file) => allowedFor(file).length === 0)).toEqual([]);
  });

  /** Inside an agency: index → resolvers → commands → loaders, store, rules. */
  const NOT_FROM: Readonly<Record<string, readonly string[]>> = {
    'resolvers.ts': ['index.ts', 'seed.ts'],
    'commands/': ['index.ts', 'seed.ts', 'resolvers.ts', 'loaders.ts'],
    'loaders.ts': ['index.ts', 'seed.ts', 'resolvers.ts', 'commands/'],
    'store.ts': ['index.ts', 'seed.ts', 'resolvers.ts', 'loaders.ts', 'context.ts', 'commands/'],
    'worklist-resolvers.ts': ['index.ts', 'seed.ts', 'resolvers.ts', 'commands/'],
    'worklist-store.ts': ['index.ts', 'seed.ts', 'resolvers.ts', 'loaders.ts', 'context.ts', 'commands/'],
    'seed.ts': ['index.ts', 'resolvers.ts', 'loaders.ts', 'context.ts', 'commands/'],
  };

  test.each(Object.entries(NOT_FROM))('inside an agency %s does not look up', (part, above) => {
    const wrong = AGENCIES.flatMap((agency) =>
      IMPORTS.filter(
        ({ from, target }) =>
          from.startsWith(`subgraphs/${agency}/${part}`) &&
          above.some((beginning) => target.startsWith(`subgraphs/${agency}/${beginning}`)),
      ),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test('rules take facts and now: no graphql, no store, no clock', () => {
    const rules = SOURCES.filter((file) => file.includes('/rules/'));
    expect(rules.length).toBeGreaterThan(0);
    const pure =
      /\/rules\/[\w-]+\.ts$|^subgraphs\/kit\/(?:refusal|deadline|calendar|kato-prefix|state-machine)\.ts$|^schema\/(?:benefit-codes|wellbeing-indicators)\.ts$/;
    const typed = /\/__generated__\/|^schema\//;
    const wrong = IMPORTS.filter(({ from }) => rules.includes(from)).filter(
      ({ target, typeOnly }) => !pure.test(target) && !(typeOnly && typed.test(target)),
    );
    expect(wrong.map(show)).toEqual([]);
    expect(rules.filter((file) => /Temporal\.Now|Date\.now|new Date\(\)|performance\.now/.test(read(file)))).toEqual(
      [],
    );
  });

  test('below the resolvers nothing knows GraphQL or HTTP (design.md 4.9)', () => {
    const below = /^subgraphs\/\w+\/(?:(?:\w+-)?store|loaders|seed|context)\.ts$|\/(?:rules|commands)\//;
    const wrong = IMPORTS.filter(({ from }) => below.test(from)).filter(({ target }) =>
      /^(?:graphql|fastify|mercurius|undici|node:https?|@apollo\/|@graphql-tools\/)/.test(target),
    );
    expect(wrong.map(show)).toEqual([]);
  });
});

describe('what only some places may do', () => {
  test.each<[what: string, pattern: RegExp, places: readonly string[]]>([
    [
      'the environment is read where the process starts',
      /\bprocess\.env\b/,
      // gateway.ts sets, and does not read, a variable by which Apollo is kept from calling home.
      ['gateway/gateway.ts', 'gateway/main.ts', 'gateway/print-token.ts', 'schema/print-keys.ts', 'subgraphs/main.ts'],
    ],
    ['the process is ended where it starts', /\bprocess\.exit\b/, ['gateway/main.ts', 'subgraphs/main.ts']],
    ['an exit code is set by the scripts’ common frame', /\bprocess\.exitCode\b/, ['schema/run-script.ts']],
    ['the time of the domain comes from one clock', /\bTemporal\.Now\b/, ['subgraphs/kit/clock.ts']],
    [
      'the time of the machine is for security and logs',
      /\bDate\.now\(|\bnew Date\(\)/,
      [
        'gateway/access/token.ts',
        'gateway/agencies/agency-data-source.ts',
        'gateway/agencies/agency-watch.ts',
        'schema/log.ts',
        'subgraphs/kit/peer.ts',
        'subgraphs/kit/serve.ts',
      ],
    ],
  ])('%s', (_, pattern, places) => {
    expect(SOURCES.filter((file) => pattern.test(read(file)))).toEqual(places);
  });

  test('only an agency’s store touches its tables', () => {
    const touching = SOURCES.filter((file) => AGENCIES.some((agency) => file.startsWith(`subgraphs/${agency}/`)))
      .filter((file) => /\.(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto)\(/.test(read(file)))
      .filter((file) => !/\/(?:\w+-)?store\.ts$/.test(file));
    expect(touching).toEqual([]);
  });
});

describe('five agencies, one shape', () => {
  const SHAPE = [
    'README.md',
    '__generated__/',
    'context.ts',
    'index.ts',
    'loaders.ts',
    'migrations/',
    'resolvers.ts',
    'schema.graphql',
    'seed.ts',
    'store.ts',
  ];
  /** What an agency has when it needs it: commands, what it hears and does by itself, rules, and stores of some of its tables. */
  const COMMON = /^(?:commands\/|rules\/|events\.ts|jobs\.ts|(?:[a-z]+-)+store\.ts)$/;
  /** What an agency has besides. */
  const BESIDES: Readonly<Partial<Record<(typeof AGENCIES)[number], readonly string[]>>> = {
    social: ['person-search.ts'],
    centres: [
      'deadlines.ts',
      'evidence.ts',
      // The figures of the ministry: a table of definitions and one of statements, of no other part of a case.
      'indicators/',
      'plan-comparison.ts',
      'protection-resolvers.ts',
      'worklist-resolvers.ts',
    ],
  };

  test.each(AGENCIES)('%s', (agency) => {
    const folder = join(ROOT, 'subgraphs', agency);
    const entries = readdirSync(folder).map((name) => (statSync(join(folder, name)).isDirectory() ? `${name}/` : name));
    expect(entries.filter((entry) => !COMMON.test(entry)).toSorted()).toEqual(
      [...SHAPE, ...(BESIDES[agency] ?? [])].toSorted(),
    );
    expect(readdirSync(join(folder, '__generated__'))).toEqual(['resolvers.ts']);
  });

  test.each(['kit', ...AGENCIES])('the migrations of %s are numbered from 1 without a gap', (name) => {
    const files = readdirSync(join(ROOT, 'subgraphs', name, 'migrations')).toSorted();
    expect(files.length).toBeGreaterThan(0);
    files.forEach((file, index) => {
      expect(file).toMatch(new RegExp(`^${String(index + 1).padStart(4, '0')}-[a-z0-9]+(?:-[a-z0-9]+)*\\.sql$`));
    });
  });

  test('files are called kebab-case after what they hold, and never utils or helpers (design.md 2)', () => {
    const names = SOURCES.map((file) => posix.basename(file));
    expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*\.tsx?$/.test(name))).toEqual([]);
    expect(names.filter((name) => /^(?:utils?|helpers?|manager|common|misc)\.ts$/.test(name))).toEqual([]);
  });
});

describe('the tree is of no machine', () => {
  test.each([
    [
      'a path of this machine',
      new RegExp([ROOT, homedir()].map((path) => `${RegExp.escape(path)}(?![\\w-])`).join('|')),
    ],
    ['a path of a machine like it', /(?<![\w.:/-])\/(?:home|root|work|Users|mnt|tmp)\/\w/],
    ['a host from which packages come', /\bregistry[.][a-z]+[.]?[a-z]*\/|"resolved":\s*"http/],
  ])('no file mentions %s', (_, pattern) => {
    expect(FILES.filter((file) => pattern.test(read(file)))).toEqual([]);
  });
});
