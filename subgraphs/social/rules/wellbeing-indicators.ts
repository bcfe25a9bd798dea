import { allow, type Decision, refuse } from '../../kit/refusal.ts';
import { WELLBEING_INDICATORS, type WellbeingIndicator } from '../../../schema/wellbeing-indicators.ts';

export { WELLBEING_INDICATORS };

/**
 * The answers of one rating with their titles, in the order of the table; codes that are not in it are left out.
 *
 * @param deprivedByCode code → whether the family is deprived
 */
export function toIndicators(
  deprivedByCode: Readonly<Record<string, boolean>>,
): (WellbeingIndicator & { deprived: boolean })[] {
  return WELLBEING_INDICATORS.flatMap((entry) => {
    const deprived = deprivedByCode[entry.code];
    return deprived === undefined ? [] : [{ ...entry, deprived }];
  });
}

/**
 * Delivered indicators as code → deprived: each known to the table of its methodology, of its domain there, and given once.
 * The pilot method has no table of its own, so it delivers none.
 */
export function checkIndicators(
  methodology: 'ORDER_267_FIVE_LEVELS' | 'SCORING_SIX_LEVELS',
  delivered: readonly { domain: string; code: string; deprived: boolean }[],
): Decision<Readonly<Record<string, boolean>>> {
  const table = methodology === 'ORDER_267_FIVE_LEVELS' ? WELLBEING_INDICATORS : [];
  const answers = new Map<string, boolean>();
  for (const [index, { domain, code, deprived }] of delivered.entries()) {
    const at = (field: string) => ({ path: ['input', 'indicators', String(index), field] });
    const entry = table.find((known) => known.code === code);
    if (!entry)
      return refuse('INVALID_INPUT', `The code must be one of the reference table of ${methodology}.`, at('code'));
    if (entry.domain !== domain) return refuse('INVALID_INPUT', `The domain must be ${entry.domain}.`, at('domain'));
    if (answers.has(code)) return refuse('INVALID_INPUT', 'An indicator must be given once.', at('code'));
    answers.set(code, deprived);
  }
  return allow(Object.fromEntries(answers));
}
