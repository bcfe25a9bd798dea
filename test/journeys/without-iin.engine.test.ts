import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NationPerson } from '../../subgraphs/kit/nation/people.ts';
import { FIRST_DISTRICT } from '../../subgraphs/kit/nation/nation.ts';
import { dumpRecords, listDifferences } from '../support/dump.ts';
import { give, merge, readAll, unmerge } from '../support/registry.ts';
import { createWorld, type World } from '../support/world.ts';

// Somebody whom nobody can identify yet is helped at once, and is found to be somebody known later (decision B1, I-03).

let world: World;
/** People of the nation with many records, whose IIN nobody knows here. */
let strangers: readonly NationPerson[];

beforeAll(async () => {
  world = await createWorld();
  strangers = await forgetIins(8);
});
afterAll(() => world.stop());

/** Those with the most records in all agencies, women, men and children; each becomes PROVISIONAL. */
async function forgetIins(count: number): Promise<NationPerson[]> {
  const dump = await dumpRecords(world);
  const texts = Object.entries(dump)
    .filter(([table]) => !table.endsWith('.access_fact'))
    .map(([, rows]) => rows.join('\n'));
  const tablesOf = ({ id }: NationPerson) => texts.filter((text) => text.includes(id)).length;
  const rich = [...world.nation.all()]
    .flatMap(({ members }) => members)
    .map((person) => ({ person, tables: tablesOf(person) }))
    .toSorted((left, right) => right.tables - left.tables)
    .map(({ person }) => person);
  const chosen = [
    ...rich.filter(({ sex, minor }) => sex === 'FEMALE' && !minor).slice(0, count / 2),
    ...rich.filter(({ minor }) => minor).slice(0, count / 2),
  ];
  for (const { id } of chosen) {
    await world
      .sql('social')
      .updateTable('person')
      .set({ iin: null, identityStatus: 'PROVISIONAL' })
      .where('id', '=', id)
      .execute();
  }
  return chosen;
}

const at = (index: number): NationPerson => {
  const person = strangers[index];
  if (!person) throw new Error('There are so many strangers.');
  return person;
};

const knownWoman = () => {
  const [woman] = world.nation.family(3).members;
  if (!woman) throw new Error('A family has members.');
  return woman;
};

