/** The period over which the load of a centre is averaged. */
export interface LoadPeriod {
  readonly from: Temporal.PlainDate;
  readonly to: Temporal.PlainDate;
}

/**
 * The twelve whole months that are over at the end of a day [P]: a season more or less moves no centre into another band,
 * and the published mean changes once a month, not with every appeal.
 */
export function toLoadPeriod(endOf: Temporal.PlainDate): LoadPeriod {
  const next = endOf.add({ days: 1 }).with({ day: 1 });
  return { from: next.subtract({ months: 12 }), to: next.subtract({ days: 1 }) };
}

/** The mean of a working day; what comes on days off counts, too. A centre that had no working day yet has no load. */
export function toDailyMean(appeals: number, workingDays: number): number {
  return workingDays === 0 ? 0 : appeals / workingDays;
}
