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
  return new Stream(mix(`${seed}/${path.join('/')}`));
}

/** sfc32 */
class Stream implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor([a, b, c, counter]: readonly [number, number, number, number]) {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counter = counter;
    for (let round = 0; round < 8; round += 1) this.next();
  }

  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  }

  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[Math.floor(this.next() * list.length)] ?? list[0];
  }

  weighted<T>(list: readonly (readonly [T, number])[]): T {
    let total = 0;
    for (const [, weight] of list) total += weight;
    let left = this.next() * total;
    for (const [value, weight] of list) {
      left -= weight;
      if (left < 0) return value;
    }
    const last = list.at(-1);
    if (!last) throw new Error('A weighted choice must have at least one value.');
    return last[0];
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The id of one thing of the country: opaque, not sequential, the same in every agency. A UUID of version 8. */
export function idFor(seed: number, ...path: Path): string {
  const [a, b, c, d] = mix(`${seed}#${path.join('/')}`);
  const version = (b & 0xffff_0fff) | 0x8000;
  const variant = (c & 0x3fff_ffff) | 0x8000_0000;
  return `${toHex(a >>> 16)}${toHex(a)}-${toHex(version >>> 16)}-${toHex(version)}-${toHex(variant >>> 16)}-${toHex(variant)}${toHex(d >>> 16)}${toHex(d)}`;
}

/** The lower two bytes. */
function toHex(bytes: number): string {
  return `${HEX[(bytes >>> 8) & 255]}${HEX[bytes & 255]}`;
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