describe('a woman comes without documents', () => {
  let provisional: string;
  let suggestion: string;

  test('she is registered under the name that she gives, and the registry suggests who she may be', async () => {
    const known = knownWoman();
    const { person, suggestions } = await give(world, 'registerProvisionalPerson', {
      hint: { fullName: 'Жумабаева Мадина Рустемовна', birthYear: 1986, sex: 'FEMALE', kato: FIRST_DISTRICT },
    });
    expect(person.identityStatus).toBe('PROVISIONAL');
    expect(suggestions[0]).toMatchObject({ score: 0.85, left: { id: known.id }, right: { id: person.id } });
    provisional = person.id;
    suggestion = suggestions[0].id;
  });

  test('the police, a clinic, a school and the centre write down what they do for her', async () => {
    await world
      .sql('interior')
      .insertInto('policeIncident')
      .values({
        id: randomUUID(),
        registryNumber: 'ЕРДР-1',
        kind: 'PHYSICAL_VIOLENCE',
        occurredAt: world.clock.now(),
        kato: FIRST_DISTRICT,
        victimId: provisional,
        threatToLife: false,
        reportedBy: 'LOCAL_POLICE',
      })
      .execute();
    await world
      .sql('health')
      .insertInto('medicalEpisode')
      .values({
        id: randomUUID(),
        personId: provisional,
        openedAt: world.clock.now(),
        kind: 'INJURY',
        organisation: 'Больница',
        suspicionOfViolence: true,
      })
      .execute();
    await world
      .sql('education')
      .insertInto('schoolNote')
      .values({
        id: randomUUID(),
        personId: provisional,
        at: world.clock.now(),
        author: 'Педагог',
        text: 'Заметка',
        bullying: false,
      })
      .execute();
    await world
      .sql('centres')
      .insertInto('safetyFlag')
      .values({ id: randomUUID(), personId: provisional, kind: 'NO_CALLS_HOME', since: world.clock.now() })
      .execute();
    const { interior, health, education, support } = await readAll(world, provisional);
    expect(interior.incidentsAsVictim).toHaveLength(1);
    expect(health.details.episodes).toHaveLength(1);
    expect(education.notes).toHaveLength(1);
    expect(support.safetyFlags).toEqual([{ kind: 'NO_CALLS_HOME' }]);
  });

  test('a case manager of her district decides that it is the same woman, once; nothing is joined by that', async () => {
    const list = `query ($d: KATO!) { linkSuggestions(districtKato: $d, status: OPEN, first: 10) { nodes { id } } }`;
    const { data } = await world.ask(list, { variables: { d: FIRST_DISTRICT } });
    expect(data.linkSuggestions.nodes).toContainEqual({ id: suggestion });
    const decide = { suggestionId: suggestion, same: true, reason: 'Узнали по фотографии' };
    const { suggestion: decided } = await give(world, 'decideLinkSuggestion', decide, { role: 'CASE_MANAGER' });
    expect(decided).toMatchObject({ id: suggestion, status: 'ACCEPTED' });
    const again = await give(world, 'decideLinkSuggestion', decide, { role: 'CASE_MANAGER' });
    expect(again.userErrors).toMatchObject([{ code: 'INVALID_STATE', entityId: suggestion, currentState: 'ACCEPTED' }]);
    expect((await readAll(world, provisional)).interior.incidentsAsVictim).toHaveLength(1);
  });

  test('the records are joined: her old id leads to all that is known of her, in every agency; taken back, all is as it was', async () => {
    const known = knownWoman();
    const before = await dumpRecords(world);
    const [old, kept] = [await readAll(world, provisional), await readAll(world, known.id)];

    const merged = await merge(world, known.id, provisional);
    expect(merged).toMatchObject({ person: { id: known.id, identityStatus: 'CONFIRMED' }, userErrors: [] });
    const joined = await readAll(world, known.id);
    expect(await readAll(world, provisional)).toEqual(joined);
    expect(joined.interior.incidentsAsVictim).toHaveLength(kept.interior.incidentsAsVictim.length + 1);
    expect(joined.interior.incidentsAsVictim).toContainEqual({
      id: old.interior.incidentsAsVictim[0].id,
      victim: { id: known.id },
    });
    expect(joined.health.details.episodes).toHaveLength(kept.health.details.episodes.length + 1);
    expect(joined.education.notes).toContainEqual({ text: 'Заметка' });
    expect(joined.support.safetyFlags).toContainEqual({ kind: 'NO_CALLS_HOME' });
    const { data } = await world.ask('query ($id: ID!) { person(id: $id) { id identityStatus mergedInto { id } } }', {
      variables: { id: provisional },
    });
    expect(data.person).toEqual({ id: provisional, identityStatus: 'MERGED', mergedInto: { id: known.id } });

    const back = await unmerge(world, provisional);
    expect(back).toMatchObject({
      kept: { id: known.id, identityStatus: 'CONFIRMED' },
      restored: { id: provisional, identityStatus: 'PROVISIONAL', mergedInto: null },
      userErrors: [],
    });
    expect(listDifferences(before, await dumpRecords(world))).toEqual([]);
    expect(await readAll(world, provisional)).toEqual(old);
    expect(await readAll(world, known.id)).toEqual(kept);
  });

  test('events that come twice have their effect once', async () => {
    await merge(world, knownWoman().id, provisional);
    const merged = await dumpRecords(world);
    await world.sql('social').updateTable('outbox').set({ deliveredAt: null }).execute();
    await world.agencies.settle();
    expect(listDifferences(merged, await dumpRecords(world))).toEqual([]);
    await unmerge(world, provisional);
  });

  test('her IIN is found: she is confirmed by it, and nobody else may hold it', async () => {
    const { person, userErrors } = await give(world, 'confirmPersonIdentity', {
      personId: provisional,
      iin: '908514400010',
    });
    expect(userErrors).toEqual([]);
    expect(person).toMatchObject({
      id: provisional,
      identityStatus: 'CONFIRMED',
      iin: '908514400010',
      birthDate: '1990-05-14',
      birthYear: 1990,
    });
    const other = await give(world, 'registerProvisionalPerson', { hint: { fullName: 'Ещё Одна' } });
    const refused = await give(world, 'confirmPersonIdentity', { personId: other.person.id, iin: '908514400010' });
    expect(refused.userErrors).toMatchObject([
      { code: 'INVALID_STATE', path: ['input', 'iin'], entityId: provisional },
    ]);
  });
});

