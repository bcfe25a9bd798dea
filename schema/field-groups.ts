import {
  type DocumentNode,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  Kind,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { AccessLevel, FieldGroup } from './access.ts';

/** Which group a field belongs to, and how much of the group it shows. */
export interface FieldGroupUse {
  readonly group: FieldGroup;
  readonly level: AccessLevel;
}

/** `Type.field` → its group. Fields that are not listed are neutral: who reached the object may read them. */
export type FieldGroupTable = ReadonlyMap<string, FieldGroupUse>;

/**
 * Reads the directives `@fieldGroup` of an SDL. A directive on a type holds for its fields that have none of their own,
 * except for the key fields: without them nothing can be joined.
 */
export function readFieldGroups(sdl: DocumentNode): FieldGroupTable {
  const table = new Map<string, FieldGroupUse>();
  for (const definition of sdl.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const ofType = findUse(definition);
    const keys = keyFields(definition);
    for (const field of definition.fields ?? []) {
      const use = findUse(field) ?? (keys.has(field.name.value) ? undefined : ofType);
      if (use) table.set(`${definition.name.value}.${field.name.value}`, use);
    }
  }
  return table;
}

/** The group of the objects of a type, for edges that lead to it and for look-ups by key. */
export function readTypeGroups(sdl: DocumentNode): ReadonlyMap<string, FieldGroupUse> {
  const table = new Map<string, FieldGroupUse>();
  for (const definition of sdl.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const use = findUse(definition);
    if (use) table.set(definition.name.value, use);
  }
  return table;
}

/** The groups that a document touches, whichever of its operations is run. */
export function groupsOfDocument(
  schema: GraphQLSchema,
  table: FieldGroupTable,
  document: DocumentNode,
): Set<FieldGroup> {
  const groups = new Set<FieldGroup>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const use = table.get(`${types.getParentType()?.name}.${node.name.value}`);
        if (use) groups.add(use.group);
      },
    }),
  );
  return groups;
}

/** The key field of an entity: `id` for all but a few. */
export function readKeyName(sdl: DocumentNode, type: string): string {
  for (const definition of sdl.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || definition.name.value !== type) continue;
    const [name] = keyFields(definition);
    if (name) return name;
  }
  throw new Error(`A type with a reference resolver must have a @key; ${type} has none.`);
}

function findUse(node: { directives?: ObjectTypeDefinitionNode['directives'] }): FieldGroupUse | undefined {
  const directive = node.directives?.find((candidate) => candidate.name.value === 'fieldGroup');
  if (!directive) return undefined;
  const args = Object.fromEntries(
    (directive.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
  );
  return { group: args['is'] as FieldGroup, level: (args['level'] as AccessLevel | undefined) ?? 'FULL' };
}

function keyFields(node: ObjectTypeDefinitionNode | ObjectTypeExtensionNode): Set<string> {
  const keys = new Set<string>();
  for (const directive of node.directives ?? []) {
    // In a subgraph `@key(fields:)`, in a supergraph `@join__type(key:)`.
    if (directive.name.value !== 'key' && directive.name.value !== 'join__type') continue;
    for (const argument of directive.arguments ?? []) {
      if (argument.name.value !== 'fields' && argument.name.value !== 'key') continue;
      if (argument.value.kind === Kind.STRING) for (const name of argument.value.value.split(/\W+/)) keys.add(name);
    }
  }
  return keys;
}
