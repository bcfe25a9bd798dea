import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../../schema/access.ts';
import { tell } from '../../../subgraphs/kit/events.ts';
import { appendEvents } from '../../../subgraphs/kit/outbox.ts';
import { getOrganisation } from '../../../subgraphs/kit/nation/places.ts';
import { createChildTaker, type EducationCommand, giveEducation, toldBy } from '../../support/child-case.ts';
import { createWorld, cut, key, type World } from '../../support/world.ts';

let world: World;
let takeChild: Awaited<ReturnType<typeof createChildTaker>>;
beforeAll(async () => {
  world = await createWorld();
  takeChild = await createChildTaker(world);
});
afterAll(() => world.stop());

const NOBODY = '00000000-0000-4000-8000-000000000000';
const give = (name: EducationCommand, input: object, asking = {}) => giveEducation(world, name, input, asking);
const school = () => getOrganisation(world.nation.family(0).district, 'EDUCATION');
/** A body that has nothing to do with schools, for a pedagogue from elsewhere. */
const elsewhere = () => getOrganisation(world.nation.family(0).district, 'CULTURE');

const schooling = (personId: string, change: object = {}) => ({
  personId,
  organisation: 'Школа № 12',
  grade: '5 класс',
  attendance: 'IRREGULAR',
  needsAttention: true,
  schoolRegister: false,
  ...change,
});
const guardianship = (personId: string, change: object = {}) => ({
  personId,
  body: 'Орган опеки',
  status: 'UNDER_OBSERVATION',
  ...change,
});

/** A pupil for whom the demonstration's school speaks. */
async function takePupil(): Promise<string> {
  const { child } = takeChild();
  await give('recordSchooling', schooling(child.id));
  return child.id;
}

describe('recordSchooling', () => {
  test('replaces the whole picture, and tells the centres of the measure that it moves (decision C3)', async () => {
    const { child } = takeChild();
    await give('recordSchooling', schooling(child.id));
    const measureId = crypto.randomUUID();
    const change = { grade: null, attendance: 'REGULAR', needsAttention: false, measureId };
    const answer = await give('recordSchooling', schooling(child.id, change));
    expect(answer).toMatchObject({ alreadyProcessed: false, userErrors: [] });
    expect(answer.person).toEqual({
      id: child.id,
      education: {
        enrolled: true,
        organisation: 'Школа № 12',
        grade: null,
        attendance: 'REGULAR',
        needsAttention: false,
        schoolRegister: false,
      },
    });
    expect(await toldBy(world, 'education', 'FactRecorded', measureId)).toMatchObject([
      { state: 'REGULAR', evidenceKind: null, evidenceId: null, organisationId: school().id, destination: 'centres' },
    ]);
  });

  test('is for the pedagogue of the pupil’s own organisation and for the integrator', async () => {
    const pupil = await takePupil();
    const other = { as: { organisation: elsewhere().id } };
    expect(await give('recordSchooling', schooling(pupil), other)).toMatchObject({
      person: null,
      userErrors: [{ code: 'FORBIDDEN', path: ['input', 'personId'] }],
    });
    const moved = schooling(pupil, { organisation: 'Гимназия № 1' });
    expect(await give('recordSchooling', moved, { role: 'INTEGRATOR' })).toMatchObject({ userErrors: [] });
    expect(await give('recordSchooling', moved, other)).toMatchObject({ userErrors: [] });
    expect(await give('recordSchooling', moved)).toMatchObject({ userErrors: [{ code: 'FORBIDDEN' }] });
  });

  test('of a pupil whom two schools take at once is taken by one', async () => {
    const { child } = takeChild();
    await world.sql('education').deleteFrom('schooling').where('personId', '=', child.id).execute();
    const answers = await Promise.all(
      [school().id, elsewhere().id].map((organisation) =>
        give('recordSchooling', schooling(child.id), { as: { organisation } }),
      ),
    );
    expect(answers.filter(({ person }) => person)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'FORBIDDEN' }]);
  });
});

