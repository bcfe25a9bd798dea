import { addResolversToSchema as addReferenceResolvers, buildSubgraphSchema } from '@apollo/subgraph';
import { addResolversToSchema } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  getNamedType,
  type DocumentNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import type { Kysely } from 'kysely';
import type { AccessPolicy, Caller } from '../../schema/access.ts';
import {
  type FieldGroupTable,
  type FieldGroupUse,
  readFieldGroups,
  readKeyName,
  readTypeGroups,
} from '../../schema/field-groups.ts';
import { isNotImplemented } from '../../schema/not-implemented.ts';
import { createScalars, type ScalarOptions } from '../../schema/scalars.ts';
import { type Agency, readSubgraphSdl } from '../../schema/subgraphs.ts';
import type { AggregateDefinition } from './aggregates.ts';
import { CodedError } from './coded-error.ts';
import type { AgencyContext } from './context.ts';
import type { KitTables } from './kit-tables.ts';
import { mayBeMasked } from './masks.ts';
import type { Job } from './jobs.ts';
import type { Pointers } from './merges.ts';
import type { NationSeed } from './nation/load.ts';
import type { EventHandler } from './outbox.ts';
import type { Refusal } from './refusal.ts';
import type { StateMachine } from './state-machine.ts';
import { isUuid } from './uuid.ts';
import type { Viewer } from './visible.ts';

/** Finds an entity by its key, a UUID; null when it is absent or hidden from the viewer. */
export type ReferenceResolver<Context> = (key: string, context: Context) => unknown;

/** One agency, assembled from its parts: five times the same shape. */
export interface SubgraphDefinition<DB, Store, Loaders> {
  readonly name: Agency;
  /** The agency's folder: its migrations are found there. */
  readonly directory: string;
  readonly resolvers: IResolvers;
  /** Type → how one of its objects is found for `_entities`. */
  readonly references: Readonly<Record<string, ReferenceResolver<AgencyContext<DB, Store, Loaders>>>>;
  readonly createStore: (db: Kysely<DB & KitTables>, viewer: Viewer) => Store;
  readonly createLoaders: (store: Store) => Loaders;
  readonly events: Readonly<Record<string, EventHandler<DB & KitTables>>>;
  /** Why a caller may give none of its commands, whatever the role says; null when he or she may. */
  readonly refuseCaller?: (caller: Caller, store: Store) => Promise<Refusal | null>;
  /** Where its records name persons and families, so that they follow a merge and the day it is taken back (I-03). */
  readonly pointers: Pointers;
  /** This agency says who is who: it merges persons and families, and others follow. */
  readonly keepsRegistry?: boolean;
  /** What this agency does by itself when time has passed. */
  readonly jobs: readonly Job<DB>[];
  /** How its things live. */
  readonly machines: readonly StateMachine[];
  /** What this agency counts for others, day by day. */
  readonly aggregates: readonly AggregateDefinition<DB & KitTables>[];
  /** This agency's records of the nation. */
  readonly seed: NationSeed<DB>;
}

/** Checks nothing by itself; it gives the parts of an agency one type. */
export function defineSubgraph<DB, Store, Loaders>(
  definition: SubgraphDefinition<DB, Store, Loaders>,
): SubgraphDefinition<DB, Store, Loaders> {
  return definition;
}

/** A schema that runs, and the groups of its fields. */
export interface SubgraphSchema {
  readonly schema: GraphQLSchema;
  readonly fieldGroups: FieldGroupTable;
}

/**
 * Builds the executable schema: strict resolvers, references, masks.
 * A field of the contract that this release does not answer yet says so (NOT_IMPLEMENTED).
 */
export function buildSubgraph<DB, Store, Loaders>(
  definition: SubgraphDefinition<DB, Store, Loaders>,
  options: { policy: AccessPolicy; scalars: ScalarOptions },
): SubgraphSchema {
  const sdl = parse(readSubgraphSdl(definition.name));
  const schema = addResolversToSchema({
    schema: buildSubgraphSchema([{ typeDefs: sdl }]),
    resolvers: { ...createScalars(options.scalars), ...definition.resolvers },
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
  addReferences(schema, sdl, definition.references, options.policy);
  relaxDefaults(schema);
  for (const { coordinate, definition: field, isRoot } of fieldsOf(schema)) {
    if (isNotImplemented(coordinate)) field.resolve = refuseNotImplemented(coordinate);
    else if (isRoot && !field.resolve) throw new Error(`A root field must have a resolver; ${coordinate} has none.`);
  }
  const fieldGroups = readFieldGroups(sdl);
  guardFields(schema, sdl, fieldGroups, options.policy);
  return { schema, fieldGroups };
}

/**
 * graphql-jit 0.8.9 refuses to leave out an input field that must not be null, although it has a default. Until it does
 * not, such a field is executed as one that may be null; the SDL, by which the gateway refuses null, stays as it is.
 */
function relaxDefaults(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.defaultValue !== undefined && isNonNullType(field.type)) field.type = field.type.ofType;
    }
  }
}

interface SchemaField {
  readonly coordinate: string;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly isRoot: boolean;
}

function* fieldsOf(schema: GraphQLSchema): Generator<SchemaField> {
  const roots: unknown[] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const definition of Object.values(type.getFields())) {
      yield { coordinate: `${type.name}.${definition.name}`, definition, isRoot: roots.includes(type) };
    }
  }
}

function refuseNotImplemented(coordinate: string): GraphQLFieldResolver<unknown, unknown> {
  return () => {
    throw new CodedError('NOT_IMPLEMENTED', `${coordinate} is not answered by this release yet.`);
  };
}

type GuardContext = Pick<AgencyContext<never, never, never>, 'access'>;

/**
 * Guards every field that some role may lose, by its own group and by the group of the objects it leads to:
 * who may not read it gets null, or an empty list where null is not allowed.
 */
function guardFields(schema: GraphQLSchema, sdl: DocumentNode, groups: FieldGroupTable, policy: AccessPolicy): void {
  const typeGroups = readTypeGroups(sdl);
  for (const { coordinate, definition } of fieldsOf(schema)) {
    const uses = [groups.get(coordinate), typeGroups.get(getNamedType(definition.type).name)].filter(
      (use) => use !== undefined && mayBeMasked(policy, use.group, use.level),
    ) as FieldGroupUse[];
    if (uses.length === 0) continue;
    const resolve = definition.resolve ?? defaultFieldResolver;
    const hidden = isNonNullType(definition.type) && isListType(definition.type.ofType) ? [] : null;
    definition.resolve = (parent, args, context, info) =>
      uses.every((use) => (context as GuardContext).access.opens(use)) ? resolve(parent, args, context, info) : hidden;
  }
}

/** An `_entities` call knows no parents: a key that is none finds nothing, and an object of a group is found only by those who may read the group. */
function addReferences<Context extends GuardContext>(
  schema: GraphQLSchema,
  sdl: DocumentNode,
  references: Readonly<Record<string, ReferenceResolver<Context>>>,
  policy: AccessPolicy,
): void {
  const typeGroups = readTypeGroups(sdl);
  for (const [type, find] of Object.entries(references)) {
    const use = typeGroups.get(type);
    const guarded = use && mayBeMasked(policy, use.group, use.level);
    const keyName = readKeyName(sdl, type);
    addReferenceResolvers(schema, {
      [type]: {
        __resolveReference: (reference: Readonly<Record<string, unknown>>, context: Context) => {
          const key = reference[keyName];
          if (!isUuid(key) || (guarded && !context.access.opens(use))) return null;
          return find(key, context);
        },
      },
    });
  }
}
