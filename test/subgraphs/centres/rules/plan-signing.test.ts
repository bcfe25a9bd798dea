import { describe, expect, test } from 'vitest';
import {
  type ActingEmployee,
  checkApprover,
  checkCentreEmployee,
  checkHead,
  checkSignatory,
  checkSigner,
} from '../../../../subgraphs/centres/rules/plan-signing.ts';

const plan = { id: 'p', leadCentreId: 'lead' };
const employee = (change: Partial<ActingEmployee> = {}): ActingEmployee => ({
  id: 'Динара',
  centreId: 'lead',
  post: 'CASE_MANAGER',
  ...change,
});

describe('a plan is signed at the lead centre (Rules p.17)', () => {
  test.each(['CASE_MANAGER', 'DIRECTOR', 'PSYCHOLOGIST', 'GUARD'])('by its %s', (post) => {
    const signer = employee({ post });
    expect(checkSigner(plan, signer)).toEqual({ ok: true, value: signer });
  });

  test.each([
    ['an employee of another centre', employee({ centreId: 'other' })],
    ['somebody who works at no centre', null],
  ])('not by %s', (_, signer) => {
    expect(checkSigner(plan, signer)).toEqual({
      ok: false,
      code: 'FORBIDDEN',
      message: 'A plan must be signed at the lead centre of the family, by one of its employees.',
      path: null,
      entityId: 'p',
      currentState: null,
    });
  });

  test('the signature of the family names who gave it, that of the employee needs no other name', () => {
    expect(checkSignatory('FAMILY', 'Айгүл', ['Айгүл', 'Ерлан']).ok).toBe(true);
    expect(checkSignatory('CENTRE_EMPLOYEE', null, []).ok).toBe(true);
    expect(checkSignatory('FAMILY', null, ['Айгүл'])).toEqual({
      ok: false,
      code: 'INVALID_INPUT',
      message: 'The signature of the family must name in signatoryPersonId who gave it.',
      path: ['input', 'signatoryPersonId'],
      entityId: null,
      currentState: null,
    });
  });

  test('whoever signs for the family belongs to it, as far as somebody can be asked who does', () => {
    expect(checkSignatory('FAMILY', 'Сосед', ['Айгүл', 'Ерлан'])).toMatchObject({
      code: 'INVALID_INPUT',
      path: ['input', 'signatoryPersonId'],
    });
    expect(checkSignatory('FAMILY', 'Айгүл', []).ok).toBe(false);
    expect(checkSignatory('FAMILY', 'Айгүл', null).ok).toBe(true);
  });
});

test.each([
  ['checkCentreEmployee', checkCentreEmployee, 'FORBIDDEN'],
  ['checkHead', checkHead, 'NOT_CENTRE_HEAD'],
] as const)('is worked on at the lead centre (I-22): %s', (_, check, code) => {
  const head = employee({ post: 'DIRECTOR' });
  expect(check(plan, head)).toEqual({ ok: true, value: head });
  for (const other of [employee({ post: 'DIRECTOR', centreId: 'other' }), null]) {
    expect(check(plan, other)).toMatchObject({ code, entityId: 'p' });
  }
});

describe('a plan is approved by the head of the lead centre (Rules p.17, I-09)', () => {
  const head = employee({ id: 'Гүлмира', post: 'DIRECTOR' });

  test('who has not signed it', () => {
    expect(checkHead(plan, head)).toEqual({ ok: true, value: head });
    expect(checkApprover(plan, head, 'Динара').ok).toBe(true);
  });

  test.each([
    ['a case manager', employee()],
    ['the deputy', employee({ post: 'DEPUTY_DIRECTOR' })],
    ['the head of another centre', employee({ post: 'DIRECTOR', centreId: 'other' })],
    ['somebody who works at no centre', null],
  ])('not by %s: NOT_CENTRE_HEAD', (_, approver) => {
    expect(checkHead(plan, approver)).toEqual({
      ok: false,
      code: 'NOT_CENTRE_HEAD',
      message: 'It must be the head of the lead centre of the family who decides on a signed plan.',
      path: null,
      entityId: 'p',
      currentState: null,
    });
  });

  test('not by a head who signed it as the employee: SAME_PERSON_SIGN_AND_APPROVE', () => {
    expect(checkApprover(plan, head, head.id)).toEqual({
      ok: false,
      code: 'SAME_PERSON_SIGN_AND_APPROVE',
      message: 'The head who approves a plan must not be the employee who signed it.',
      path: null,
      entityId: 'p',
      currentState: null,
    });
  });
});
