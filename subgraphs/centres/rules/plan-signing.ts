import { allow, type Decision, refuse } from '../../kit/refusal.ts';

export type SignatureParty = 'CENTRE_EMPLOYEE' | 'FAMILY';

/** A centre's employee who acts on a plan. */
export interface ActingEmployee {
  readonly id: string;
  readonly centreId: string;
  readonly post: string;
}

/** Signatures are given or taken down by an employee of the lead centre (Rules p.17). */
export function checkSigner(
  plan: { id: string; leadCentreId: string },
  employee: ActingEmployee | null,
): Decision<ActingEmployee> {
  if (employee?.centreId === plan.leadCentreId) return allow(employee);
  return refuse('FORBIDDEN', 'A plan must be signed at the lead centre of the family, by one of its employees.', {
    entityId: plan.id,
  });
}

/** Who works on a plan is an employee of its lead centre (Rules p.8, I-22). */
export function checkCentreEmployee<Employee extends ActingEmployee>(
  plan: { id: string; leadCentreId: string },
  employee: Employee | null,
): Decision<Employee> {
  if (employee?.centreId === plan.leadCentreId) return allow(employee);
  return refuse('FORBIDDEN', 'A plan must be worked on by an employee of the lead centre of the family.', {
    entityId: plan.id,
  });
}

/** The head of the lead centre, who alone approves a plan or sends it back (Rules p.17). */
export function checkHead(
  plan: { id: string; leadCentreId: string },
  employee: ActingEmployee | null,
): Decision<ActingEmployee> {
  if (employee?.centreId === plan.leadCentreId && employee.post === 'DIRECTOR') return allow(employee);
  return refuse(
    'NOT_CENTRE_HEAD',
    'It must be the head of the lead centre of the family who decides on a signed plan.',
    {
      entityId: plan.id,
    },
  );
}

/**
 * The family's signature names who gave it: one of its members.
 *
 * @param memberIds null while nobody can be asked who belongs to the family: signing does not wait for that
 */
export function checkSignatory(
  party: SignatureParty,
  signatoryPersonId: string | null,
  memberIds: readonly string[] | null,
): Decision {
  if (party === 'CENTRE_EMPLOYEE') return allow();
  const path = ['input', 'signatoryPersonId'];
  if (signatoryPersonId === null) {
    return refuse('INVALID_INPUT', 'The signature of the family must name in signatoryPersonId who gave it.', { path });
  }
  if (memberIds === null || memberIds.includes(signatoryPersonId)) return allow();
  return refuse('INVALID_INPUT', 'The signature of the family must be given by one of its members.', { path });
}

/** The head who approves a plan has not signed it as an employee (I-09). */
export function checkApprover(plan: { id: string }, head: ActingEmployee, signedByEmployeeId: string): Decision {
  if (head.id !== signedByEmployeeId) return allow();
  return refuse(
    'SAME_PERSON_SIGN_AND_APPROVE',
    'The head who approves a plan must not be the employee who signed it.',
    { entityId: plan.id },
  );
}
