import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  awaitsDecision,
  decideMobileCall,
  isSameEvent,
  placeSignal,
  reopens,
  type ReportedEvent,
  toLegalBasis,
} from '../../../../subgraphs/centres/rules/signal-place.ts';
import { toSourceSystem } from '../../../../subgraphs/centres/rules/source-system.ts';

const at = (text: string) => Temporal.Instant.from(`${text}+05:00`);
const EVENT: ReportedEvent = {
  personId: 'асель',
  occurredAt: at('2025-10-01T08:00'),
  eventKind: 'PHYSICAL_VIOLENCE',
  kato: '711110000',
};

describe('two signals tell of one event (domain.md 6.3(3))', () => {
  test.each([
    ['the same words', {}, true],
    ['24 hours later', { occurredAt: at('2025-10-02T08:00') }, true],
    ['24 hours earlier', { occurredAt: at('2025-09-30T08:00') }, true],
    ['a second more than 24 hours later', { occurredAt: at('2025-10-02T08:00:01') }, false],
    ['at a time that nobody told', { occurredAt: null }, false],
    ['another victim', { personId: 'дана' }, false],
    ['a victim whom nobody named', { personId: null }, false],
    ['another kind', { eventKind: 'ECONOMIC_VIOLENCE' }, false],
    ['a kind that nobody told', { eventKind: null }, true],
    ['a village of the district', { kato: '711110500' }, true],
    ['the region, as a sender without the district tells it', { kato: '710000000' }, true],
    ['another district of the city', { kato: '711120000' }, false],
    ['another region', { kato: '750000000' }, false],
  ])('%s: %s → %s', (_, change, same) => {
    const other = { ...EVENT, ...change };
    expect(isSameEvent(EVENT, other)).toBe(same);
    expect(isSameEvent(other, EVENT)).toBe(same);
  });

  test('nobody is the same as nobody', () => {
    const nobody = { ...EVENT, personId: null };
    expect(isSameEvent(nobody, nobody)).toBe(false);
  });
});

describe('a signal belongs (domain.md 6.3, 6.1)', () => {
  const now = at('2025-10-31T09:00');
  const open = { id: 'open', closedAt: null };
  const same = { id: 'same', closedAt: at('2025-01-01T09:00') };
  const closedOn = (text: string) => ({ id: 'closed', closedAt: at(text) });
  const none = { open: null, ofSameEvent: null, lastClosed: null };

  test.each([
    ['to the open appeal before all others', { open, ofSameEvent: same, lastClosed: same }, 'JOIN open'],
    [
      'to a closed one in which the same event was reported',
      { ...none, ofSameEvent: same, lastClosed: closedOn('2025-10-30T09:00') },
      'JOIN same',
    ],
    ['to one that was closed 30 days ago', { ...none, lastClosed: closedOn('2025-10-01T09:00') }, 'JOIN closed'],
    [
      'to a new one after one that was closed a second before that',
      { ...none, lastClosed: closedOn('2025-10-01T08:59:59') },
      'OPEN closed',
    ],
    ['to a new one', none, 'OPEN null'],
  ] as const)('%s', (_, found, expected) => {
    const place = placeSignal<{ id: string; closedAt: Temporal.Instant | null }>(found, now);
    expect(place.kind === 'JOIN' ? `JOIN ${place.appeal.id}` : `OPEN ${place.previousId}`).toBe(expected);
  });

  test.each([
    ['CLOSED', false, true, true],
    ['CONSULTED', false, false, true],
    ['CONSULTED', false, true, false],
    ['UNREACHABLE', true, true, true],
    ['REGISTERED', true, false, false],
    ['IN_ASSESSMENT', true, false, false],
    ['PLAN_OPENED', true, false, false],
  ] as const)(
    'and opens one that is %s again (threat %s, same event %s): %s',
    (status, threatToLife, sameEvent, opened) => {
      expect(reopens(status, { threatToLife }, sameEvent)).toBe(opened);
    },
  );
});

describe('the mobile group (Rules p.22, R-053, R-055)', () => {
  test.each([
    [null, 'POLICE', false, false, 'CALL'],
    [null, 'PROBATION', false, false, 'CALL'],
    [null, 'SELF', false, false, 'NONE'],
    [null, 'SELF', true, false, 'CALL'],
    ['REGISTERED', 'PROBATION', true, false, 'JOIN'],
    ['VISITED', 'SELF', false, false, 'JOIN'],
    ['CLOSED', 'POLICE', false, true, 'JOIN'],
    ['CLOSED', 'POLICE', false, false, 'CALL'],
    ['HANDED_TO_CENTRE', 'SELF', true, false, 'CALL'],
    ['NO_SUPPORT_NEEDED', 'SELF', false, false, 'NONE'],
  ] as const)(
    'with a case %s, told by %s (threat %s, same event %s): %s',
    (status, source, threatToLife, sameEvent, decision) => {
      expect(decideMobileCall(status && { status }, { source, threatToLife, sameEvent })).toBe(decision);
    },
  );
});

test('a signal waits only when it names nobody, nobody is there and nobody is in danger (domain.md 8.4)', () => {
  const nameless = { personId: null, familyId: null, channel: 'MEDIA_OR_SOCIAL_NETWORK', threatToLife: false } as const;
  expect(awaitsDecision(nameless)).toBe(true);
  for (const change of [
    { personId: 'асель' },
    { familyId: 'семья' },
    { channel: 'PERSONAL' as const },
    { threatToLife: true },
  ])
    expect(awaitsDecision({ ...nameless, ...change })).toBe(false);
});

test('who comes in person is asked for consent; everybody else is handled on a recorded basis (Rules p.13, 14; D7)', () => {
  expect(toLegalBasis({ channel: 'PERSONAL', threatToLife: false })).toBeNull();
  expect(toLegalBasis({ channel: 'CONTACT_CENTRE_111', threatToLife: false })).toBe('STATE_BODY_FUNCTION');
  expect(toLegalBasis({ channel: 'PERSONAL', threatToLife: true })).toBe('LIFE_THREAT');
});

test('records are numbered by systems, by bodies and by the services of a body; colleagues share a journal (decision B1)', () => {
  const caller = {
    kind: 'USER',
    userId: 'u',
    role: 'POLICE',
    organisationId: 'o',
    districtKato: null,
    personId: null,
    system: null,
  } as const;
  expect(toSourceSystem({ ...caller, system: 'FSM_SOCIAL' })).toBe('FSM_SOCIAL');
  expect(toSourceSystem({ kind: 'SERVICE', agency: 'health' })).toBe('health');
  expect(toSourceSystem({ ...caller, role: 'CASE_MANAGER' })).toBe(toSourceSystem({ ...caller, role: 'CENTRE_HEAD' }));
  expect(toSourceSystem({ ...caller, role: 'PROBATION' })).not.toBe(toSourceSystem(caller));
  expect(toSourceSystem({ ...caller, organisationId: null, role: 'CONTACT_CENTRE_111' })).toBe('CONTACT_CENTRE_111');
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (one, other) => {
      fc.pre(one !== other);
      expect(toSourceSystem({ ...caller, organisationId: one })).not.toBe(
        toSourceSystem({ ...caller, organisationId: other }),
      );
    }),
  );
});
