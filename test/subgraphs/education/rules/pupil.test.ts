import { describe, expect, test } from 'vitest';
import { checkNoteTaker, chooseBody } from '../../../../subgraphs/education/rules/pupil.ts';
import { checkAcknowledgement, isRecipient } from '../../../../subgraphs/education/rules/residence-notice.ts';

const enrolled = (organisationId: string | null) => ({ organisation: 'Школа № 3', organisationId });
const said = { organisation: 'Школа № 3' };
const moved = { organisation: 'Школа № 5' };
const pedagogue = (organisationId: string | null) => ({ integrator: false, organisationId });
const integrator = { integrator: true, organisationId: null };

describe('which body speaks for a pupil', () => {
  test.each([
    ['the one that takes a new pupil', null, said, pedagogue('a'), 'a'],
    ['the one that takes a pupil of nobody', enrolled(null), said, pedagogue('a'), 'a'],
    ['the one that did before, also of another school', enrolled('a'), moved, pedagogue('a'), 'a'],
    ['the same, when the integrator confirms the school', enrolled('a'), said, integrator, 'a'],
    ['nobody yet, when the integrator moves the pupil', enrolled('a'), moved, integrator, null],
    ['nobody yet, when the integrator enters the pupil', null, said, integrator, null],
  ])('%s', (_, known, input, speaker, body) => {
    expect(chooseBody(known, input, speaker)).toEqual({ ok: true, value: body });
  });

  test.each([
    ['another body', enrolled('a'), pedagogue('b')],
    ['a pedagogue of no body, of a pupil', enrolled('a'), pedagogue(null)],
    ['a pedagogue of no body, of a new pupil', null, pedagogue(null)],
  ])('not %s', (_, known, speaker) => {
    expect(chooseBody(known, said, speaker)).toMatchObject({ code: 'FORBIDDEN' });
  });
});

test.each([
  ['of the own body', enrolled('a'), 'a', false, true],
  ['of another body, helped by the own one in a plan', enrolled('b'), 'a', true, true],
  ['not enrolled, helped by the own body in a plan', null, 'a', true, true],
  ['of another body', enrolled('b'), 'a', false, false],
  ['of nobody', enrolled(null), null, false, false],
  ['unknown', null, 'a', false, false],
])('a note about a pupil %s: %#', (_, known, organisationId, assigned, lawful) => {
  expect(checkNoteTaker(known, { organisationId, assigned })).toMatchObject(
    lawful ? { ok: true } : { code: 'NOT_FOUND', path: ['input', 'personId'] },
  );
});

describe('a notice to guardianship (decision A7)', () => {
  test.each([
    ['711110', true],
    ['71', true],
    ['711120', false],
    ['75', false],
    [null, false],
  ])('for 711110000 is meant for the unit %s: %s', (unit, meant) => {
    expect(isRecipient({ districtKato: '711110000' }, unit)).toBe(meant);
  });

  test('is acknowledged once', () => {
    expect(checkAcknowledgement({ id: 'n', acknowledgedAt: null }).ok).toBe(true);
    expect(
      checkAcknowledgement({ id: 'n', acknowledgedAt: Temporal.Instant.from('2025-10-01T00:00:00Z') }),
    ).toMatchObject({ code: 'INVALID_STATE', entityId: 'n', currentState: 'ACKNOWLEDGED' });
  });
});
