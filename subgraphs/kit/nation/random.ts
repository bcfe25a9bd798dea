/** A stream of numbers that depends on nothing but what it was made from. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** A value, as often as its weight says. */
  weighted<T>(list: readonly (readonly [T, number])[]): T;
}

type Path = readonly (string | number)[];

/** The stream of one thing of the country, such as family 17: asking for it first or last gives the same. */
export function randomFor(seed: number, ...path: Path): Random {
  let [a, b, c, counter] = mix(`${seed}/${path.join('/')}`);
  // sfc32
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 8; round += 1) next();
  const random: Random = {
    next,
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
    weighted: (list) => {
      let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of list) {
        left -= weight;
        if (left < 0) return value;
      }
      const last = list.at(-1);
      if (!last) throw new Error('A weighted choice must have at least one value.');
      return last[0];
    },
  };
  return random;
}

/** The id of one thing of the country: opaque, not sequential, the same in every agency. A UUID of version 8. */
export function idFor(seed: number, ...path: Path): string {
  const hex = mix(`${seed}#${path.join('/')}`)
    .map((part) => (part >>> 0).toString(16).padStart(8, '0'))
    .join('');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A number for people to read aloud, such as 7K3M9Q2X: without order, and without letters that look like digits. */
export function numberFor(seed: number, ...path: Path): string {
  const [high, low] = mix(`${seed}§${path.join('/')}`);
  return toCrockford(high & HALF_MASK, low & HALF_MASK);
}

/**
 * Like `numberFor`, for numbers that nothing else may share: the thing `index` of its kind has one of its own, because
 * a Feistel network shuffles the 40 bits of the number without letting two meet.
 */
export function uniqueNumberFor(seed: number, kind: string, index: number): string {
  const keys = mixOnce(`${seed}§${kind}`);
  let left = Math.floor(index / 2 ** HALF_BITS) & HALF_MASK;
  let right = index % 2 ** HALF_BITS;
  for (const key of keys) {
    let mixed = Math.imul(right ^ key, 2_654_435_761);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 2_246_822_519);
    [left, right] = [right, left ^ ((mixed ^ (mixed >>> 13)) & HALF_MASK)];
  }
  return toCrockford(left, right);
}

const HALF_BITS = 20;
const HALF_MASK = 2 ** HALF_BITS - 1;

function toCrockford(left: number, right: number): string {
  let text = '';
  for (const half of [left, right]) {
    for (let shift = 0; shift < HALF_BITS; shift += 5) text += CROCKFORD[(half >>> shift) & 31];
  }
  return text;
}

const mixes = new Map<string, [number, number, number, number]>();

function mixOnce(text: string): [number, number, number, number] {
  let mixed = mixes.get(text);
  if (!mixed) {
    mixed = mix(text);
    mixes.set(text, mixed);
  }
  return mixed;
}

/** 128 bits of a text (cyrb128): fast and even; keeps no secrets. */
function mix(text: string): [number, number, number, number] {
  let h1 = 1_779_033_703;
  let h2 = 3_144_134_277;
  let h3 = 1_013_904_242;
  let h4 = 2_773_480_762;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    h1 = h2 ^ Math.imul(h1 ^ unit, 597_399_067);
    h2 = h3 ^ Math.imul(h2 ^ unit, 2_869_860_233);
    h3 = h4 ^ Math.imul(h3 ^ unit, 951_274_213);
    h4 = h1 ^ Math.imul(h4 ^ unit, 2_716_044_179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597_399_067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2_869_860_233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951_274_213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2_716_044_179);
  h1 ^= h2 ^ h3 ^ h4;
  return [h1, h2 ^ h1, h3 ^ h1, h4 ^ h1];
}
