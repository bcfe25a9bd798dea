import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Where a contradiction of the sources is settled: by a test that holds it, or by a reason why nothing is to be held. */
type Settled = { readonly file: string; readonly test: string } | { readonly nothing: string };

const held = (file: string, name: string): Settled => ({ file: `test/${file}`, test: name });
const nothing = (reason: string): Settled => ({ nothing: reason });

const INDICATORS = 'subgraphs/centres/indicators/indicators.engine.test.ts';
const DEFINITIONS = 'subgraphs/centres/indicators/definitions.test.ts';

/** The contradictions of domain.md 4, in their order. */
const CONTRADICTIONS: Readonly<Record<string, Settled>> = {
  'C-01': nothing('FSM Social is one of the sources of signals (SignalSource); it owns no record here.'),
  'C-02': nothing('When Power BI joined is history; the feed is the aggregates, whenever it is read.'),
  'C-03': held(INDICATORS, 'consultations are services; families are those that had one'),
  'C-04': held(INDICATORS, 'a measure counts on the day of the approval that brought it, whatever is approved later'),
  'C-05': nothing(
    'MOBILE_CASES counts cases of every ground, as its definition says; the record of a case has no ground.',
  ),
  'C-06': held(
    'subgraphs/centres/indicators/request.test.ts',
    'misuse: a request for indicators is refused with INVALID_INPUT (C-06)',
  ),
  'C-07': held(
    INDICATORS,
    'a plan in force without a measure shows, and a measure that is overdue does until it is done (C-07)',
  ),
  'C-08': held(DEFINITIONS, 'of people trained there are two, of other audiences and periods (C-08)'),
  'C-09': held('subgraphs/kit/deadline.test.ts', 'redirect for identification: 2 working days'),
  'C-10': nothing('RESIDENCE_DAYS counts every stay; why a crisis centre was refused is no condition (Rules p.25).'),
  'C-11': nothing('A rule of the command restartPlan (I-16), not of a figure.'),
  'C-12': nothing('The categories A to E are an enum with their names in the SDL of social protection.'),
  'C-13': nothing('Three rights of commands on mobile groups, which are not figures.'),
  'C-14': held(
    'subgraphs/interior/statistics.engine.test.ts',
    'are counted for the whole country, as a plain number (C-14)',
  ),
  'C-15': held(
    DEFINITIONS,
    'seven regions and the other thirteen make the orders of 2023, Karaganda before Kostanay (C-14, C-15)',
  ),
  'C-16': nothing('CRISIS_CENTRES counts the centres of the register, whatever their target groups.'),
  'C-17': held(INDICATORS, 'a stock is what was opened and not closed until that day (C-17)'),
  'C-18': nothing('How an order is numbered: НҚ in every source that is cited.'),
  'C-19': held(
    DEFINITIONS,
    'the money is what was allocated, and the pay that follows from pay and units is left as a question (C-19, C-20)',
  ),
  'C-20': held(
    DEFINITIONS,
    'the money is what was allocated, and the pay that follows from pay and units is left as a question (C-19, C-20)',
  ),
  'C-21': held(INDICATORS, 'the load is the mean of a working day of the twelve months that are over: %s'),
  'C-22': nothing('Consent by channel is a rule of commands (decision D7 of domain.md), not of figures.'),
  'C-23': held(INDICATORS, 'a centre counts from its first day to the day before it is closed (C-23)'),
  'C-24': nothing('A letter in the title of a chapter.'),
  'C-25': held('subgraphs/kit/deadline.test.ts', 'notices for minors: 24 clock hours'),
  'C-26': held(
    'journeys/shared-plan.engine.test.ts',
    'is drafted for several bodies, signed, approved, and then seen and worked on by all',
  ),
  'C-27': nothing('Who signed the reply: it is cited as the reply of the Government.'),
  'C-28': nothing(
    'Rules carry their validity (DeadlineRule.validFrom, validTo); № 192 gives no term that is computed.',
  ),
  'C-29': nothing(
    'CASE_MANAGERS_ACTUAL counts the staff of the centres; a case manager of a guardianship body is none of it.',
  ),
  'C-30': nothing('Noise of the source.'),
};

test('the list is that of domain.md 4', () => {
  expect(Object.keys(CONTRADICTIONS)).toEqual(
    Array.from({ length: 30 }, (_, n) => `C-${String(n + 1).padStart(2, '0')}`),
  );
});

const settled = Object.entries(CONTRADICTIONS);

test.each(settled.flatMap(([id, how]) => ('test' in how ? [[id, how] as const] : [])))(
  '%s is held by a test',
  (_, how) => {
    expect(existsSync(join(ROOT, how.file)), how.file).toBe(true);
    expect(readFileSync(join(ROOT, how.file), 'utf8')).toContain(how.test);
  },
);

test.each(settled.flatMap(([id, how]) => ('nothing' in how ? [[id, how] as const] : [])))(
  '%s has nothing to hold, for a reason',
  (_, { nothing: reason }) => {
    expect(reason).toMatch(/^[A-ZА-Я].*\.$/);
  },
);
