import { describe, expect, test } from 'vitest';
import type { StateMachine } from '../../subgraphs/kit/state-machine.ts';
import { AGENCIES } from '../../schema/subgraphs.ts';
import { DEFINITIONS } from '../support/load-template.ts';

/** What domain.md 6.1 draws of a thing, and each arrow that is drawn beyond it with the reason. */
interface Drawn {
  readonly law: string;
  readonly more?: Readonly<Record<string, string>>;
}

const CORRECTION = 'a correction is a compensating entry by the case manager';
const OUTCOME = 'the outcome may be known before the steps on the way were reported';
const REOPENED = 'a new signal within 30 days opens again what was decided without a plan';
const MERGED = 'two appeals turned out to be of one family';
const THREAT = 'a threat to life brings back into assessment what nobody works on';

/** Arrows as FROM>TO, those of one state together as FROM>TO|TO. An arrow to the own state moves nothing and is left out. */
const DRAWN: Readonly<Record<string, Drawn>> = {
  signal: {
    law: 'RECEIVED>LINKED|NEW_APPEAL|REJECTED',
    more: { 'REJECTED>RECEIVED': 'what was rejected is told again, now with a threat to life' },
  },
  appeal: {
    law: `REGISTERED>TRIAGED|REFUSED|UNREACHABLE TRIAGED>CONSULTED|REDIRECTED|IN_ASSESSMENT|REFUSED|UNREACHABLE
      CONSULTED>REDIRECTED|CLOSED|IN_ASSESSMENT|REFUSED|UNREACHABLE REDIRECTED>CLOSED|IN_ASSESSMENT|REFUSED|UNREACHABLE
      IN_ASSESSMENT>NOT_IN_DIFFICULT_SITUATION|PLAN_OPENED|REFUSED|UNREACHABLE NOT_IN_DIFFICULT_SITUATION>CLOSED
      PLAN_OPENED>CLOSED REFUSED>CLOSED UNREACHABLE>CLOSED CLOSED>REGISTERED`,
    more: {
      'REGISTERED>IN_ASSESSMENT': 'assessment may begin at once: the first decision is made with it',
      'IN_ASSESSMENT>TRIAGED': 'its assessment was cancelled as a duplicate or by refusal',
      'UNREACHABLE>CONSULTED': 'who was not reached comes after all',
      'UNREACHABLE>REFUSED': 'who was not reached answers after all, and refuses',
      'NOT_IN_DIFFICULT_SITUATION>IN_ASSESSMENT': THREAT,
      'REFUSED>IN_ASSESSMENT': THREAT,
      'UNREACHABLE>IN_ASSESSMENT': THREAT,
      'TRIAGED>REGISTERED': REOPENED,
      'CONSULTED>REGISTERED': REOPENED,
      'REDIRECTED>REGISTERED': REOPENED,
      'NOT_IN_DIFFICULT_SITUATION>REGISTERED': REOPENED,
      'REFUSED>REGISTERED': REOPENED,
      'UNREACHABLE>REGISTERED': REOPENED,
      'REGISTERED>CLOSED': MERGED,
      'TRIAGED>CLOSED': MERGED,
      'IN_ASSESSMENT>CLOSED': MERGED,
    },
  },
  'primary assessment': {
    law: 'DUE>IN_PROGRESS|CANCELLED IN_PROGRESS>COMPLETED|CANCELLED',
    more: { 'DUE>COMPLETED': 'what is completed had been begun' },
  },
  'immediate response plan': {
    law: 'DRAFT>AGREED|CANCELLED AGREED>RUNNING|CANCELLED RUNNING>COMPLETED|CANCELLED',
  },
  plan: {
    law: `DRAFT>AWAITING_SIGNATURES AWAITING_SIGNATURES>AWAITING_APPROVAL AWAITING_APPROVAL>ACTIVE
      ACTIVE>UNDER_REVISION|COMPLETED|TERMINATED|EXPIRED UNDER_REVISION>ACTIVE
      EXPIRED>COMPLETED|TERMINATED|EVALUATED COMPLETED>EVALUATED`,
    more: {
      'AWAITING_SIGNATURES>DRAFT': 'a change voids the signatures (I-08)',
      'AWAITING_APPROVAL>DRAFT': 'the head returns the plan, or it is changed (decision C1, I-08)',
      'DRAFT>TERMINATED': 'an exit of decision C1',
      'AWAITING_SIGNATURES>TERMINATED': 'an exit of decision C1',
      'AWAITING_APPROVAL>TERMINATED': 'an exit of decision C1',
      'UNDER_REVISION>TERMINATED': 'an exit of decision C1',
      'UNDER_REVISION>EXPIRED': 'the old version stays in force, and its year ends',
    },
  },
  measure: {
    law: `PLANNED>SENT|CANCELLED SENT>ACCEPTED|DECLINED|CANCELLED ACCEPTED>IN_PROGRESS|CANCELLED DECLINED>SENT|CANCELLED
      IN_PROGRESS>DONE|NOT_DONE|CANCELLED`,
    more: {
      'ACCEPTED>SENT': 'another body takes it over',
      'IN_PROGRESS>SENT': 'another body takes it over',
      ...Object.fromEntries(
        ['DONE', 'NOT_DONE'].flatMap((from) =>
          ['SENT', 'ACCEPTED', 'DECLINED', 'IN_PROGRESS', from === 'DONE' ? 'NOT_DONE' : 'DONE'].map((to) => [
            `${from}>${to}`,
            CORRECTION,
          ]),
        ),
      ),
    },
  },
  referral: {
    law: `CREATED>SENT SENT>RECEIVED|DECLINED|PERSON_REFUSED|EXPIRED RECEIVED>ACCEPTED|DECLINED|PERSON_REFUSED|EXPIRED
      ACCEPTED>COMPLETED|DECLINED|PERSON_REFUSED`,
    more: { 'SENT>COMPLETED': OUTCOME, 'RECEIVED>COMPLETED': OUTCOME },
  },
  'victim identification': { law: 'PENDING>CONFIRMED|NOT_CONFIRMED|PERSON_REFUSED' },
  'temporary residence': { law: 'ADMITTED>DISCHARGED' },
  'residence notice': {
    law: 'CREATED>SENT SENT>DELIVERED|FAILED DELIVERED>ACKNOWLEDGED FAILED>SENT',
    more: {
      'SENT>ACKNOWLEDGED': OUTCOME,
      'FAILED>DELIVERED': 'it came through after all',
      'FAILED>ACKNOWLEDGED': 'it came through after all',
    },
  },
  'mobile group': { law: 'DRAFT>APPROVED APPROVED>EXPIRED' },
  'mobile group case': {
    law: `REGISTERED>ASSIGNED ASSIGNED>VISITED VISITED>HANDED_TO_CENTRE|NO_SUPPORT_NEEDED HANDED_TO_CENTRE>CLOSED
      NO_SUPPORT_NEEDED>CLOSED`,
    more: { 'REGISTERED>CLOSED': MERGED },
  },
  'child-help case': {
    law: `SIGNALLED>REGISTERED REGISTERED>IN_ROOM|ACCOMPANIED IN_ROOM>SERVICES_RUNNING SERVICES_RUNNING>ACCOMPANIED
      ACCOMPANIED>CLOSED`,
  },
  'protection order': {
    law: `ISSUED>ACTIVE ACTIVE>VIOLATED|EXPIRED|REPLACED_BY_COURT|ANNULLED VIOLATED>EXPIRED|REPLACED_BY_COURT|ANNULLED`,
    more: { 'ISSUED>ANNULLED': 'an unlawful order is annulled before it is served, too' },
  },
  consent: {
    law: 'REQUESTED>GRANTED|NOT_REQUIRED GRANTED>WITHDRAWN|EXPIRED',
  },
};

