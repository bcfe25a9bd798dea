import { expect, test } from 'vitest';
import { checkReporter } from '../../../../subgraphs/centres/rules/measure-reporter.ts';

/** Who reports on whose measure, with onBehalf or without (I-10): how the history marks it, or a refusal. */
const GOLDEN: [measureOf: string | null, reporter: string | null, onBehalf: boolean, outcome: string][] = [
  ['clinic', 'clinic', false, 'by itself'],
  ['clinic', 'clinic', true, 'by itself'],
  ['clinic', 'lead', false, 'needs onBehalf'],
  ['clinic', 'lead', true, 'on behalf'],
  ['clinic', 'school', false, 'not responsible'],
  ['clinic', 'school', true, 'not responsible'],
  ['clinic', null, false, 'not responsible'],
  ['clinic', null, true, 'not responsible'],
  ['lead', 'lead', false, 'by itself'],
  ['lead', 'lead', true, 'by itself'],
  ['lead', 'clinic', false, 'not responsible'],
  ['lead', 'clinic', true, 'not responsible'],
  ['lead', null, false, 'not responsible'],
  ['lead', null, true, 'not responsible'],
  [null, 'lead', false, 'on behalf'],
  [null, 'lead', true, 'on behalf'],
  [null, 'clinic', false, 'not responsible'],
  [null, 'clinic', true, 'not responsible'],
  [null, null, false, 'not responsible'],
  [null, null, true, 'not responsible'],
];

const refused = (message: string) => ({
  ok: false,
  code: 'NOT_RESPONSIBLE_BODY',
  message,
  path: null,
  entityId: 'm',
  currentState: null,
});
const OUTCOMES: Record<string, object> = {
  'by itself': { ok: true, value: { onBehalf: false } },
  'on behalf': { ok: true, value: { onBehalf: true } },
  'needs onBehalf': refused('A measure of another body must be reported with onBehalf: true by the case manager.'),
  'not responsible': refused('A measure must be reported by the body that is responsible for it.'),
};

test.each(GOLDEN)(
  'a measure of %s, reported by %s, on behalf: %j → %s',
  (organisationId, reporter, onBehalf, outcome) => {
    const measure = { id: 'm', organisationId, leadCentreId: 'lead' };
    const by = { organisationId: reporter, onBehalf };
    expect(checkReporter(measure, { ...by, caseManager: true })).toEqual(OUTCOMES[outcome]);
    // A psychologist or a lawyer of the lead centre reports on the centre's own work alone.
    const other = checkReporter(measure, { ...by, caseManager: false });
    expect(other).toEqual(OUTCOMES[outcome === 'by itself' ? outcome : 'not responsible']);
  },
);
