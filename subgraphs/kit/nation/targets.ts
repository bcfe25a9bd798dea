/**
 * What the synthetic country must come to when it has 15,102 families with active plans (domain.md 2, decisions D2–D4).
 * It is generated as single events; the indicators count these and must find the published figures again. With another
 * number of families everything here but the network of centres scales with it.
 */
export const TARGETS = {
  families: 15_102,
  /** Centres in districts and city districts; those that were there before the reform are among them. */
  centres: 131,
  centresBeforeReform: 33,
  /** Allocated to all centres; how they share it is invented, what it is for is published (S1 ¶43). */
  budget: { year: 2025, kzt: 8_300_000_000, payShare: 0.61, buildingsShare: 0.3 },
  staffUnits: 1_793,
  psychologists: 157,
  /** Flows of the seven months before the day of the story [P]. */
  appeals: 44_540,
  consultations: 19_613,
  measures: 8_749,
  mobileCases: 5_670,
  mobileCasesFromProbation: 3_786,
  /** Of the year 2023. */
  familyOffences: 66_615,
  crisisCentres: { before2023: 42, in2023: 49 },
} as const;

/** Protection orders of 2023 by region (domain.md 2.3): 87,846 in all. Seven regions are published. */
export const PROTECTION_ORDERS_2023: Readonly<Record<string, number>> = {
  '33': 2_571,
  '35': 7_973,
  '39': 7_894,
  '43': 2_298,
  '59': 2_506,
  '62': 861,
  '71': 8_792,
  // Published is only the balance of 54,951; how the other regions share it is invented.
  '10': 3_412,
  '11': 3_705,
  '15': 4_118,
  '19': 5_946,
  '23': 2_803,
  '27': 3_077,
  '31': 4_390,
  '47': 2_911,
  '55': 3_684,
  '61': 4_127,
  '63': 4_006,
  '75': 8_163,
  '79': 4_609,
};

/** Shares [P] of what is not published. */
export const SHARES = {
  /** Families on the way to a plan, and those whose plan has ended, for each family with an active plan. */
  inProgress: 0.2,
  ended: 0.06,
  /** Of the families that came with a passing matter one in ten came twice. */
  appealsOfPassingFamily: 1.1,
} as const;
