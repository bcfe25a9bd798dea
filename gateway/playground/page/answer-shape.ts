import {
  type FieldNode,
  getNamedType,
  getNullableType,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLString,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { Language } from './languages.ts';
import { formatScalar, type Places } from './format.ts';

/** An answer as people read it: titles and values from the schema's own descriptions, in one language. */
export type Shape =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'value'; readonly text: string; readonly number: number | null }
  | { readonly kind: 'record'; readonly fields: readonly TitledShape[] }
  | { readonly kind: 'list'; readonly items: readonly Shape[]; readonly more: boolean }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Shape[])[];
      readonly more: boolean;
    };

export interface TitledShape {
  readonly title: string;
  readonly shape: Shape;
}

export interface Column {
  readonly title: string;
  /** The title of the object that several columns belong to. */
  readonly of: string | null;
}

/** More columns than these are told one below the other. */
const WIDEST_TABLE = 8;

/** Identifiers are for machines, and stand in the JSON. */
const LEFT_OUT = new Set(['id', '__typename', 'pageInfo']);

interface Reading {
  readonly schema: GraphQLSchema;
  readonly language: Language;
  readonly places: Places;
  readonly fragments: ReadonlyMap<string, SelectionSetNode>;
}

interface Selected {
  readonly key: string;
  readonly title: string;
  readonly type: GraphQLOutputType;
  readonly node: FieldNode;
}

/** Null when the document is not one that the schema knows. */
export function shapeAnswer(of: {
  schema: GraphQLSchema;
  language: Language;
  places: Places;
  document: string;
  operationName?: string | undefined;
  data: Record<string, unknown>;
}): readonly TitledShape[] | null {
  const { definitions } = parse(of.document, { noLocation: true });
  const operations = definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const operation = operations.find(({ name }) => name?.value === of.operationName) ?? operations[0];
  const root = operation && of.schema.getRootType(operation.operation);
  if (!root) return null;
  const reading: Reading = {
    ...of,
    fragments: new Map(
      definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet]] : [],
      ),
    ),
  };
  return shapeFields(reading, root, [operation.selectionSet], of.data);
}

function shapeFields(
  reading: Reading,
  type: GraphQLNamedType,
  selections: readonly SelectionSetNode[],
  value: Record<string, unknown>,
): TitledShape[] {
  return collectFields(reading, type, selections)
    .filter(({ key }) => value[key] !== undefined)
    .map((selected) => {
      const inner = findOnlyText(reading, selected);
      const object = value[selected.key] as Record<string, unknown> | null;
      const shape = inner
        ? shapeValue(reading, inner, object?.[inner.key])
        : shapeValue(reading, selected, value[selected.key]);
      return { title: selected.title, shape };
    });
}

/**
 * The one text that is asked of an object, which then stands for it: the lead centre is its name. No other value does:
 * «Сведения органов здравоохранения: нет» would be said of a person who needs no help.
 */
function findOnlyText(reading: Reading, { type, node }: Selected): Selected | null {
  const nullable = getNullableType(type);
  if (!isCompositeType(nullable) || !node.selectionSet) return null;
  const [only, ...others] = collectFields(reading, nullable, [node.selectionSet]);
  return only && others.length === 0 && getNullableType(only.type) === GraphQLString ? only : null;
}

function shapeValue(reading: Reading, { type, node }: Pick<Selected, 'type' | 'node'>, value: unknown): Shape {
  if (value === null || value === undefined) return { kind: 'nothing' };
  const nullable = getNullableType(type);
  const named = getNamedType(nullable);
  if (isListType(nullable)) return shapeList(reading, named, node, value as unknown[], false);
  if (!isCompositeType(named) || !node.selectionSet) return shapeLeaf(reading, named, value);
  const object = value as Record<string, unknown>;
  const nodes = collectFields(reading, named, [node.selectionSet]).find(({ key }) => key === 'nodes');
  if (nodes && Array.isArray(object['nodes'])) {
    const { hasNextPage } = (object['pageInfo'] ?? {}) as { hasNextPage?: boolean };
    return shapeList(reading, getNamedType(nodes.type), nodes.node, object['nodes'], hasNextPage === true);
  }
  return { kind: 'record', fields: shapeFields(reading, named, [node.selectionSet], object) };
}

