import { Kind, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { PERMISSIVE_POLICY } from '../../schema/access.ts';
import { isNotImplemented, NOT_IMPLEMENTED } from '../../schema/not-implemented.ts';
import { AGENCIES, readSubgraphSdl, SUBGRAPHS } from '../../schema/subgraphs.ts';
import { buildSubgraph, type SubgraphDefinition } from '../../subgraphs/kit/subgraph.ts';
import { DEFINITIONS } from '../support/load-template.ts';

const LISTED = [...NOT_IMPLEMENTED];

const coordinates = new Set(
  SUBGRAPHS.flatMap((name) => parse(readSubgraphSdl(name)).definitions).flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION
      ? (definition.fields ?? []).map((field) => `${definition.name.value}.${field.name.value}`)
      : [],
  ),
);

test('the list is in alphabetical order', () => {
  expect(LISTED).toEqual(LISTED.toSorted());
});

test('every field of the list is one of the contract', () => {
  expect(LISTED.filter((coordinate) => !coordinates.has(coordinate))).toEqual([]);
});

test('a field is looked up by its coordinate', () => {
  expect(isNotImplemented('Query.accessLog')).toBe(true);
  expect(isNotImplemented('Query.family')).toBe(false);
});

describe('the list and the resolvers agree', () => {
  test.each(AGENCIES)('%s answers nothing that it says it does not', (agency) => {
    const resolvers = DEFINITIONS[agency].resolvers as Record<string, Record<string, unknown>>;
    const answered = Object.entries(resolvers).flatMap(([type, fields]) =>
      Object.keys(fields).map((field) => `${type}.${field}`),
    );
    expect(answered.length).toBeGreaterThan(0);
    expect(answered.filter(isNotImplemented)).toEqual([]);
  });

  test.each(AGENCIES)('%s builds: every root field that is not listed has a resolver', (agency) => {
    expect(() => build(agency, DEFINITIONS[agency].resolvers)).not.toThrow();
  });
});

describe('misuse: an agency does not build', () => {
  const { resolvers } = DEFINITIONS.health;

  test('without a resolver of a root field', () => {
    const { medicalEpisode: _, ...rest } = resolvers['Query'] as Record<string, unknown>;
    expect(() => build('health', { ...resolvers, Query: rest })).toThrow(
      new Error('A root field must have a resolver; Query.medicalEpisode has none.'),
    );
  });

  test('with a resolver of a field that is not in the contract', () => {
    expect(() => build('health', { ...resolvers, MedicalDetails: { shoeSize: () => 42 } })).toThrow(
      new Error('MedicalDetails.shoeSize defined in resolvers, but not in schema'),
    );
  });
});

function build(agency: (typeof AGENCIES)[number], resolvers: object): void {
  const definition = { ...DEFINITIONS[agency], resolvers } as SubgraphDefinition<object, object, object>;
  buildSubgraph(definition, { policy: PERMISSIVE_POLICY, scalars: { allowSyntheticIin: true } });
}
