import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ASTNode,
  buildASTSchema,
  buildSchema,
  type DocumentNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  validate,
  visit,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { readPromisedOperations } from '../../schema/breaking-changes.ts';
import { generateFiles } from '../../schema/codegen.ts';
import { compose, readCommitted } from '../../schema/composition.ts';
import { type FieldGroupUse, readFieldGroups, readKeyName, readTypeGroups } from '../../schema/field-groups.ts';
import { LIMITS, LONG_TEXT_FIELDS } from '../../schema/limits.ts';
import { readSubgraphSdl, type SubgraphName, SUBGRAPHS } from '../../schema/subgraphs.ts';

const ROOT = join(import.meta.dirname, '../..');
const ROOT_TYPES = ['Query', 'Mutation', 'Subscription'];

/** Each subgraph with its own SDL and what all repeat, as written and as a schema. */
const DOCUMENTS = new Map(SUBGRAPHS.map((name) => [name, parse(readSubgraphSdl(name))]));
const SCHEMAS = new Map(
  [...DOCUMENTS].map(([name, document]) => [name, buildASTSchema(document, { assumeValidSDL: true })]),
);

const schemaOf = (name: SubgraphName) => SCHEMAS.get(name) as GraphQLSchema;
const documentOf = (name: SubgraphName) => DOCUMENTS.get(name) as DocumentNode;

interface OutputField extends GraphQLField<unknown, unknown> {
  readonly owner: string;
  readonly coordinate: string;
}

function outputFields(schema: GraphQLSchema): OutputField[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) =>
      (isObjectType(type) ? Object.values(type.getFields()) : []).map((field) => ({
        ...field,
        owner: type.name,
        coordinate: `${type.name}.${field.name}`,
      })),
    );
}

function inputFields(schema: GraphQLSchema): (GraphQLInputField & { coordinate: string })[] {
  return Object.values(schema.getTypeMap())
    .filter(isInputObjectType)
    .flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({ ...field, coordinate: `${type.name}.${field.name}` })),
    );
}

describe('what is committed is what the SDLs make', () => {
  test('schema/supergraph.graphql and schema/api.graphql', () => {
    const composed = compose();
    const committed = readCommitted();
    // Compared as truth values: the files have 20,000 lines.
    expect(composed.supergraphSdl === committed.supergraphSdl, 'npm run compose').toBe(true);
    expect(composed.apiSdl === committed.apiSdl, 'npm run compose').toBe(true);
  });

  test('every file of codegen', async () => {
    for (const [file, content] of await generateFiles()) {
      expect(content === readFileSync(join(ROOT, file), 'utf8'), `${file}: npm run codegen`).toBe(true);
    }
  });
});

describe('every promised operation validates against what clients see', () => {
  const api = buildSchema(readCommitted().apiSdl, { assumeValidSDL: true });

  test.each(readPromisedOperations())('$file', ({ text }) => {
    expect(validate(api, parse(text))).toEqual([]);
  });
});

describe('every name is described: an English sentence, the Russian term and the Kazakh one (decision F4)', () => {
  /** A proper name has no translation. */
  const TERM = String.raw`(?:[^\n]*[А-яӘәІіҢңҒғҮүҰұҚқӨөҺһ][^\n]*|FSM Social)`;
  const FORM = new RegExp(String.raw`^[^\n]*[a-z][^\n]*\.\nRU: ${TERM}(?<kazakh>\nKK: ${TERM})?$`);
  /** A label is shown of these, and of root fields; other fields and arguments may go without Kazakh. */
  const LABELLED: ReadonlySet<string> = new Set([
    Kind.OBJECT_TYPE_DEFINITION,
    Kind.INPUT_OBJECT_TYPE_DEFINITION,
    Kind.UNION_TYPE_DEFINITION,
    Kind.SCALAR_TYPE_DEFINITION,
    Kind.ENUM_TYPE_DEFINITION,
    Kind.ENUM_VALUE_DEFINITION,
  ]);

  test.each(SUBGRAPHS)('%s', (name) => {
    let seen = 0;
    const problems: string[] = [];
    visit(documentOf(name), {
      enter(node, _key, _parent, _path, ancestors) {
        if (!node.kind.endsWith('Definition') || !('name' in node) || !node.name) return;
        const owners = ancestors.filter(
          (part): part is Extract<ASTNode, { kind: Kind.OBJECT_TYPE_DEFINITION }> => 'kind' in part && 'name' in part,
        );
        const path = [...owners.map((owner) => owner.name.value), node.name.value];
        const isRootField = node.kind === Kind.FIELD_DEFINITION && ROOT_TYPES.includes(path[0] ?? '');
        const match = FORM.exec(('description' in node && node.description?.value) || '');
        seen += 1;
        if (!match) problems.push(`${path.join('.')} has no description of that form`);
        else if (!match.groups?.['kazakh'] && (LABELLED.has(node.kind) || isRootField)) {
          problems.push(`${path.join('.')} has no Kazakh term`);
        }
      },
    });
    expect(problems).toEqual([]);
    expect(seen).toBeGreaterThan(100);
  });
});

