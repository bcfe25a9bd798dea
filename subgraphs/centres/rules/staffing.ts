import type { EmployeePost } from '../__generated__/resolvers.ts';

export type StaffingBand = 'UP_TO_50' | 'FROM_51_TO_100' | 'OVER_100';

/** The minimum staff by posts and load (Rules, annex). Null: by vehicles or by other norms, outside the sum. */
const NORM: Readonly<Record<EmployeePost, readonly [number, number, number] | null>> = {
  DIRECTOR: [1, 1, 1],
  DEPUTY_DIRECTOR: [0, 1, 1],
  CHIEF_ACCOUNTANT: [0.5, 1, 1],
  HEAD_OF_UNIT: [2, 2, 2],
  ACCOUNTANT: [0, 0, 1],
  HR_INSPECTOR: [0.5, 1, 1],
  PROCUREMENT_MANAGER: [0.5, 1, 1],
  SOCIAL_WORKER: [2, 2, 3],
  PSYCHOLOGIST: [2, 2, 3],
  LAWYER: [2, 2, 2],
  MEDIA_SPECIALIST: [1, 1, 1],
  ANALYST: [0, 1, 2],
  INFORMATION_SECURITY_SPECIALIST: [0, 1, 1],
  PREVENTION_SPECIALIST: [1, 2, 3],
  DRIVER: null,
  GUARD: [1, 1, 1],
  CLEANER: null,
  YARD_KEEPER: null,
  SOCIAL_WORK_SPECIALIST: [1.5, 2.5, 3.5],
  CASE_MANAGER: [2, 3, 4],
};
export const BANDS = ['UP_TO_50', 'FROM_51_TO_100', 'OVER_100'] as const satisfies readonly StaffingBand[];
/** The most appeals a day of each band; the last one has no end. */
export const BAND_LIMITS = [50, 100] as const;

export interface StaffingPost {
  readonly post: EmployeePost;
  /** Null where the annex counts by vehicles or refers to other norms. */
  readonly normUnits: number | null;
  readonly actualUnits: number;
}

export interface Staffing {
  readonly appealsPerDay: number;
  readonly band: StaffingBand;
  readonly normUnits: number;
  readonly actualUnits: number;
  readonly psychologistsNorm: number;
  readonly psychologistsActual: number;
  readonly caseManagersNorm: number;
  readonly caseManagersActual: number;
  readonly posts: StaffingPost[];
}

/** The band of a mean number of appeals a day; a fraction is rounded half up first. */
export function findBand(appealsPerDay: number): StaffingBand {
  const rounded = Math.floor(appealsPerDay + 0.5);
  if (rounded <= BAND_LIMITS[0]) return 'UP_TO_50';
  return rounded <= BAND_LIMITS[1] ? 'FROM_51_TO_100' : 'OVER_100';
}

/** The minimum units of a band: of one post, or of all that have a norm. */
export function findNorm(band: StaffingBand, post?: EmployeePost): number {
  const column = BANDS.indexOf(band);
  const posts = post ? [NORM[post]] : Object.values(NORM);
  return posts.reduce((sum, norm) => sum + (norm?.[column] ?? 0), 0);
}

/**
 * Norm against fact. A gap is a warning, never a block: posts may be interchanged within the wage fund.
 *
 * @param appealsPerDay the exact mean decides the band; it is told to a tenth, so that it does not move with one appeal
 */
export function computeStaffing(
  appealsPerDay: number,
  employees: readonly { post: EmployeePost; units: number }[],
): Staffing {
  const band = findBand(appealsPerDay);
  const column = BANDS.indexOf(band);
  const actual = (post: EmployeePost) =>
    employees.filter((employee) => employee.post === post).reduce((sum, { units }) => sum + units, 0);
  const posts = (Object.keys(NORM) as EmployeePost[]).map((post) => ({
    post,
    normUnits: NORM[post]?.[column] ?? null,
    actualUnits: actual(post),
  }));
  return {
    appealsPerDay: Math.floor(appealsPerDay * 10 + 0.5) / 10,
    band,
    normUnits: findNorm(band),
    actualUnits: employees.reduce((sum, { units }) => sum + units, 0),
    psychologistsNorm: findNorm(band, 'PSYCHOLOGIST'),
    psychologistsActual: actual('PSYCHOLOGIST'),
    caseManagersNorm: findNorm(band, 'CASE_MANAGER'),
    caseManagersActual: actual('CASE_MANAGER'),
    posts,
  };
}
