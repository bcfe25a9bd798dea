import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkOpening,
  checkRoomForCase,
  isRoomOpen,
  ROOMS_LAWFUL_FROM,
} from '../../../../subgraphs/education/rules/child-help-room.ts';
import { listRecipients } from '../../../../subgraphs/education/rules/child-help-notices.ts';

const day = (text: string) => Temporal.PlainDate.from(text);

describe('a room (R-083)', () => {
  test('is open from its first day on, and never without one', () => {
    const opened = day('2026-04-01');
    assert(
      property(integer({ min: -400, max: 400 }), (days) => {
        expect(isRoomOpen({ openedAt: opened.toString() }, opened.add({ days }))).toBe(days >= 0);
        expect(isRoomOpen({ openedAt: null }, opened.add({ days }))).toBe(false);
      }),
    );
  });

  test.each([
    ['the day before the law', '2026-03-01', false],
    ['the day of the law', ROOMS_LAWFUL_FROM, true],
    ['the day after', '2026-03-03', true],
    ['a leap day long after', '2028-02-29', true],
  ])('may take cases from %s: %s', (_, openedAt, lawful) => {
    expect(checkOpening(openedAt)).toMatchObject(
      lawful ? { ok: true } : { code: 'INVALID_INPUT', path: ['input', 'openedAt'] },
    );
  });

  test.each([
    ['in the region, open', '710000000', '2026-04-01', true],
    ['in the region, announced', '710000000', '2026-04-02', false],
    ['in the region, without a day', '710000000', null, false],
    ['in another region, open', '750000000', '2026-04-01', false],
  ])('%s, takes a case: %s %s', (_, regionKato, openedAt, fits) => {
    expect(
      checkRoomForCase({ id: 'room', regionKato, openedAt }, { regionKato: '710000000' }, day('2026-04-01')),
    ).toMatchObject(fits ? { ok: true } : { code: 'ROOM_NOT_OPEN_IN_REGION', path: ['input', 'roomId'] });
  });
});

test.each([
  ['VIOLENCE', true, ['GUARDIANSHIP', 'POLICE', 'CHILD_OMBUDSMAN_REGIONAL']],
  ['CRUEL_TREATMENT', true, ['GUARDIANSHIP', 'POLICE', 'CHILD_OMBUDSMAN_REGIONAL']],
  ['WITNESS_OF_VIOLENCE', true, ['GUARDIANSHIP', 'POLICE', 'CHILD_OMBUDSMAN_REGIONAL']],
  ['BULLYING', true, ['GUARDIANSHIP', 'CHILD_OMBUDSMAN_REGIONAL']],
  ['VIOLENCE', false, ['GUARDIANSHIP', 'POLICE', 'CHILD_OMBUDSMAN_REGIONAL', 'CENTRE']],
  ['BULLYING', false, ['GUARDIANSHIP', 'CHILD_OMBUDSMAN_REGIONAL', 'CENTRE']],
] as const)('of a case of %s, with a room open: %s, are told %j (R-084, R-085)', (reason, roomOpen, recipients) => {
  expect(listRecipients({ reason, roomOpen })).toEqual(recipients);
});
