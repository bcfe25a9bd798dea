import { PROTECTION_ORDERS_2023, TARGETS } from './targets.ts';
import { countChosen, portion } from './apportion.ts';
import type { Nation } from './nation.ts';
import { DISTRICTS } from './places.ts';
import { type Random, randomFor } from './random.ts';

/** What the police had to do with people whom no Family Support Centre knows (decision D3). */
export interface BackgroundEvent {
  readonly index: number;
  readonly kato: string;
  /** To the minute, in the year 2023. */
  readonly at: Temporal.Instant;
  readonly random: Random;
}

const YEAR = 2023;
/** That year Astana was six hours ahead of UTC; noon is the same day in every zone of the country. */
const FIRST_NOON = Date.UTC(YEAR, 0, 1, 6);
const DAYS = 365;
const DAY_MS = 86_400_000;

/** The protection orders of 2023, as many in every region as were published. */
export function* listProtectionOrders2023(nation: Nation): Generator<BackgroundEvent> {
  const regions = Object.entries(PROTECTION_ORDERS_2023);
  const published = regions.reduce((sum, [, orders]) => sum + orders, 0);
  const total = nation.scale(published);
  let index = 0;
  let before = 0;
  for (const [code, orders] of regions) {
    // Cumulated, so that the regions together make the total in a nation of any size.
    const count = countChosen(before + orders, total, published) - countChosen(before, total, published);
    before += orders;
    const districts = DISTRICTS.filter(({ kato }) => kato.startsWith(code));
    for (let position = 0; position < count; position += 1) {
      yield createEvent(nation, 'order-2023', index, districts[position % districts.length]?.kato ?? '');
      index += 1;
    }
  }
}

/** The administrative offences in family and household relations of 2023. */
export function* listFamilyOffences2023(nation: Nation): Generator<BackgroundEvent> {
  const total = nation.scale(TARGETS.familyOffences);
  for (const [position, { kato }] of DISTRICTS.entries()) {
    const count = portion(position, total, DISTRICTS.length);
    const before = countChosen(position, total, DISTRICTS.length);
    for (let index = before; index < before + count; index += 1) yield createEvent(nation, 'offence-2023', index, kato);
  }
}

function createEvent({ seed }: Nation, kind: string, index: number, kato: string): BackgroundEvent {
  const random = randomFor(seed, kind, index);
  const ms = FIRST_NOON + random.integer(0, DAYS - 1) * DAY_MS + random.integer(-300, 300) * 60_000;
  return { index, kato, at: Temporal.Instant.fromEpochMilliseconds(ms), random };
}
