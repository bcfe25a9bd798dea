import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../schema/access.ts';
import { ERROR_CODES } from '../../schema/codes.ts';
import { isNotImplemented } from '../../schema/not-implemented.ts';
import { AGENCIES } from '../../schema/subgraphs.ts';
import type { NationDistrict } from '../../subgraphs/kit/nation/places.ts';
import { API } from '../support/bad-input.ts';
import { openEmptyEngine } from '../support/engine.ts';
import { TWO_DISTRICTS } from '../support/nation.ts';
import { installProbe, type Probe } from '../support/probe.ts';
import { claimsOf, createSides, inputTypeOf, type Sending, type Side } from '../support/sides.ts';
import { VALID } from '../support/valid/all.ts';
import { listEnded } from '../support/valid/ended.ts';
import { findLawfulElsewhere, LAWFUL_ELSEWHERE } from './lawful-elsewhere.ts';
import { listTimes, listWrongIds, type Row, type Sendings } from '../support/wrong-ids.ts';
import { type Answer, createWorld, key, type World } from '../support/world.ts';

// Every id that a command takes, right in its form and wrong in its meaning, with everything else right; and every date at
// the edges of the calendar. Nothing takes effect here, so that all rows are about one state of the world.

let world: World;
let here: NationDistrict;
let probe: Probe;
let endedOf: Awaited<ReturnType<typeof listEnded>>;
let examples: { person: string; family: string };
const sendings = new Map<string, Sendings>();

beforeAll(async () => {
  world = await createWorld({ country: { nation: TWO_DISTRICTS, engine: await openEmptyEngine() } });
  const [first, second] = TWO_DISTRICTS.districts;
  if (!first || !second) throw new Error('The nation must have two districts.');
  here = first;
  // What is late becomes known to the Agency for Civil Service Affairs.
  await world.agencies.servers.centres.jobs.run();
  await world.agencies.settle();

  const createSide = createSides(world);
  const [own, neighbour, hidden, far] = [
    createSide('own', here),
    createSide('neighbour', here),
    createSide('hidden', here),
    createSide('far', second),
  ];
  for (const [name, make] of Object.entries(VALID)) {
    sendings.set(name, {
      own: await make(own),
      neighbour: await make(neighbour),
      hidden: await make(hidden),
      far: await make(far),
    });
  }
  endedOf = await listEnded(own);
  const [family] = own.taken;
  examples = { person: family?.members[0]?.id ?? '', family: family?.id ?? '' };
  await world.agencies.settle();
  await hide(hidden);
  probe = await installProbe(world);
}, 300_000);
afterAll(() => world.stop());

/** Everybody in the district is on the aggressor's side of those families (domain.md 8.3), and every agency knows it. */
async function hide({ taken }: Side): Promise<void> {
  const users = new Set(ROLES.map((role) => claimsOf(world, role, here).sub));
  const subjects = taken.flatMap(({ id, members }) => [id, ...members.map((member) => member.id)]);
  const facts = subjects.flatMap((subjectId) =>
    [...users].map((userId) => ({ id: randomUUID(), subjectId, kind: 'CONFLICT', userId })),
  );
  for (const agency of AGENCIES) await world.sql(agency).insertInto('accessFact').values(facts).execute();
  const families = new Set(taken.map(({ id }) => id));
  const declared = facts.flatMap(({ id, subjectId, userId }) =>
    families.has(subjectId) ? [] : { id, personId: subjectId, userId, reason: 'Родственник', since: world.clock.now() },
  );
  await world.sql('centres').insertInto('conflictOfInterest').values(declared).execute();
}

interface Outcome {
  readonly line: string;
  readonly accepted: boolean;
  readonly body: string;
}

async function give(command: string, { role, purpose }: Sending, input: object): Promise<Outcome> {
  const document = `mutation ($input: ${inputTypeOf(command).name}!) {
    ${command}(input: $input) { userErrors { code message path entityId currentState } } }`;
  const { answer, accepted, changed } = await probe(() =>
    world.ask(document, {
      role,
      as: claimsOf(world, role, here),
      purpose: purpose ?? 'SERVICE_DELIVERY',
      variables: { input: { ...input, idempotencyKey: key() } },
    }),
  );
  if (accepted !== null) return { line: describeAccepted(accepted), accepted: true, body: '' };
  const line = describeRefusal(command, input, answer);
  expect(changed, `what ${line} left behind`).toEqual([]);
  expect(
    world.logged.filter(({ level }) => level === 'error'),
    line,
  ).toEqual([]);
  const words = answer.body.replaceAll(/[\da-f-]{36}/g, '');
  expect(words, 'a refusal is free of names, numbers and addresses').not.toMatch(/[а-яәіңғүұқөһё]|\d{12}|\+7/i);
  return { line, accepted: false, body: answer.body };
}

/** Of a batch each entry is refused by itself. */
function describeAccepted(stored: unknown): string {
  const { rejected = [] } = stored as { rejected?: { code: string; path: string[] | null }[] };
  return ['ok', ...rejected.map(({ code, path }) => `rejected ${code} at ${toPath(path)}`)].join(', ');
}

const toPath = (path: readonly string[] | null) => path?.slice(1).join('.') || 'input';

