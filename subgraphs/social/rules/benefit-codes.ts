import { BENEFIT_CODES, type BenefitCode } from '../../../schema/benefit-codes.ts';

export { BENEFIT_CODES };

const BY_CODE = new Map(BENEFIT_CODES.map((entry) => [entry.code, entry]));

export function getBenefitCode(code: string): BenefitCode {
  const found = BY_CODE.get(code);
  if (!found) throw new Error(`An award must have a code of the reference table; ${code} is none.`);
  return found;
}
