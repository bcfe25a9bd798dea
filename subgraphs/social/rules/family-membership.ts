import { allow, type Decision, refuse } from '../../kit/refusal.ts';

export interface CurrentMembership<Role extends string = string> {
  readonly familyId: string;
  readonly role: Role;
  readonly since: string | null;
}

export interface MembershipChange<Role extends string = string> {
  readonly familyId: string;
  readonly role: Role | null;
  readonly since: string | null;
  readonly until: string | null;
}

/** The last day of the present row, if it ends, and the row that begins, if one does. */
export interface MembershipSteps<Role extends string = string> {
  readonly endsOn: string | null;
  readonly begins: { readonly role: Role; readonly since: string } | null;
}

/**
 * What a change does to somebody's membership (I-02): who belongs nowhere joins, who belongs here takes another role or
 * leaves, and who belongs elsewhere must leave there first. Rows end and begin, none is overwritten.
 */
export function changeMembership<Role extends string>(
  current: CurrentMembership<Role> | null,
  change: MembershipChange<Role>,
  today: Temporal.PlainDate,
): Decision<MembershipSteps<Role>> {
  const { familyId, role, until } = change;
  for (const field of ['since', 'until'] as const) {
    if ((change[field] ?? '') > today.toString()) {
      return invalid(field, 'A day of the membership must not lie in the future.');
    }
  }
  if (current !== null && current.familyId !== familyId) {
    return refuse('INVALID_STATE', 'A person must leave the current family before joining another.', {
      path: ['input', 'personId'],
      entityId: current.familyId,
      currentState: 'CURRENT_MEMBER',
    });
  }
  if (until !== null) {
    if (current === null) {
      return refuse('NOT_FOUND', 'The person must be a current member of the family.', { path: ['input', 'personId'] });
    }
    if (role !== null && role !== current.role) return invalid('role', 'A membership that ends must keep its role.');
    const since = change.since ?? current.since;
    if (since !== null && until < since) return invalid('until', 'A membership must not end before it begins.');
    if (current.since !== null && until < current.since) {
      return invalid('until', 'A membership must not end before it begins.');
    }
    return allow({ endsOn: until, begins: null });
  }
  const since = change.since ?? today.toString();
  if (role === null) return invalid('role', 'A role must be given when a person joins or changes it.');
  if (current === null) return allow({ endsOn: null, begins: { role, since } });
  if (role === current.role) return invalid('role', `The new role must differ from the present one, ${current.role}.`);
  if (current.since !== null && since < current.since) {
    return invalid('since', 'The new role must not begin before the present one.');
  }
  const dayBefore = Temporal.PlainDate.from(since).subtract({ days: 1 }).toString();
  const endsOn = current.since !== null && dayBefore < current.since ? current.since : dayBefore;
  return allow({ endsOn, begins: { role, since } });
}

function invalid(field: string, message: string) {
  return refuse('INVALID_INPUT', message, { path: ['input', field] });
}