describe('the limits of input are described (decision F5)', () => {
  const items = (name: string) => `At most ${name === 'visits' ? LIMITS.visits : LIMITS.list} items.`;
  const characters = (name: string) =>
    `At most ${(LONG_TEXT_FIELDS.has(name) ? LIMITS.longText : LIMITS.shortText).toLocaleString('en')} characters.`;

  test.each(SUBGRAPHS)('of every text and list of %s', (name) => {
    const problems = inputFields(schemaOf(name)).flatMap(({ name: field, type, coordinate, description }) => {
      const limit = isListType(getNullableType(type))
        ? items(field)
        : getNamedType(type).name === 'String'
          ? characters(field)
          : '';
      return description?.split('\n')[0]?.includes(limit) ? [] : [`${coordinate} must say: ${limit}`];
    });
    expect(problems).toEqual([]);
  });

  test('of a key: it is an id to GraphQL and short text to the commands', () => {
    const keys = SUBGRAPHS.flatMap((name) => inputFields(schemaOf(name))).filter(
      (field) => field.name === 'idempotencyKey',
    );
    expect(keys.length).toBeGreaterThan(0);
    for (const { description } of keys) expect(description).toContain(`at most ${LIMITS.shortText} characters`);
  });

  test('no name is in the table of long texts without a field', () => {
    const texts = SUBGRAPHS.flatMap((name) => inputFields(schemaOf(name)))
      .filter(({ type }) => getNamedType(type).name === 'String')
      .map((field) => field.name);
    expect([...LONG_TEXT_FIELDS].filter((name) => !texts.includes(name))).toEqual([]);
  });
});

describe('the shape of the contract', () => {
  test.each(SUBGRAPHS)('%s: every connection says how much of it: first, an Int, and nothing else does', (name) => {
    const problems = outputFields(schemaOf(name))
      .filter(({ type, args }) => {
        const first = args.find((argument) => argument.name === 'first');
        return getNamedType(type).name.endsWith('Connection') !== (String(first?.type) === 'Int!');
      })
      .map(({ coordinate }) => coordinate);
    expect(problems).toEqual([]);
  });

  test.each(SUBGRAPHS)('%s: every root field may be null: an agency that is down must not blank the others', (name) => {
    const problems = outputFields(schemaOf(name))
      .filter(({ owner, type }) => ROOT_TYPES.includes(owner) && isNonNullType(type))
      .map(({ coordinate }) => coordinate);
    expect(problems).toEqual([]);
  });

  const mutations = SUBGRAPHS.flatMap((name) =>
    outputFields(schemaOf(name)).filter(({ owner }) => owner === 'Mutation'),
  );

  test.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
    '%s takes one input with a key, and answers whether it was done and why not',
    (_, { args, type }) => {
      expect(args.map((argument) => argument.name)).toEqual(['input']);
      const input = args[0] && getNullableType(args[0].type);
      expect(String(args[0]?.type)).toBe(`${String(input)}!`);
      expect(String(input)).toMatch(/Input$/);
      expect(isInputObjectType(input) && String(input.getFields()['idempotencyKey']?.type)).toBe('ID!');
      expect(String(type)).toMatch(/Payload$/);
      const answer = isObjectType(type) ? type.getFields() : {};
      expect(String(answer['userErrors']?.type)).toBe('[UserError!]!');
      expect(String(answer['alreadyProcessed']?.type)).toBe('Boolean!');
    },
  );
});

/** The one agency that may write each entity (domain.md 5.1). Others know its key, or hang a section of their own on it. */
const OWNERS: Readonly<Record<string, SubgraphName>> = {
  Person: 'social',
  Family: 'social',
  BenefitAward: 'social',
  EmploymentCase: 'social',
  CrisisCentre: 'social',
  CrisisCentrePlacement: 'social',
  VictimIdentification: 'social',
  LinkSuggestion: 'social',
  PoliceIncident: 'interior',
  ProtectionOrder: 'interior',
  MedicalEpisode: 'health',
  MedicalAppointment: 'health',
  ChildHelpRoom: 'education',
  ChildHelpCase: 'education',
  Organisation: 'centres',
  Centre: 'centres',
  Employee: 'centres',
  Signal: 'centres',
  Appeal: 'centres',
  Consultation: 'centres',
  PrimaryAssessment: 'centres',
  ImmediateResponsePlan: 'centres',
  IndividualPlan: 'centres',
  PlanMeasure: 'centres',
  Referral: 'centres',
  TemporaryResidence: 'centres',
  ResidenceNotice: 'centres',
  MobileGroup: 'centres',
  MobileGroupCase: 'centres',
};

const hasDirective = (node: { directives?: ObjectTypeDefinitionNode['directives'] }, name: string) =>
  (node.directives ?? []).some((directive) => directive.name.value === name);

const entitiesOf = (name: SubgraphName) =>
  documentOf(name).definitions.filter(
    (definition): definition is ObjectTypeDefinitionNode =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && hasDirective(definition, 'key'),
  );

