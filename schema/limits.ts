/** The limits on input, one table (decision F5): described in the SDL, enforced at every boundary. */
export const LIMITS = {
  /** Characters of a name, number, reference or key. */
  shortText: 200,
  /** Characters of a narrative, reason or note. */
  longText: 4_000,
  /** Items of a list. */
  list: 50,
  /** Visits of one offline batch. */
  visits: 500,
  /** Rows of a page. */
  page: 100,
  /** Bytes of a request's body. */
  bodyBytes: 1_048_576,
  /** Bytes of an agency's answer. */
  answerBytes: 16 * 1_048_576,
} as const;

/** Input fields that take long text; every other text is short. */
export const LONG_TEXT_FIELDS: ReadonlySet<string> = new Set([
  'absenceExplanation',
  'description',
  'explanation',
  'narrative',
  'note',
  'notRecognisedReason',
  'otherDescription',
  'outcome',
  'overrideReason',
  'reason',
  'requirement',
  'result',
  'summary',
  'text',
]);
