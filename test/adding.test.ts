import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BUILT_FROM, hashPageSources } from '../gateway/playground/built-page.ts';

// subgraphs/README.md, carried out from top to bottom in a copy of the repository, as a reader would.

const ROOT = join(import.meta.dirname, '..');
const PAGE = 'subgraphs/README.md';
/** Not in the repository, and coming and going while other tests run; the packages are there by a link. */
const LEFT_OUT = /^(?:node_modules|\.git|\.data|\.env|\.vitest|gateway\/playground\/dist[^/]*)$/;
const SLOW_MS = 300_000;

const folder = mkdtempSync(join(tmpdir(), 'family-graph-adding-'));
const copy = join(folder, 'repository');
/** The variables of the test's own runner would tell another runner that it is a worker. */
const inherited = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_ENV|TEST|DEV|PROD|MODE)/.test(name));
const environment = { ...Object.fromEntries(inherited), DATA_DIR: join(folder, 'data'), PORT: '0', NO_COLOR: '1' };

cpSync(ROOT, copy, { recursive: true, filter: (source) => !LEFT_OUT.test(relative(ROOT, source)) });
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));

/** A fenced block, and the line above it. */
interface Block {
  readonly language: string;
  readonly text: string;
  readonly above: string;
}

function readBlocks(page: string): Block[] {
  return [...page.matchAll(/^(?<above>.*)\n+(?<fence>`{3,})(?<language>\w+)\n(?<text>[^]*?)^\k<fence>$/gm)].map(
    ({ groups = {} }) => ({
      language: groups['language'] ?? '',
      text: groups['text'] ?? '',
      above: groups['above'] ?? '',
    }),
  );
}

/** `file`, a new file: · `file`, after `line`: · `file`, instead of `line`: */
const PLACE = /^`(?<file>[^`]+)`, (?:(?<added>a new file)|(?<where>after|instead of) `(?<line>[^`]+)`):$/;

/** What a step came to, and what it must come to. */
interface Outcome {
  readonly found: unknown;
  readonly wanted: unknown;
  readonly message?: string;
}

function put(file: string, where: string | undefined, line: string, text: string): Outcome {
  const path = join(copy, file);
  if (where === undefined) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
    return { found: readFileSync(path, 'utf8'), wanted: text };
  }
  const lines = readFileSync(path, 'utf8').split('\n');
  const places = lines.flatMap((candidate, index) => (candidate.trim() === line ? [index] : []));
  const [place = 0] = places;
  const indent = /^ */.exec(lines[place] ?? '')?.[0];
  const added = text.trimEnd().split('\n');
  const indented = added.map((each) => (each === '' ? '' : `${indent}${each}`));
  lines.splice(where === 'after' ? place + 1 : place, where === 'after' ? 0 : 1, ...indented);
  writeFileSync(path, lines.join('\n'));
  return { found: places.length, wanted: 1, message: `${file} must have this line once: ${line}` };
}

let running: { readonly process: ChildProcess; readonly url: string } | null = null;

/** `npm start` as the page has it, until it is ready. */
async function start(command: string): Promise<Outcome> {
  await stop();
  standInForPlayground();
  const child = spawn('bash', ['-c', command], { cwd: copy, env: environment, detached: true });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      const ready = /Ready after[^]*?GraphQL +(\S+)\/graphql/.exec(output)?.[1];
      if (ready) resolve(ready);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('close', () => reject(new Error(`The gateway must start:\n${output}`)));
  });
  running = { process: child, url };
  return { found: (await fetch(`${url}/ready`)).status, wanted: 200 };
}

async function stop(): Promise<void> {
  if (!running) return;
  const { process: child } = running;
  running = null;
  const closed = new Promise((resolve) => child.once('close', resolve));
  if (child.pid) process.kill(-child.pid, 'SIGTERM');
  await closed;
}

/** The start would build the Playground, which is no part of the page: here it finds one that says it is fresh. */
function standInForPlayground(): void {
  const dist = join(copy, 'gateway/playground/dist');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'index.html'), '');
  writeFileSync(join(dist, BUILT_FROM), hashPageSources(copy));
}

function run(command: string): Outcome {
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', command], {
    cwd: copy,
    env: environment,
    encoding: 'utf8',
  });
  printed = stdout.trim();
  if (command.startsWith('npm run -s token')) token = printed;
  return { found: status, wanted: 0, message: `${stdout}\n${stderr}` };
}

async function ask(query: string): Promise<Outcome> {
  const response = await fetch(`${running?.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'x-purpose': 'CASE_WORK', 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  answer = await response.json();
  return { found: response.status, wanted: 200 };
}

/** What the last command printed, the last token of these, and the last answer. */
let printed = '';
let token = '';
let answer: unknown;

/** What is done with a block that has no place: a command and what it prints, a query and its answer. */
const CARRY_OUT: Readonly<Record<string, (text: string) => Promise<Outcome> | Outcome>> = {
  sh: (text) => (text.startsWith('npm start') ? start(text) : run(text)),
  text: (text) => ({ found: printed, wanted: expect.stringMatching(toPattern(text.trim())) as unknown }),
  graphql: ask,
  json: (text) => ({ found: answer, wanted: JSON.parse(text) as unknown }),
};

/** A line of `…` stands for whatever else is printed. */
function toPattern(text: string): RegExp {
  const lines = text.split('\n').map((line) => (line === '…' ? '[^]*' : RegExp.escape(line.trim())));
  return new RegExp(`^${lines.join('\\s*')}$`);
}

const STEPS = readBlocks(readFileSync(join(ROOT, PAGE), 'utf8')).map(({ language, text, above }) => {
  const { file, where, line = '' } = PLACE.exec(above)?.groups ?? {};
  if (file) return { title: above, carryOut: () => put(file, where, line, text) };
  const carryOut = CARRY_OUT[language];
  if (!carryOut) throw new Error(`The line above a block of ${language} must say where it belongs, not: ${above}`);
  return { title: `${language}: ${text.trim().split('\n').join(' · ')}`, carryOut: () => carryOut(text) };
});

afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

let done = 0;
test.each(STEPS.map((step, index) => ({ ...step, index })))(
  '$title',
  async ({ carryOut, index }) => {
    expect(done, 'How many of the steps above went well').toBe(index);
    const { found, wanted, message } = await carryOut();
    expect(found, message).toEqual(wanted);
    done += 1;
  },
  SLOW_MS,
);
