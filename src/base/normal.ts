/**
 * Standard normals and uniforms from a key: element i depends on the key and on i alone.
 * Threefry-2x32-13 by counter, then the ziggurat (Marsaglia and Tsang 2000) in the form of Doornik 2005 ("An improved ziggurat
 * method"): the strip comes from 8 bits of a word and the value from the other 24, so the two are independent.
 */
import { type Key, PARITY, threefry } from './keys.ts';

const STRIPS = 256;
/** Where the tail begins, and the common area of the strips, for 256 strips (Doornik 2005, table 1). */
const TAIL = 3.6541528853610088;
const AREA = 0.00492867323399;
const HALF_RANGE = 2 ** 23;

/** Right edges of the strips: X[0] belongs to the base strip with its tail, X[256] = 0. */
const X = edges();
/** One step of the 24-bit value in strip i, and the steps below which it is surely inside. */
export const STEP = Float64Array.from({ length: STRIPS }, (_, i) => X[i]! / HALF_RANGE);
const INSIDE = Float64Array.from({ length: STRIPS }, (_, i) => (X[i + 1]! / X[i]!) * HALF_RANGE);
/** The same for whole numbers: |n + 1/2| < INSIDE where n, or -n - 1 for negative n, is below this. */
export const WHOLE_INSIDE = Int32Array.from(INSIDE, (steps) => Math.ceil(steps - 0.5));

function edges(): Float64Array {
  const x = new Float64Array(STRIPS + 1);
  const density = (t: number) => Math.exp(-0.5 * t * t);
  x[0] = AREA / density(TAIL);
  x[1] = TAIL;
  for (let i = 2; i < STRIPS; i++) x[i] = Math.sqrt(-2 * Math.log(AREA / x[i - 1]! + density(x[i - 1]!)));
  return x;
}

const block = new Int32Array(2);

/** The slow path, about 1.2 % of elements: wedge or tail, with further words from a stream of the element's own. */
function resolve(key: Key, element: number, first: number): number {
  let word = first;
  for (let attempt = 1; ; attempt++) {
    const strip = word & 255;
    const steps = (word >> 8) + 0.5;
    const x = steps * STEP[strip]!;
    if (Math.abs(steps) < INSIDE[strip]!) return x;
    if (strip === 0) return steps < 0 ? -tail(key, element, attempt) : tail(key, element, attempt);
    threefry(key, element, attempt, 13, block, 0);
    const under = Math.exp(-0.5 * (X[strip + 1]! ** 2 - x * x));
    const over = Math.exp(-0.5 * (X[strip]! ** 2 - x * x));
    if (over + toUnit(block[0]!) * (under - over) < 1) return x;
    word = block[1]!;
  }
}

/** Beyond `TAIL` (Marsaglia 1964): exponential proposals. Its words do not meet those of `resolve`. */
function tail(key: Key, element: number, attempt: number): number {
  for (let i = 0; ; i++) {
    threefry(key, element, 0x40000000 + attempt * 0x10000 + i, 13, block, 0);
    const x = -Math.log(toUnit(block[0]!)) / TAIL;
    const y = -Math.log(toUnit(block[1]!));
    if (2 * y >= x * x) return TAIL + x;
  }
}

/** A 32-bit word to the open interval (0, 1). */
function toUnit(word: number): number {
  return ((word >>> 0) + 0.5) / 2 ** 32;
}

/** Elements of one chunk, and the places of those that the quick path leaves open; a script for it in C writes one place more. */
const CHUNK = 4096;
const open = new Int32Array(CHUNK + 1);

/** Fills `out` with standard normals. Block j of the counter, (j, 0), gives elements 2j and 2j + 1. `quick` may be an executor's own. */
export function fillNormal<T extends Float32Array | Float64Array>(
  key: Key,
  out: T,
  quick: (key: Key, out: T, from: number, end: number, open: Int32Array) => number = fillInside,
): void {
  for (let from = 0; from < out.length; from += CHUNK) {
    const count = quick(key, out, from, Math.min(from + CHUNK, out.length), open);
    for (let j = 0; j < count; j++) {
      const i = open[j]!;
      threefry(key, i >>> 1, 0, 13, block, 0);
      out[i] = resolve(key, i, block[i & 1]!);
    }
  }
}

/**
 * The quick path, `normals` of `FeedLoops`.
 * The 13 rounds of `threefry` stand here once more, written out, and nothing is called: calls in this loop take twice the time (12 against 6 ns a number).
 */
function fillInside(key: Key, out: Float32Array | Float64Array, from: number, end: number, open: Int32Array): number {
  const k0 = key.a | 0;
  const k1 = key.b | 0;
  const k2 = PARITY ^ k0 ^ k1;
  // The key schedule, with every sum of two brought back to 32 bits: longer sums become floating point.
  const key1 = (k2 + 1) | 0;
  const key2 = (k0 + 2) | 0;
  const key3 = (k1 + 3) | 0;
  let count = 0;
  for (let i = from; i < end; i += 2) {
    let x = ((i >>> 1) + k0) | 0;
    x = (x + k1) | 0;
    let y = ((k1 << 13) | (k1 >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k1) | 0;
    y = (y + key1) | 0;
    x = (x + y) | 0;
    y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0;
    y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0;
    y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0;
    y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k2) | 0;
    y = (y + key2) | 0;
    x = (x + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k0) | 0;
    y = (y + key3) | 0;
    x = (x + y) | 0;
    y = ((y << 17) | (y >>> 15)) ^ x;

    const n = x >> 8;
    const strip = x & 255;
    out[i] = (n + 0.5) * STEP[strip]!;
    if ((n ^ (n >> 31)) >= WHOLE_INSIDE[strip]!) open[count++] = i;
    if (i + 1 === end) break;
    const next = y >> 8;
    const nextStrip = y & 255;
    out[i + 1] = (next + 0.5) * STEP[nextStrip]!;
    if ((next ^ (next >> 31)) >= WHOLE_INSIDE[nextStrip]!) open[count++] = i + 1;
  }
  return count;
}

/** Fills `out` with uniforms of the open interval (0, 1): 23 bits and a half step, so that float32 holds them exactly. */
export function fillUniform(key: Key, out: Float32Array | Float64Array): void {
  for (let i = 0; i < out.length; i += 2) {
    threefry(key, i >>> 1, 0, 13, block, 0);
    out[i] = ((block[0]! >>> 9) + 0.5) / HALF_RANGE;
    if (i + 1 < out.length) out[i + 1] = ((block[1]! >>> 9) + 0.5) / HALF_RANGE;
  }
}