describe('addSchoolNote', () => {
  test('adds a note under the name in the token', async () => {
    const pupil = await takePupil();
    const answer = await give(
      'addSchoolNote',
      { personId: pupil, text: 'Плачет на уроках', bullying: true },
      { as: { name: 'Сейтова Гульнара' } },
    );
    expect(answer).toMatchObject({
      note: { author: 'Сейтова Гульнара', text: 'Плачет на уроках', bullying: true },
      userErrors: [],
    });
    // A note on bullying opens no case by itself.
    expect(
      await world.sql('education').selectFrom('childHelpCase').select('id').where('childId', '=', pupil).execute(),
    ).toEqual([]);
    const audited = await world.sql('education').selectFrom('auditEntry').selectAll().execute();
    expect(JSON.stringify(audited)).not.toContain('Плачет');
  });

  test('is not to be written without a name', async () => {
    const pupil = await takePupil();
    expect(await give('addSchoolNote', { personId: pupil, text: 'Плачет' }, { as: { name: undefined } })).toMatchObject(
      { note: null, userErrors: [{ code: 'FORBIDDEN' }] },
    );
  });

  test('does not find a pupil who is not assigned, as one who is not there', async () => {
    const pupil = await takePupil();
    const asking = { as: { organisation: elsewhere().id } };
    const hidden = await give('addSchoolNote', { personId: pupil, text: 'Плачет' }, asking);
    const absent = await give('addSchoolNote', { personId: NOBODY, text: 'Плачет' }, asking);
    expect(hidden).toEqual(absent);
    expect(hidden).toMatchObject({ note: null, userErrors: [{ code: 'NOT_FOUND', path: ['input', 'personId'] }] });
  });

  test('is open to a body with a measure for the pupil, as long as it has one', async () => {
    const pupil = await takePupil();
    const assign = (validUntil: string | null) =>
      world
        .sql('education')
        .insertInto('accessFact')
        .values({
          id: crypto.randomUUID(),
          subjectId: pupil,
          kind: 'ASSIGNED',
          organisationId: elsewhere().id,
          validUntil,
        })
        .execute();
    const note = () =>
      give('addSchoolNote', { personId: pupil, text: 'Плачет' }, { as: { organisation: elsewhere().id } });
    await assign('2025-09-01T00:00:00Z');
    expect(await note()).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    await assign(null);
    expect(await note()).toMatchObject({ userErrors: [] });
  });
});

describe('recordGuardianship', () => {
  test('replaces the record of the child, of which there is one, also twice at once', async () => {
    const { child } = takeChild();
    const measureId = crypto.randomUUID();
    const answers = await Promise.all(
      ['UNDER_OBSERVATION', 'GUARDIANSHIP'].map((status) =>
        give('recordGuardianship', guardianship(child.id, { status })),
      ),
    );
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    const last = await give(
      'recordGuardianship',
      guardianship(child.id, { status: 'ENDED', caseManager: 'Ли', measureId }),
    );
    expect(last.person.education.guardianship).toEqual({ body: 'Орган опеки', caseManager: 'Ли', status: 'ENDED' });
    expect(await toldBy(world, 'education', 'FactRecorded', measureId)).toMatchObject([{ state: 'ENDED' }]);
  });
});

describe('what school and guardianship record', () => {
  const INPUTS: readonly (readonly [EducationCommand, (personId: string) => object, Role[]])[] = [
    ['recordSchooling', schooling, ['GUARDIANSHIP', 'CHILD_HELP_ROOM', 'POLICE', 'CASE_MANAGER', 'DOCTOR']],
    ['addSchoolNote', (personId) => ({ personId, text: 'Плачет' }), ['GUARDIANSHIP', 'INTEGRATOR', 'CASE_MANAGER']],
    ['recordGuardianship', guardianship, ['SOCIAL_PEDAGOGUE', 'CHILD_HELP_ROOM', 'CASE_MANAGER', 'INTEGRATOR']],
  ];

  test.each(INPUTS)('%s is done once for a key', async (name, toInput) => {
    const input = { idempotencyKey: key(), ...toInput(await takePupil()) };
    const first = await give(name, input);
    expect(first).toMatchObject({ alreadyProcessed: false, userErrors: [] });
    expect(await give(name, input)).toEqual({ ...first, alreadyProcessed: true });
    expect(await give(name, { ...input, personId: takeChild().child.id })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_CONFLICT' }],
    });
  });

  test.each(INPUTS)('%s is not for others', async (name, toInput, others) => {
    for (const role of others) {
      expect(await give(name, toInput(takeChild().child.id), { role })).toMatchObject({
        userErrors: [{ code: 'FORBIDDEN' }],
      });
    }
  });

  test.each(INPUTS)('%s does not know an unknown person', async (name, toInput) => {
    expect(await give(name, toInput(NOBODY))).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'personId'] }],
    });
  });

  test.each<[EducationCommand, object, string]>([
    ['recordSchooling', schooling('x'), 'personId'],
    ['recordSchooling', schooling(NOBODY, { organisation: '' }), 'organisation'],
    ['recordSchooling', schooling(NOBODY, { grade: 'я'.repeat(201) }), 'grade'],
    ['addSchoolNote', { personId: NOBODY, text: 'я'.repeat(4001) }, 'text'],
    ['recordGuardianship', guardianship(NOBODY, { body: 'я'.repeat(201) }), 'body'],
    ['recordGuardianship', guardianship(NOBODY, { caseManager: '' }), 'caseManager'],
    ['acknowledgeGuardianshipNotice', { noticeId: 'x', registryNumber: '1' }, 'noticeId'],
    ['acknowledgeGuardianshipNotice', { noticeId: NOBODY, registryNumber: ' ' }, 'registryNumber'],
  ])('%s refuses bad input %#', async (name, input, field) => {
    expect(await give(name, input)).toMatchObject({ userErrors: [{ code: 'INVALID_INPUT', path: ['input', field] }] });
  });

  test('does not wait for the registry', async () => {
    const pupil = takeChild().child.id;
    cut(world, 'social');
    const { data, errors } = await world.ask(
      'mutation ($input: RecordGuardianshipInput!) { recordGuardianship(input: $input) { userErrors { code } } }',
      { role: 'GUARDIANSHIP', variables: { input: { idempotencyKey: key(), ...guardianship(pupil) } } },
    );
    expect({ data, errors }).toEqual({ data: { recordGuardianship: { userErrors: [] } }, errors: [] });
  });
});

