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
