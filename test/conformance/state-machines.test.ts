import { Kind, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { EVENTS } from '../../schema/events.ts';
import { AGENCIES, type Agency, readSubgraphSdl } from '../../schema/subgraphs.ts';
import { move, type StateMachine } from '../../subgraphs/kit/state-machine.ts';
import { DEFINITIONS } from '../support/load-template.ts';

const MACHINES = AGENCIES.flatMap((agency) =>
  DEFINITIONS[agency].machines.map((machine) => [agency, machine.noun, machine] as const),
);

const mutationsOf = (agency: Agency): string[] =>
  parse(readSubgraphSdl(agency)).definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Mutation'
      ? (definition.fields ?? []).map(({ name }) => name.value)
      : [],
  );

/** Every state × move as one line; a dot is a refusal. */
function draw(machine: StateMachine): string {
  const moves = Object.keys(machine.madeBy);
  const rows = Object.entries(machine.moves).map(([status, allowed]) => [
    status,
    ...moves.map((name) => allowed[name] ?? '.'),
  ]);
  const table = [['', ...moves], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' | ')
      .trimEnd(),
  );
  const begins = Object.entries(machine.begins).map(([status, makers]) => `begins as ${status}: ${makers?.join(', ')}`);
  const makers = Object.entries(machine.madeBy).map(([name, by]) => `${name}: ${by.join(', ')}`);
  return [...lines, '', ...begins, ...makers, ''].join('\n');
}

describe.each(MACHINES)('%s: %s (domain.md 6.1, I-24)', (agency, noun, machine) => {
  test('moves along the golden table and no other way', async () => {
    await expect(draw(machine)).toMatchFileSnapshot(
      `../golden/state-machines/${agency}-${noun.replaceAll(' ', '-')}.txt`,
    );
  });

  test('has for every arrow a command, an event or a job (decision C1)', () => {
    const known = new Set([
      ...mutationsOf(agency),
      ...Object.entries(EVENTS).flatMap(([type, { to }]) =>
        to.some((name) => name === agency) ? [`event:${type}`] : [],
      ),
      ...DEFINITIONS[agency].jobs.map(({ name }) => `job:${name}`),
    ]);
    const named = [...Object.values(machine.begins), ...Object.values(machine.madeBy)].map((makers) => makers ?? []);
    expect(named.filter((makers) => makers.length === 0)).toEqual([]);
    expect(named.flat().filter((maker) => !known.has(maker))).toEqual([]);
    const used = new Set(Object.values(machine.moves).flatMap((allowed) => Object.keys(allowed)));
    expect([...used].toSorted()).toEqual(Object.keys(machine.madeBy).toSorted());
  });

  test('reaches every state from where it begins', () => {
    const reached = new Set(Object.keys(machine.begins));
    for (const status of reached) {
      for (const next of Object.values(machine.moves[status] ?? {})) if (next) reached.add(next);
    }
    expect([...reached].toSorted()).toEqual(Object.keys(machine.moves).toSorted());
  });

  test('refuses every move that is not there, with the state and what it allows', () => {
    for (const [status, allowed] of Object.entries(machine.moves)) {
      for (const name of Object.keys(machine.madeBy)) {
        const decision = move(machine, { id: 'x', status }, name);
        expect(decision).toMatchObject(
          allowed[name]
            ? { ok: true, value: allowed[name] }
            : {
                ok: false,
                code: 'INVALID_STATE',
                message: `A ${noun} in state ${status} allows ${Object.keys(allowed).join(', ') || 'nothing more'}, not ${name}.`,
                entityId: 'x',
                currentState: status,
              },
        );
      }
    }
  });
});
