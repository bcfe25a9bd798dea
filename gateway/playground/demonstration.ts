import type { Role } from '../../schema/access.ts';
import type { Nation } from '../../subgraphs/kit/nation/nation.ts';
import { findDemoUser } from '../../subgraphs/kit/nation/users.ts';
import type { LocalIssuer } from '../access/local-issuer.ts';
import type { PlaygroundDemonstration } from './routes.ts';

const DAY_SECONDS = 86_400;

/** The roles of the synthetic country for the page: the same people and tokens as `npm run -s token` gives. */
export function createPlaygroundDemonstration(
  nation: Nation,
  issuer: LocalIssuer,
  tokens: { readonly issuer: string; readonly audience: string },
): PlaygroundDemonstration {
  return {
    districts: nation.districts.map(({ kato, titleRu, titleKk }) => ({ kato, titleRu, titleKk })),
    issueToken: async (role: Role, districtKato: string) => {
      const user = findDemoUser(nation, role, districtKato);
      if (!user) return null;
      const { userId, organisationId, districtKato: district, personId, system, name } = user;
      return issuer.issue(
        { sub: userId, role, organisation: organisationId, district, person: personId, system, name },
        { ...tokens, seconds: DAY_SECONDS },
      );
    },
  };
}
