import type { Role } from '../../../schema/access.ts';
import type { NationDistrict, OrganisationKind, Post } from './places.ts';
import { getOrganisation } from './places.ts';
import type { Nation } from './nation.ts';
import { createStranger } from './names.ts';
import { idFor, randomFor } from './random.ts';

/** Somebody who may sign in to the demonstration. */
export interface DemoUser {
  readonly userId: string;
  readonly organisationId: string | null;
  readonly districtKato: string | null;
  readonly personId: string | null;
  readonly system: string | null;
  /** Left out for systems. */
  readonly name: string | undefined;
}

type Workplace = { readonly post: Post } | { readonly body: OrganisationKind } | 'CRISIS_CENTRE' | 'NATIONAL';

/** Where each role works: on a post at the centre, at a body of the district, at a crisis centre of the region, or for the whole country. */
const WORKPLACES: Record<Role, Workplace> = {
  POLICE: { body: 'INTERNAL_AFFAIRS' },
  PROBATION: { body: 'INTERNAL_AFFAIRS' },
  DOCTOR: { body: 'HEALTH' },
  SOCIAL_PEDAGOGUE: { body: 'EDUCATION' },
  GUARDIANSHIP: { body: 'GUARDIANSHIP' },
  SOCIAL_PROTECTION: { body: 'SOCIAL_PROTECTION' },
  CASE_MANAGER: { post: 'CASE_MANAGER' },
  CENTRE_HEAD: { post: 'DIRECTOR' },
  PSYCHOLOGIST: { post: 'PSYCHOLOGIST' },
  LAWYER: { post: 'LAWYER' },
  MOBILE_GROUP: { post: 'SOCIAL_WORKER' },
  CRISIS_CENTRE: 'CRISIS_CENTRE',
  CHILD_HELP_ROOM: { body: 'EDUCATION' },
  CONTACT_CENTRE_111: 'NATIONAL',
  ANALYST: 'NATIONAL',
  OMBUDSMAN: 'NATIONAL',
  INTEGRATOR: 'NATIONAL',
  FAMILY_MEMBER: 'NATIONAL',
};

/** The first person of that role in the district; null when the nation has no such district. */
export function findDemoUser(nation: Nation, role: Role, districtKato: string): DemoUser | null {
  const district = nation.districts.find(({ kato }) => kato === districtKato);
  if (!district) return null;
  const workplace = WORKPLACES[role];
  const nobody = { organisationId: null, districtKato: null, personId: null, system: null };
  const name = createStranger('FEMALE', randomFor(nation.seed, 'user-name', districtKato, role));
  if (workplace === 'NATIONAL') {
    const userId = idFor(nation.seed, 'user', role);
    return { ...nobody, userId, name, ...nationalDetails(nation, role) };
  }
  if (workplace !== 'CRISIS_CENTRE' && 'post' in workplace) {
    return { ...nobody, ...atCentre(district, workplace.post), districtKato };
  }
  const organisationId =
    workplace === 'CRISIS_CENTRE'
      ? nearestCrisisCentre(nation, district)
      : getOrganisation(district, workplace.body).id;
  return { ...nobody, userId: idFor(nation.seed, 'user', districtKato, role), name, organisationId, districtKato };
}

/** Of the region where it has one. */
function nearestCrisisCentre({ crisisCentres }: Nation, { regionKato }: NationDistrict): string | null {
  return (crisisCentres.find((centre) => centre.regionKato === regionKato) ?? crisisCentres[0])?.id ?? null;
}

function nationalDetails(nation: Nation, role: Role): Partial<DemoUser> {
  if (role === 'INTEGRATOR') return { system: 'FSM_SOCIAL', name: undefined };
  if (role === 'FAMILY_MEMBER') {
    const [person] = nation.family(0).members;
    return { personId: person?.id ?? null, name: person?.fullName };
  }
  return {};
}

function atCentre({ centre }: NationDistrict, post: Post): Pick<DemoUser, 'userId' | 'organisationId' | 'name'> {
  const employee = centre.employees.find((candidate) => candidate.post === post);
  if (!employee) throw new Error(`Every centre must have the post ${post}.`);
  return { userId: employee.userId, organisationId: centre.id, name: employee.fullName };
}