describe('merges and what takes them back (I-03)', () => {
  test('people with records in every agency are joined and parted again, in any order, and nothing is lost', async () => {
    const before = await dumpRecords(world);
    const merged = await merge(world, at(0).id, at(1).id);
    expect(merged.userErrors).toEqual([]);
    await merge(world, at(2).id, at(0).id);
    const joined = await readAll(world, at(2).id);
    for (const index of [0, 1]) expect(await readAll(world, at(index).id)).toEqual(joined);
    await unmerge(world, at(1).id);
    await unmerge(world, at(0).id);
    expect(listDifferences(before, await dumpRecords(world))).toEqual([]);
  });

  test('two records that must not stand beside each other both stay, and it is known which was held back', async () => {
    const before = await dumpRecords(world);
    // Both have a place in the country, an open case or a profile of their own.
    await merge(world, at(0).id, at(1).id);
    const held = await Promise.all(
      (['interior', 'health', 'education', 'social', 'centres'] as const).map((agency) =>
        world
          .sql(agency)
          .selectFrom('repointedRow')
          .select(['tableName', 'rowKey'])
          .where('moved', '=', false)
          .execute(),
      ),
    );
    expect(held.flat().map(({ tableName }) => tableName)).toEqual(
      expect.arrayContaining(['family_membership', 'health_profile']),
    );
    await unmerge(world, at(1).id);
    expect(listDifferences(before, await dumpRecords(world))).toEqual([]);
  });

  test('whatever is merged and parted, in the end all records are where they were', async () => {
    const before = await dumpRecords(world);
    const person = fc.integer({ min: 0, max: 7 });
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ keep: person, duplicate: person }) },
      { weight: 1, arbitrary: fc.record({ restore: person }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), fc.array(person), async (steps, order) => {
        const merged = new Map<number, number>();
        for (const each of steps) {
          const [done, lawful] = await take(each, merged);
          expect(done).toBe(lawful);
        }
        for (const [duplicate] of merged) {
          let survivor = duplicate;
          while (merged.has(survivor)) survivor = merged.get(survivor) ?? survivor;
          expect(await readAll(world, at(duplicate).id)).toEqual(await readAll(world, at(survivor).id));
        }
        const remaining = [...new Set([...order, ...merged.keys()])].filter((index) => merged.has(index));
        for (const index of remaining) await unmerge(world, at(index).id);
        expect(listDifferences(before, await dumpRecords(world))).toEqual([]);
      }),
      { numRuns: 12, seed: 568 },
    );
  });
});

type Step = { keep: number; duplicate: number } | { restore: number };

/** Whether the registry took the step, and whether it should have, by who is merged into whom. */
async function take(step: Step, merged: Map<number, number>): Promise<[done: boolean, lawful: boolean]> {
  if ('keep' in step) {
    const { keep, duplicate } = step;
    const lawful = keep !== duplicate && !merged.has(keep) && !merged.has(duplicate);
    const { userErrors } = await merge(world, at(keep).id, at(duplicate).id);
    if (lawful) merged.set(duplicate, keep);
    return [userErrors.length === 0, lawful];
  }
  const { userErrors } = await unmerge(world, at(step.restore).id);
  return [userErrors.length === 0, merged.delete(step.restore)];
}

describe('who must not see a person does not see who was kept, either (decision A4)', () => {
  const QUERY = `query ($id: ID!) { person(id: $id) {
    interior { hasIncidentsAsVictim } support { temporaryResidences { id } } } }`;
  const seenBy = async (personId: string, id: string) =>
    (await world.ask(QUERY, { role: 'POLICE', as: { person: personId }, variables: { id } })).data.person;

  test('a conflict about the duplicate, or with it, holds while the merge does', async () => {
    const [victim, double, aggressor, alias] = [at(0), at(1), at(4), at(5)] as const;
    const conflict = (subjectId: string, otherPersonId: string) => ({
      id: randomUUID(),
      subjectId,
      kind: 'CONFLICT',
      otherPersonId,
    });
    for (const agency of ['interior', 'centres'] as const) {
      await world.sql(agency).insertInto('accessFact').values(conflict(double.id, alias.id)).execute();
    }
    const open = await seenBy(aggressor.id, victim.id);
    expect(open.interior.hasIncidentsAsVictim).toBe(true);
    await merge(world, victim.id, double.id);
    expect((await seenBy(alias.id, victim.id)).interior.hasIncidentsAsVictim).toBe(false);
    expect((await seenBy(alias.id, double.id)).interior.hasIncidentsAsVictim).toBe(false);
    expect(await seenBy(aggressor.id, victim.id)).toMatchObject({ interior: { hasIncidentsAsVictim: true } });
    await merge(world, aggressor.id, alias.id);
    expect((await seenBy(aggressor.id, victim.id)).interior.hasIncidentsAsVictim).toBe(false);
    expect((await seenBy(alias.id, victim.id)).interior.hasIncidentsAsVictim).toBe(false);
    await unmerge(world, alias.id);
    await unmerge(world, double.id);
    expect(await seenBy(aggressor.id, victim.id)).toEqual(open);
    expect((await seenBy(alias.id, victim.id)).interior.hasIncidentsAsVictim).toBe(true);
  });
});
