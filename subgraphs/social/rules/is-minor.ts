const FULL_AGE_YEARS = 18;

/**
 * Whether somebody is under 18 on that day; on the birthday itself no longer.
 * With the year of birth alone, null in the year in which the person comes of age.
 */
export function isMinor(
  born: { readonly birthDate: string | null; readonly birthYear: number | null },
  today: Temporal.PlainDate,
): boolean | null {
  if (born.birthDate !== null) {
    const ofAgeFrom = Temporal.PlainDate.from(born.birthDate).add({ years: FULL_AGE_YEARS });
    return Temporal.PlainDate.compare(today, ofAgeFrom) < 0;
  }
  if (born.birthYear === null) return null;
  const ofAgeIn = born.birthYear + FULL_AGE_YEARS;
  return ofAgeIn === today.year ? null : ofAgeIn > today.year;
}
