import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { PAGE_DIRECTORY } from '../../gateway/playground/built-page.ts';
import type { PlaygroundOptions } from '../../gateway/playground/routes.ts';
import { NATION } from './nation.ts';
import type { World } from './world.ts';

/** The page as `npm run build` leaves it. */
export function buildPage(): void {
  execFileSync(process.execPath, [join(import.meta.dirname, '..', '..', 'gateway', 'playground', 'build.ts')]);
}

/** The demonstration's page for a world: its roles get the world's tokens. */
export function demonstrationOf(world: () => World): PlaygroundOptions {
  return {
    directory: PAGE_DIRECTORY,
    demonstration: {
      districts: NATION.districts.map(({ kato, titleRu, titleKk }) => ({ kato, titleRu, titleKk })),
      issueToken: async (role) => world().token(role),
    },
  };
}
