import {
  type AccessLevel,
  type AccessPolicy,
  FIELD_GROUPS,
  type FieldGroup,
  opensField,
  ROLES,
} from '../../schema/access.ts';
import type { FieldGroupUse } from '../../schema/field-groups.ts';
import type { Viewer } from './visible.ts';

/** One lawful mask of an answer (decision A5). */
export interface Mask {
  readonly group: FieldGroup;
  readonly reason: 'ROLE';
}

/** Decides field by field for one request and remembers what it masked, once for each group. */
export class FieldAccess {
  readonly #viewer: Viewer;
  readonly #masked = new Map<FieldGroup, Mask>();

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
  }

  /** Whether a field may be shown; when not, the answer will say so, except for groups whose very existence is hidden. */
  opens({ group, level }: FieldGroupUse): boolean {
    const { caller, policy } = this.#viewer;
    if (caller.kind === 'SERVICE' || opensField(policy[caller.role][group].read, level)) return true;
    if (FIELD_GROUPS[group].sensitivity !== 'S4') this.#masked.set(group, { group, reason: 'ROLE' });
    return false;
  }

  masks(): readonly Mask[] {
    return [...this.#masked.values()];
  }
}

/** Fields that no role can lose are not guarded at all: they cost nothing. */
export function mayBeMasked(policy: AccessPolicy, group: FieldGroup, level: AccessLevel): boolean {
  return ROLES.some((role) => !opensField(policy[role][group].read, level));
}
