import { randomUUID } from 'node:crypto';
import { AGENCIES } from '../../schema/subgraphs.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import type { World } from './world.ts';

/** Every agency knows that the family is protected from that person. */
export async function protectFrom(world: World, family: NationFamily, personId: string): Promise<void> {
  const subjects = [family.id, ...family.members.map(({ id }) => id)];
  for (const agency of AGENCIES) {
    await world
      .sql(agency)
      .insertInto('accessFact')
      .values(subjects.map((subjectId) => ({ id: randomUUID(), subjectId, kind: 'CONFLICT', otherPersonId: personId })))
      .execute();
  }
}

/** In every agency one person turned out to be another one, who is kept (I-03). */
export async function mergeInto(world: World, duplicateId: string, keptId: string): Promise<void> {
  for (const agency of AGENCIES) {
    await world
      .sql(agency)
      .insertInto('mergedId')
      .values({ duplicateId, mergeId: randomUUID(), keptId, survivorId: keptId })
      .execute();
  }
}
