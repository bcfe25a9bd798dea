import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { entityId, longText } from '../../../kit/input.ts';
import { PeerUnavailable, type Peers } from '../../../kit/peer.ts';
import { type Decision, allow, refuse } from '../../../kit/refusal.ts';
import type { SupportKind } from '../../__generated__/resolvers.ts';
import type { NeedRow } from '../../store.ts';
import { readMembers } from './family-members.ts';

export const NeedInput = z.object({
  beneficiaryPersonId: entityId,
  kind: z.custom<SupportKind>(),
  description: longText,
});
type NeedInput = z.output<typeof NeedInput>;

/** Whose needs may be noted, or that nobody can say now: they are checked again when a plan is made. */
export type KnownPeople = readonly string[] | 'UNAVAILABLE';

/** Those of the family, and whoever applied. */
export async function readPeople(
  peers: Peers,
  of: { readonly familyId: string | null; readonly applicantId: string | null } | undefined,
): Promise<KnownPeople> {
  const applicant = of?.applicantId ? [of.applicantId] : [];
  if (!of?.familyId) return applicant;
  try {
    return [...applicant, ...((await readMembers(peers, of.familyId))?.memberIds ?? [])];
  } catch (error) {
    if (error instanceof PeerUnavailable) return 'UNAVAILABLE';
    throw error;
  }
}

export function checkBeneficiaries(needs: readonly NeedInput[], people: KnownPeople | null): Decision {
  if (people === null || people === 'UNAVAILABLE') return allow();
  const stranger = needs.findIndex(({ beneficiaryPersonId }) => !people.includes(beneficiaryPersonId));
  if (stranger < 0) return allow();
  return refuse('NOT_FOUND', 'Who needs support must be of the family.', {
    path: ['input', 'needs', String(stranger), 'beneficiaryPersonId'],
  });
}

export function toNeedRows(assessmentId: string, needs: readonly NeedInput[]): NeedRow[] {
  return needs.map(({ beneficiaryPersonId, kind, description }) => ({
    id: randomUUID(),
    assessmentId,
    beneficiaryId: beneficiaryPersonId,
    kind,
    description,
  }));
}