describe('one agency owns each fact (domain.md 5.1)', () => {
  test('every entity has its owner in the table', () => {
    const entities = new Set(SUBGRAPHS.flatMap(entitiesOf).map((type) => type.name.value));
    expect([...entities].toSorted()).toEqual(Object.keys(OWNERS).toSorted());
    for (const [type, owner] of Object.entries(OWNERS)) {
      expect(entitiesOf(owner).map((entity) => entity.name.value)).toContain(type);
    }
  });

  test('every field of an entity, but its key, comes from one agency', () => {
    const sources = new Map<string, string[]>();
    for (const name of SUBGRAPHS) {
      for (const type of entitiesOf(name)) {
        const key = readKeyName(documentOf(name), type.name.value);
        for (const field of type.fields ?? []) {
          const coordinate = `${type.name.value}.${field.name.value}`;
          if (field.name.value === key || hasDirective(field, 'external')) continue;
          sources.set(coordinate, [...(sources.get(coordinate) ?? []), name]);
        }
      }
    }
    expect([...sources].filter(([, names]) => names.length > 1)).toEqual([]);
    expect(sources.size).toBeGreaterThan(100);
  });

  test.each(SUBGRAPHS)(
    '%s: what leads to an entity of another agency is null, or has empty items, when that is down',
    (name) => {
      const schema = schemaOf(name);
      const isForeign = (type: string): boolean => {
        const union = schema.getType(type);
        if (isUnionType(union)) return union.getTypes().some((member) => isForeign(member.name));
        return OWNERS[type] !== undefined && OWNERS[type] !== name;
      };
      const problems = outputFields(schema)
        .filter(({ type }) => isForeign(getNamedType(type).name))
        .filter(({ type }) => {
          const outer = getNullableType(type);
          return isListType(outer) ? isNonNullType(outer.ofType) : isNonNullType(type);
        })
        .map(({ coordinate }) => coordinate);
      expect(problems).toEqual([]);
    },
  );

  /** Who besides the owner answers a command with the entity, and why that writes no fact of the owner. */
  const ALSO_RETURNED: Readonly<Record<string, Partial<Record<SubgraphName, string>>>> = {
    Person: {
      interior: 'the way to its own section, in which probation and registers stand',
      health: 'the way to its own section, in which the flags stand',
      education: 'the way to its own section, in which schooling and guardianship stand',
    },
    Family: { centres: 'the way to lead centre and lead case manager, which the centres own (I-22)' },
    Signal: {
      interior: 'only the id under which the centres will have it: the command sends an event',
      health: 'only the id under which the centres will have it: the command sends an event',
    },
    ResidenceNotice: {
      interior: 'its own acknowledgement, from which the centres derive the state (decision A7)',
      education: 'its own acknowledgement, from which the centres derive the state (decision A7)',
    },
  };

  test('no command of another agency returns it, unless listed with the reason (R-045, R-091)', () => {
    const returned = new Map<string, Set<SubgraphName>>();
    for (const name of SUBGRAPHS) {
      for (const { owner, type: payload } of outputFields(schemaOf(name))) {
        if (owner !== 'Mutation' || !isObjectType(payload)) continue;
        for (const { type } of Object.values(payload.getFields())) {
          const target = getNamedType(type);
          if (!isObjectType(target) || target.name === 'UserError') continue;
          returned.set(target.name, (returned.get(target.name) ?? new Set()).add(name));
        }
      }
    }
    const foreign = [...returned].flatMap(([type, names]) => {
      // What is no entity belongs to the one agency that returns it.
      const owner = OWNERS[type] ?? [...names][0];
      return [...names].filter((name) => name !== owner).map((name) => `${type} ${name}`);
    });
    const listed = Object.entries(ALSO_RETURNED).flatMap(([type, names]) =>
      Object.keys(names).map((name) => `${type} ${name}`),
    );
    expect(foreign.toSorted()).toEqual(listed.toSorted());
  });
});

describe('what some role may lose may be null (decision A5)', () => {
  const isSame = (left: FieldGroupUse | undefined, right: FieldGroupUse | undefined) =>
    left?.group === right?.group && left?.level === right?.level;

  test('a field of another group or level than its type, and a field that leads to objects of another group', () => {
    const problems = SUBGRAPHS.flatMap((name) => {
      const fieldGroups = readFieldGroups(documentOf(name));
      const typeGroups = readTypeGroups(documentOf(name));
      return outputFields(schemaOf(name))
        .filter(({ owner, coordinate, type }) => {
          const own = typeGroups.get(owner);
          const uses = [fieldGroups.get(coordinate), typeGroups.get(getNamedType(type).name)];
          const losable = uses.some((use) => use && !isSame(use, own));
          // A list that may not be null is masked as an empty one.
          return losable && isNonNullType(type) && !isListType(type.ofType);
        })
        .map(({ coordinate }) => coordinate);
    });
    expect(problems).toEqual([]);
  });
});
