import { sql } from 'kysely';
import type { GraphQLInputObjectType } from 'graphql';
import { getNamedType } from 'graphql';
import type { Purpose, Role } from '../../schema/access.ts';
import type { NationFamily } from '../../subgraphs/kit/nation/family.ts';
import type { NationDistrict } from '../../subgraphs/kit/nation/places.ts';
import { findDemoUser } from '../../subgraphs/kit/nation/users.ts';
import { API } from './bad-input.ts';
import { key, type World } from './world.ts';

/** A command as somebody lawfully gives it. */
export interface Sending {
  readonly role: Role;
  readonly purpose?: Purpose;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Cases of one kind, all in one district. The same things exist in every side, so that any id of one can stand where that of
 * another belongs.
 */
export interface Side {
  readonly name: string;
  readonly world: World;
  readonly district: NationDistrict;
  /** Families that nobody else has taken. */
  take(fits: (family: NationFamily) => boolean): NationFamily;
  /** Gives a command as the district's own people, who are not refused; returns its payload. */
  // Builders know what they asked for.
  // oxlint-disable-next-line no-explicit-any
  give(command: string, role: Role, input: object, select?: string): Promise<any>;
  /** Families that the side has taken, with all that is about them. */
  readonly taken: readonly NationFamily[];
}

/** What is made once for a side, when it is needed first. */
export function once<Thing>(make: (side: Side) => Promise<Thing>): (side: Side) => Promise<Thing> {
  const made = new WeakMap<Side, Promise<Thing>>();
  return (side) => {
    const known = made.get(side) ?? make(side);
    made.set(side, known);
    return known;
  };
}

export function inputTypeOf(command: string): GraphQLInputObjectType {
  const field = API.getMutationType()?.getFields()[command];
  if (!field) throw new Error(`There must be a command ${command}.`);
  return getNamedType(field.args[0]?.type) as GraphQLInputObjectType;
}

/** A caller of that role in the district. */
export function claimsOf(world: World, role: Role, { kato }: NationDistrict) {
  const user = findDemoUser(world.nation, role, kato);
  if (!user) throw new Error(`The district ${kato} must have a ${role}.`);
  return {
    sub: user.userId,
    role,
    organisation: user.organisationId,
    district: user.districtKato,
    person: user.personId,
    system: user.system,
    name: user.name,
  };
}

/** Sides that share one nation: no family is in two of them. */
export function createSides(world: World) {
  const free = new Set([...world.nation.all()].map(({ index }) => index));
  return (name: string, district: NationDistrict): Side => {
    const taken: NationFamily[] = [];
    return {
      name,
      world,
      district,
      taken,
      take: (fits) => {
        for (const index of free) {
          const family = world.nation.family(index);
          if (family.district.kato !== district.kato || !fits(family)) continue;
          free.delete(index);
          taken.push(family);
          return family;
        }
        throw new Error(`The nation must have more such families in ${district.kato}.`);
      },
      give: async (command, role, input, select = '') => {
        const { data, errors } = await world.ask(
          `mutation ($input: ${inputTypeOf(command).name}!) {
            ${command}(input: $input) { ${select} userErrors { code message path } } }`,
          {
            role,
            as: claimsOf(world, role, district),
            purpose: 'SERVICE_DELIVERY',
            variables: { input: { ...input, idempotencyKey: key() } },
          },
        );
        const payload = data?.[command];
        if (errors.length > 0 || payload.userErrors.length > 0) {
          throw new Error(
            `${command} must be lawful: ${JSON.stringify(errors)} ${JSON.stringify(payload?.userErrors)}`,
          );
        }
        return payload;
      },
    };
  };
}

/** The one row of a query past all rules. */
export async function rowOf<Row extends object>(
  world: World,
  agency: Parameters<World['sql']>[0],
  query: ReturnType<typeof sql<Row>>,
): Promise<Row> {
  const { rows } = await query.execute(world.sql(agency));
  const [row] = rows;
  if (!row) throw new Error('The query must find a row.');
  return row;
}