const MACHINES = new Map<string, StateMachine>(
  AGENCIES.flatMap((agency) => DEFINITIONS[agency].machines.map((machine) => [machine.noun, machine] as const)),
);

describe('the state machines of domain.md 6.1 (I-24)', () => {
  test.each(Object.entries(DRAWN))('%s: every arrow that is drawn, and no other without a reason', (noun, drawn) => {
    const law = drawn.law.split(/\s+/).flatMap((part) => {
      const [from, to = ''] = part.split('>');
      return to.split('|').map((status) => `${from}>${status}`);
    });
    const more = Object.keys(drawn.more ?? {});
    expect(more.filter((arrow) => law.includes(arrow))).toEqual([]);
    const built = Object.entries(MACHINES.get(noun)?.moves ?? {}).flatMap(([from, moves]) =>
      Object.values(moves).flatMap((to) => (to === from ? [] : [`${from}>${to}`])),
    );
    expect([...new Set(built)].toSorted()).toEqual([...law, ...more].toSorted());
  });

  test('are all there; what else has one is no thing of 6.1', () => {
    expect([...MACHINES.keys()].filter((noun) => !(noun in DRAWN)).toSorted()).toEqual([
      'benefit award',
      'child-help proposal',
      'crisis centre placement',
      'emergency access',
      'immediate measure',
      'link suggestion',
      'medical appointment',
      'notice to law enforcement',
      'place reservation',
    ]);
  });
});
