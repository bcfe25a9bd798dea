/**
 * What the ministry published (domain.md 2), as plain numbers: the figures that the indicators must give for the full
 * nation, and that the published parameters repeat with their sources.
 */
export const PUBLISHED = {
  /** The flows are of 1 March – 30 September 2025, the stock of its last day (decision D2). */
  period: { from: '2025-03-01', to: '2025-09-30' },
  centres: { beforeReform: 33, on: '2024-12-31', now: 131, target2027: 208 },
  appeals: 44_540,
  consultations: 19_613,
  measuresAssigned: 8_749,
  mobileCases: { all: 5_670, ofProbation: 3_786 },
  familiesOnSupport: 15_102,
  staff: { units: 1_793, psychologists: 157 },
  protectionOrders2023: {
    all: 87_846,
    byRegion: {
      '710000000': 8_792,
      '350000000': 7_973,
      '390000000': 7_894,
      '330000000': 2_571,
      '590000000': 2_506,
      '430000000': 2_298,
      '620000000': 861,
    },
    ofTheOther13: 54_951,
  },
  familyOffences2023: 66_615,
  crisisCentres: { endOf2022: 42, endOf2023: 49 },
} as const;
