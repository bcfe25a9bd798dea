import { randomUUID } from 'node:crypto';
import type { Agency } from '../../schema/subgraphs.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import type { Asking, World } from './world.ts';

/** Facts of a kind about a person or family that an agency acts on now. */
export async function factsAbout(world: World, agency: Agency, subjectId: string | undefined, kind: string) {
  const rows = await world
    .sql(agency)
    .selectFrom('accessFact')
    .selectAll()
    .where('kind', '=', kind)
    .where('subjectId', '=', subjectId)
    .execute();
  return rows.filter(
    ({ validUntil }) => validUntil === null || Temporal.Instant.compare(validUntil, world.clock.now()) > 0,
  );
}

/** The field groups that such facts open. */
export async function groupsOpened(world: World, agency: Agency, subjectId: string | undefined, kind: string) {
  const facts = await factsAbout(world, agency, subjectId, kind);
  return facts.map(({ scope }) => String(scope)).toSorted();
}

/** An information-security officer, whom only larger centres have (Rules, annex): a caller for `Asking`. */
export async function employOfficer(world: World, family: NationFamily): Promise<Asking> {
  const userId = randomUUID();
  await world
    .sql('centres')
    .insertInto('employee')
    .values({
      id: randomUUID(),
      userId,
      centreId: family.district.centre.id,
      fullName: 'Ахметова Гульнара',
      post: 'INFORMATION_SECURITY_SPECIALIST',
      position: 'Специалист по информационной безопасности',
      positionKk: 'Ақпараттық қауіпсіздік маманы',
      units: 1,
    })
    .execute();
  return { as: { sub: userId } };
}

let centresOpened = 0;

/** A centre of another district, with callers for `Asking`: the small test nation has one only. */
export async function openCentre(world: World) {
  centresOpened += 1;
  const districtKato = `7199${String(centresOpened).padStart(2, '0')}000`;
  const [id, headId, managerId] = [randomUUID(), randomUUID(), randomUUID()];
  const titles = { titleRu: 'ЦПС другого района', titleKk: 'Басқа ауданның ОҚО' };
  const centres = world.sql('centres');
  await centres
    .insertInto('organisation')
    .values({ id, kind: 'CENTRE', ...titles, districtKato, stateBody: true })
    .execute();
  await centres
    .insertInto('centre')
    .values({ id, ...titles, districtKato, regionKato: '710000000', openedAt: '2025-01-01' })
    .execute();
  const employ = (employeeId: string, post: string) =>
    centres
      .insertInto('employee')
      .values({
        id: employeeId,
        userId: employeeId,
        centreId: id,
        fullName: 'Сейтова Алия',
        post,
        position: post,
        positionKk: post,
        units: 1,
      })
      .execute();
  await employ(headId, 'DIRECTOR');
  await employ(managerId, 'CASE_MANAGER');
  const as = (sub: string) => ({ sub, organisation: id, district: districtKato });
  return {
    id,
    districtKato,
    managerId,
    head: { role: 'CENTRE_HEAD', as: as(headId) },
    manager: { role: 'CASE_MANAGER', as: as(managerId) },
  } as const satisfies { id: string; districtKato: string; managerId: string; head: Asking; manager: Asking };
}

/** Sends a mutation and returns its payload; `select` is what is asked of it besides the outcome. */
export async function command(world: World, name: string, input: object, select = '', asking: Asking = {}) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const answer = await world.ask(
    `mutation ($input: ${type}!) {
      ${name}(input: $input) { ${select} alreadyProcessed userErrors { code message path entityId currentState } }
    }`,
    { variables: { input: { idempotencyKey: randomUUID(), ...input } }, ...asking },
  );
  if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
  return answer.data[name];
}