function shapeList(
  reading: Reading,
  named: GraphQLNamedType,
  node: FieldNode,
  values: readonly unknown[],
  more: boolean,
): Shape {
  const { selectionSet } = node;
  if (!isCompositeType(named) || !selectionSet) {
    const texts = values.map((value) => shapeLeaf(reading, named, value));
    return { kind: 'list', items: texts, more };
  }
  const present = values.filter((value): value is Record<string, unknown> => value !== null);
  const columns = flatten(reading, named, selectionSet);
  if (columns.length > WIDEST_TABLE) {
    const items = present.map((value): Shape => ({
      kind: 'record',
      fields: shapeFields(reading, named, [selectionSet], value),
    }));
    return { kind: 'list', items, more };
  }
  return {
    kind: 'table',
    columns: columns.map(({ title, of }) => ({ title, of })),
    rows: present.map((value) =>
      columns.map(({ path, field }) =>
        shapeValue(
          reading,
          field,
          path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key], value),
        ),
      ),
    ),
    more,
  };
}

interface FlatColumn extends Column {
  readonly path: readonly string[];
  readonly field: Selected;
}

/** The columns of a list: objects within are taken apart, lists within stay whole. */
function flatten(reading: Reading, type: GraphQLNamedType, selectionSet: SelectionSetNode): FlatColumn[] {
  return collectFields(reading, type, [selectionSet]).flatMap((field): FlatColumn[] => {
    const nullable = getNullableType(field.type);
    const inner = field.node.selectionSet;
    if (isListType(nullable) || !isCompositeType(nullable) || !inner) {
      return [{ title: field.title, of: null, path: [field.key], field }];
    }
    const text = findOnlyText(reading, field);
    if (text) return [{ title: field.title, of: null, path: [field.key, text.key], field: text }];
    const columns = flatten(reading, nullable, inner).map((column) => ({
      ...column,
      path: [field.key, ...column.path],
    }));
    return columns.map((column) => ({ ...column, of: field.title }));
  });
}

function collectFields(reading: Reading, type: GraphQLNamedType, selections: readonly SelectionSetNode[]): Selected[] {
  return selections.flatMap((selectionSet) =>
    selectionSet.selections.flatMap((selection): Selected[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = reading.fragments.get(selection.name.value);
        return fragment ? collectFields(reading, type, [fragment]) : [];
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition && reading.schema.getType(selection.typeCondition.name.value);
        return collectFields(reading, condition ?? type, [selection.selectionSet]);
      }
      const name = selection.name.value;
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
      if (!field || LEFT_OUT.has(name)) return [];
      const alias = selection.alias?.value;
      const title = titleOf(field, reading.language) + (alias ? ` – ${alias}` : '');
      return [{ key: alias ?? name, title, type: field.type, node: selection }];
    }),
  );
}

function shapeLeaf({ language, places }: Reading, type: GraphQLNamedType, value: unknown): Shape {
  if (value === null) return { kind: 'nothing' };
  const number = typeof value === 'number' ? value : null;
  if (isEnumType(type)) return { kind: 'value', text: titleOfValue(type, value as string, language), number };
  return { kind: 'value', text: formatScalar(type.name, value, language, places), number };
}

/** What the schema calls an enum's value: «Просрочено» for OVERDUE. */
export function titleOfValue(type: GraphQLEnumType, value: string, language: Language): string {
  if (language === 'en') return value;
  return toTitle(type.getValue(value)?.description) ?? value;
}

function titleOf(field: GraphQLField<unknown, unknown>, language: Language): string {
  const spelledOut = field.name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const title = language === 'en' ? spelledOut : (toTitle(field.description) ?? spelledOut);
  return title.charAt(0).toUpperCase() + title.slice(1);
}

/** The term of a description without its legal source and its line about access. */
function toTitle(description: string | null | undefined): string | undefined {
  return description?.split('\n')[0]?.split(' · ')[0];
}