/** The answer in one line: the codes with the places of what is wrong, and what is told of the thing besides. */
function describeRefusal(command: string, input: object, { data, errors }: Answer): string {
  const given = JSON.stringify(input);
  const refused = (data?.[command]?.userErrors ?? []) as {
    code: string;
    path: string[] | null;
    entityId: string | null;
    currentState: string | null;
  }[];
  const codes = [...errors.map(({ extensions }) => extensions.code), ...refused.map(({ code }) => code)];
  expect(codes.filter((code) => !CODES.has(code) || code === 'INTERNAL')).toEqual([]);
  expect(codes.length).toBeGreaterThan(0);
  return [
    ...errors.map(({ extensions }) => `${extensions.code}!`),
    ...refused.map(({ code, path, entityId, currentState }) =>
      [
        path ? `${code} at ${toPath(path)}` : code,
        ...(currentState === null ? [] : [`state ${currentState}`]),
        ...(entityId === null || given.includes(entityId) ? [] : ['names another thing']),
      ].join(', '),
    ),
  ].join('; ');
}

const USER_ERRORS = API.getType('UserErrorCode');
const CODES = new Set([
  ...Object.keys(ERROR_CODES),
  ...(USER_ERRORS && 'getValues' in USER_ERRORS ? USER_ERRORS.getValues().map(({ name }) => name) : []),
  'BAD_USER_INPUT',
]);

/**
 * What the aggressor's side must not know to exist (domain.md 8.1, 8.3): residences and placements with what leads to them,
 * incidents, orders, assessments with plans of immediate response, and cases of mobile groups.
 */
const HIDDEN = new Set([
  'residenceId',
  'noticeId',
  'placementId',
  'incidentId',
  'sourceIncidentId',
  'orderId',
  'assessmentId',
  'immediatePlanId',
  'mobileGroupCaseId',
  'proposalId',
]);
/** Where it is the person, or the referral, by whom one would learn of a refuge. */
const HIDDEN_IN = new Set([
  'admitToTemporaryResidence personId',
  'admitToTemporaryResidence minorPersonIds',
  'recordCrisisCentrePlacement personId',
  'breakGlass personId',
  'recordVictimIdentification referralId',
  'reportReferralStatus of an identification referralId',
]);
/** The refuges of others are unknown in every other district, whoever asks. */
const SECRET = new Set(['residenceId', 'noticeId', 'placementId']);

function isHidden(name: string, { field, wrong }: Row): boolean {
  if (wrong === 'of a hidden case') return HIDDEN.has(field) || HIDDEN_IN.has(`${name} ${field}`);
  return wrong === 'of another district' && (SECRET.has(field) || field.endsWith('referralId'));
}

/** Entries of the table of what is lawful elsewhere that a row has needed. */
const neededElsewhere = new Set<string>();

const commandOf = (name: string) => name.split(' ')[0] ?? '';

test('every command is in the table', () => {
  const commands = Object.keys(API.getMutationType()?.getFields() ?? {}).filter(
    (name) => !isNotImplemented(`Mutation.${name}`),
  );
  expect([...new Set(Object.keys(VALID).map(commandOf))].toSorted()).toEqual(commands.toSorted());
});

describe('an id of something else is refused with a code and the place, tells nothing and changes nothing', () => {
  test.each(Object.keys(VALID))('%s', async (name) => {
    const command = commandOf(name);
    const made = sendings.get(name);
    if (!made) throw new Error('The command must have a lawful input.');
    const { own } = made;
    const lawful = await give(command, own, own.input);
    expect(lawful, 'the lawful input that the rows are made of').toMatchObject({ accepted: true });

    const lines = [['', 'lawful', lawful.line]];
    const whole = (wrong: string, { input }: Sending): Row => ({ field: '(all)', wrong, given: '', input });
    const rows = [
      ...listWrongIds(command, made, endedOf(command), examples),
      whole('of another district', made.far),
      whole('of a hidden case', made.hidden),
    ];
    const ofNothing = new Map<string, string>();
    const telling: string[] = [];
    const elsewhere: string[] = [];
    for (const row of [...rows, ...listTimes(command, own)]) {
      const { line, body, accepted } = await give(command, own, row.input);
      lines.push([row.field, row.wrong, line]);
      const told = body.replaceAll(row.given, 'the id');
      if (row.wrong === 'of nothing') ofNothing.set(row.field, told);
      if (isHidden(name, row) && told !== ofNothing.get(row.field)) telling.push(`${row.field} ${row.wrong}`);
      if (accepted && !line.includes('rejected') && row.wrong === 'of another district') elsewhere.push(row.field);
    }
    expect(telling, 'answers that differ, but for the id, from those about nothing').toEqual([]);
    const reasons = elsewhere.map((field) => findLawfulElsewhere(command, field));
    expect(
      elsewhere.filter((_, index) => reasons[index] === null),
      'what is of another district and accepted without a reason',
    ).toEqual([]);
    for (const reason of reasons) neededElsewhere.add(reason ?? '');
    const text = lines.map(([field = '', wrong = '', line]) => `${field.padEnd(34)} ${wrong.padEnd(36)} ${line}`);
    await expect(`as ${own.role}\n\n${text.join('\n')}\n`).toMatchFileSnapshot(
      `../golden/wrong-ids/${name.replaceAll(' ', '-')}.txt`,
    );
  });
});

test('what is lawful elsewhere is that and no more', () => {
  expect(Object.keys(LAWFUL_ELSEWHERE).filter((entry) => !neededElsewhere.has(entry))).toEqual([]);
});
