/**
 * Counter-based randomness: the same key gives the same numbers, whatever was drawn before.
 * Threefry-2x32 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"), 20 rounds to derive keys,
 * 13 rounds (their fewest that pass BigCrush) for bulk numbers. Keys form a tree: `key.child('fc1.weight').child(17)`.
 */

/** Two 32-bit words. */
export interface Key {
  readonly a: number;
  readonly b: number;
}

/** Salmon et al. 2011, section 3.2: the third word of the key is this xor the other two. */
export const PARITY = 0x1bd11bda;

/** The block function; writes the two result words to `out[at]`, `out[at + 1]`. `rounds` is 13 or 20. */
export function threefry(
  key: Key,
  c0: number,
  c1: number,
  rounds: 13 | 20,
  out: Uint32Array | Int32Array,
  at: number,
): void {
  const k0 = key.a | 0;
  const k1 = key.b | 0;
  const k2 = PARITY ^ k0 ^ k1;
  let x = (c0 + k0) | 0;
  let y = (c1 + k1) | 0;
  x = (x + y) | 0;
  y = ((y << 13) | (y >>> 19)) ^ x;
  x = (x + y) | 0;
  y = ((y << 15) | (y >>> 17)) ^ x;
  x = (x + y) | 0;
  y = ((y << 26) | (y >>> 6)) ^ x;
  x = (x + y) | 0;
  y = ((y << 6) | (y >>> 26)) ^ x;
  x = (x + k1) | 0;
  y = (y + k2 + 1) | 0;
  x = (x + y) | 0;
  y = ((y << 17) | (y >>> 15)) ^ x;
  x = (x + y) | 0;
  y = ((y << 29) | (y >>> 3)) ^ x;
  x = (x + y) | 0;
  y = ((y << 16) | (y >>> 16)) ^ x;
  x = (x + y) | 0;
  y = ((y << 24) | (y >>> 8)) ^ x;
  x = (x + k2) | 0;
  y = (y + k0 + 2) | 0;
  x = (x + y) | 0;
  y = ((y << 13) | (y >>> 19)) ^ x;
  x = (x + y) | 0;
  y = ((y << 15) | (y >>> 17)) ^ x;
  x = (x + y) | 0;
  y = ((y << 26) | (y >>> 6)) ^ x;
  x = (x + y) | 0;
  y = ((y << 6) | (y >>> 26)) ^ x;
  x = (x + k0) | 0;
  y = (y + k1 + 3) | 0;
  x = (x + y) | 0;
  y = ((y << 17) | (y >>> 15)) ^ x;
  if (rounds === 20) {
    x = (x + y) | 0;
    y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0;
    y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0;
    y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k1) | 0;
    y = (y + k2 + 4) | 0;
    x = (x + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k2) | 0;
    y = (y + k0 + 5) | 0;
  }
  out[at] = x;
  out[at + 1] = y;
}

const scratch = new Uint32Array(2);

/** FNV-1a over UTF-16 units, twice with different offsets: 64 bits that name a path segment. */
function hashText(text: string): Key {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + 0x9e37), 0x85ebca6b);
  }
  return { a: a >>> 0, b: (b ^ text.length) >>> 0 };
}

/** The root of all streams of a run, from the user's seed (a non-negative integer below 2^53). */
export function rootKey(seed: number): Key {
  return childKey({ a: seed >>> 0, b: Math.floor(seed / 2 ** 32) >>> 0 }, 'root');
}

/** The key of a branch: names and numbers never collide, and siblings are independent streams. */
export function childKey(key: Key, segment: string | number): Key {
  const named = typeof segment === 'string';
  const { a, b } = named ? hashText(segment) : { a: segment >>> 0, b: Math.floor(segment / 2 ** 32) >>> 0 };
  threefry(key, a, b, 20, scratch, 0);
  const first = { a: scratch[0]!, b: scratch[1]! };
  threefry(first, named ? 1 : 2, 0, 20, scratch, 0);
  return { a: scratch[0]!, b: scratch[1]! };
}

/** Follows several branches at once. */
export function keyAt(key: Key, ...path: readonly (string | number)[]): Key {
  return path.reduce(childKey, key);
}
