import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BreakingChangeType,
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** A document that clients were promised: it validates and works in every release. */
export interface PromisedOperation {
  readonly file: string;
  readonly text: string;
}

/** The promised operations, in the order of their numbers. */
export function readPromisedOperations(): readonly PromisedOperation[] {
  const folder = join(import.meta.dirname, 'operations');
  return readdirSync(folder)
    .toSorted()
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
}

/**
 * What the new API would break of the old one, a sentence each: promised operations that no longer validate, and every
 * incompatible change, except the removal of a field that was deprecated and that no promised operation uses.
 */
export function findBroken(
  oldApiSdl: string,
  newApiSdl: string,
  operations: readonly PromisedOperation[] = readPromisedOperations(),
): string[] {
  const before = buildSchema(oldApiSdl, { assumeValidSDL: true });
  const after = buildSchema(newApiSdl, { assumeValidSDL: true });
  const broken: string[] = [];
  for (const { file, text } of operations) {
    for (const error of validate(after, parse(text))) broken.push(`schema/operations/${file}: ${error.message}`);
  }
  const usedBy = findUses(before, operations);
  for (const change of findBreakingChanges(before, after)) {
    const coordinate = /^(\w+\.\w+)/.exec(change.description)?.[1] ?? '';
    if (change.type === BreakingChangeType.FIELD_REMOVED && isDeprecated(before, coordinate)) continue;
    const users = usedBy.get(coordinate);
    broken.push(`${change.description}${users ? ` Used by ${users.join(', ')}.` : ''}`);
  }
  return broken;
}

/** Throws with everything that the new API breaks. */
export function assertNothingBroken(oldApiSdl: string, newApiSdl: string): void {
  if (oldApiSdl.trim() === '') return;
  const broken = findBroken(oldApiSdl, newApiSdl);
  if (broken.length > 0) {
    throw new Error(
      `The schema must keep what was promised; deprecate a field before it is removed:\n${broken.join('\n')}`,
    );
  }
}

/** `Type.field` → the promised operations that select it. */
function findUses(schema: GraphQLSchema, operations: readonly PromisedOperation[]): Map<string, string[]> {
  const uses = new Map<string, string[]>();
  for (const { file, text } of operations) {
    const types = new TypeInfo(schema);
    visit(
      parse(text),
      visitWithTypeInfo(types, {
        Field(node) {
          const coordinate = `${types.getParentType()?.name}.${node.name.value}`;
          const files = uses.get(coordinate) ?? [];
          if (!files.includes(file)) uses.set(coordinate, [...files, file]);
        },
      }),
    );
  }
  return uses;
}

function isDeprecated(schema: GraphQLSchema, coordinate: string): boolean {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  return type.getFields()[fieldName]?.deprecationReason != null;
}
