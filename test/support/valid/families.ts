import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Role } from '../../../schema/access.ts';
import type { Agency } from '../../../schema/subgraphs.ts';
import type { NationFamily } from '../../../subgraphs/kit/nation/family.ts';
import type { NationPerson } from '../../../subgraphs/kit/nation/people.ts';
import { type OrganisationKind, getOrganisation } from '../../../subgraphs/kit/nation/places.ts';
import { once, rowOf, type Sending, type Side } from '../sides.ts';

/** A command that nobody refuses, in each side; where a command has two forms, the second's name says which it is. */
export type Valid = Readonly<Record<string, (side: Side) => Promise<Sending>>>;

export const on = (role: Role, input: Sending['input']): Sending => ({ role, input });

export const bodyOf = ({ district }: Side, kind: OrganisationKind) => getOrganisation(district, kind).id;

export function adultsOf({ members }: NationFamily): readonly [NationPerson, NationPerson] {
  return members as unknown as readonly [NationPerson, NationPerson];
}

export function childOf({ members }: NationFamily): NationPerson {
  const child = members.find(({ minor }) => minor);
  if (!child) throw new Error('The family must have a child.');
  return child;
}

/** The version of a thing, as a command that is decided on it must name it. */
export async function versionOf({ world }: Side, agency: Agency, table: string, id: string): Promise<number> {
  const { version } = await rowOf(
    world,
    agency,
    sql<{ version: number }>`select version from ${sql.table(table)} where id = ${id}`,
  );
  return version;
}

/** A family whose only matter was closed long ago: what is reported of it now opens a new appeal. */
export const takeStranger = (side: Side) =>
  side.take(
    ({ stage, members, appeal }) =>
      stage === 'PASSING' &&
      members.length > 1 &&
      appeal.closedAt !== null &&
      appeal.closedAt.until(side.world.clock.now()).total('hours') > 24 * 60,
  );

/** A family in which the wife was beaten before the children's eyes, with a plan in force and nobody in a refuge. */
export const takeHurt = (side: Side) =>
  side.take(({ stage, incident, refuge }) => stage === 'ACTIVE' && incident !== null && refuge === null);

/** A couple with a child and a plan in force, of whom the police know nothing. */
export const takeQuiet = (side: Side) =>
  side.take(
    ({ stage, incident, probationer, members }) =>
      stage === 'ACTIVE' && incident === null && probationer === null && members[1]?.minor === false,
  );

/** One quiet family on which whatever leaves no other way is recorded. */
export const quiet = once(async (side) => takeQuiet(side));

/** A measure of the quiet family's plan. */
export const anyMeasure = once(async (side) => {
  const { plan } = await quiet(side);
  const measure = plan?.measures[0];
  if (!measure) throw new Error('An active plan must have a measure.');
  return measure.id;
});

/** What is known of somebody who may be new to the registry. */
export const unknown = ({ district }: Side) => ({ fullName: 'Неизвестная', birthYear: 1990, kato: district.kato });

/** Somebody without an IIN. */
export async function registerSomebody(side: Side, known: object = {}) {
  const { person, suggestions } = await side.give(
    'registerProvisionalPerson',
    'SOCIAL_PROTECTION',
    { hint: { fullName: `Неизвестный ${randomUUID().slice(0, 8)}`, kato: side.district.kato, ...known } },
    'person { id } suggestions { id }',
  );
  return { id: person.id as string, suggestionIds: (suggestions as { id: string }[]).map(({ id }) => id) };
}
