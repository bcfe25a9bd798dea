import { randomUUID } from 'node:crypto';
import { AGENCIES } from '../../schema/subgraphs.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import { type Asking, key, type World } from './world.ts';

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

/** A command that takes the id of a thing, with the rest of what it takes. */
export type Question = readonly [name: string, type: string, input: (id: string) => object];

const ABSENT = '00000000-0000-4000-8000-0000000000ab';

/** The questions, with who asked, whose answer tells that there is such a thing: none may when it is hidden. */
export async function listTold(
  world: World,
  id: string,
  questions: readonly Question[],
  callers: readonly Asking[],
): Promise<string[]> {
  const told: string[] = [];
  for (const [name, type, input] of questions) {
    const answerAbout = async (thing: string, asking: Asking) => {
      const { body } = await world.ask(
        `mutation ($input: ${type}!) { ${name}(input: $input) {
          alreadyProcessed userErrors { code message path entityId currentState } } }`,
        { variables: { input: { idempotencyKey: key(), ...input(thing) } }, ...asking },
      );
      return body.replaceAll(thing, 'ID');
    };
    for (const asking of callers) {
      const answer = await answerAbout(id, asking);
      if (answer === (await answerAbout(ABSENT, asking)) && answer.includes('"userErrors":[{')) continue;
      told.push(`${name} ${JSON.stringify(asking)}: ${answer}`);
    }
  }
  return told;
}