describe('acknowledgeGuardianshipNotice (Rules p.26, DL-05, R-086, decision A7)', () => {
  /** The centres tell of a notice, as they do at an admission with minors. */
  async function send(change: object = {}): Promise<string> {
    const noticeId = crypto.randomUUID();
    const [subject] = world.nation.family(0).members;
    const notice = {
      noticeId,
      number: `N-${noticeId.slice(0, 8)}`,
      recipient: 'GUARDIANSHIP' as const,
      subjectId: subject!.id,
      districtKato: world.nation.family(0).district.kato,
      childrenCount: 2,
      centreContact: '+7 700 000 00 00',
      sentAt: '2025-10-01T05:00:00Z',
      dueAt: '2025-10-02T04:00:00Z',
      ...change,
    };
    await appendEvents(world.sql('centres'), [tell('NoticeSent', notice)], world.clock.now());
    await world.agencies.settle();
    return noticeId;
  }
  const acknowledge = (noticeId: string, change: object = {}, asking = {}) =>
    give('acknowledgeGuardianshipNotice', { noticeId, registryNumber: 'ВХ-17', ...change }, asking);

  test('registers the notice and tells the centres, once for a key', async () => {
    const noticeId = await send();
    const input = { idempotencyKey: key() };
    const first = await acknowledge(noticeId, input);
    expect(first).toEqual({
      notice: { id: noticeId, acknowledgedAt: expect.any(String) },
      alreadyProcessed: false,
      userErrors: [],
    });
    expect(await acknowledge(noticeId, input)).toEqual({ ...first, alreadyProcessed: true });
    expect(await acknowledge(noticeId, { ...input, registryNumber: 'ВХ-18' })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_CONFLICT' }],
    });
    expect(await toldBy(world, 'education', 'NoticeAcknowledged', noticeId)).toEqual([
      { destination: 'centres', noticeId, registryNumber: 'ВХ-17', at: expect.any(String) },
    ]);
  });

  test('is done once, also by two at once', async () => {
    const noticeId = await send();
    const answers = await Promise.all(
      ['ВХ-1', 'ВХ-2'].map((registryNumber) => acknowledge(noticeId, { registryNumber })),
    );
    expect(answers.filter(({ notice }) => notice)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([
      { code: 'INVALID_STATE', path: ['input', 'noticeId'], entityId: noticeId, currentState: 'ACKNOWLEDGED' },
    ]);
    expect(await toldBy(world, 'education', 'NoticeAcknowledged', noticeId)).toHaveLength(1);
  });

  test('a notice that is sent again is the same one, and stays acknowledged', async () => {
    const noticeId = await send();
    await acknowledge(noticeId);
    await send({ noticeId });
    expect(await acknowledge(noticeId)).toMatchObject({ userErrors: [{ code: 'INVALID_STATE' }] });
  });

  test('of the region is for the region’s body as well', async () => {
    const noticeId = await send();
    expect(await acknowledge(noticeId, {}, { as: { district: '710000000' } })).toMatchObject({ userErrors: [] });
  });

  test('is not there for anybody but its recipient, nor for the aggressor’s side', async () => {
    const family = [...world.nation.all()].find(({ incident }) => incident)!;
    const { aggressor, victim } = family.incident!;
    const absent = await acknowledge(NOBODY);
    expect(absent).toMatchObject({ notice: null, userErrors: [{ code: 'NOT_FOUND', path: ['input', 'noticeId'] }] });
    const ofVictim = await send({ subjectId: victim.id });
    expect(await acknowledge(ofVictim, {}, { as: { person: aggressor.id } })).toEqual(absent);
    expect(await acknowledge(await send({ recipient: 'LAW_ENFORCEMENT' }))).toEqual(absent);
    expect(await acknowledge(await send({ districtKato: '750000000' }))).toEqual(absent);
    expect(await acknowledge(ofVictim)).toMatchObject({ userErrors: [] });
  });

  test('is given by guardianship only', async () => {
    const noticeId = await send();
    for (const role of ['POLICE', 'SOCIAL_PEDAGOGUE', 'CHILD_HELP_ROOM', 'CASE_MANAGER'] as Role[]) {
      expect(await acknowledge(noticeId, {}, { role })).toMatchObject({ userErrors: [{ code: 'FORBIDDEN' }] });
    }
  });
});
