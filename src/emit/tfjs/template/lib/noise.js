/**
 * Random numbers from keys: the same key gives the same numbers, whatever was drawn before. Threefry-2x32 (Salmon, Moraes,
 * Dror & Shaw 2011), 20 rounds to derive keys, 13 rounds for numbers; normals by the ziggurat in the form of Doornik 2005.
 */

const PARITY = 0x1bd11bda;

/** The block function: encrypts the counter (c0, c1) under `key` and writes two words to `out`. */
export function threefry(key, c0, c1, rounds, out) {
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
  out[0] = x;
  out[1] = y;
}

/** A name as 64 bits: FNV-1a over its UTF-16 units, twice with different offsets. */
function hashText(text) {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + 0x9e37), 0x85ebca6b);
  }
  return { a: a >>> 0, b: (b ^ text.length) >>> 0 };
}

function wholeNumber(n) {
  return { a: n >>> 0, b: Math.floor(n / 2 ** 32) >>> 0 };
}

/** The key of a branch; names and numbers never collide. */
export function childKey(key, segment) {
  const named = typeof segment === 'string';
  const { a, b } = named ? hashText(segment) : wholeNumber(segment);
  const words = new Uint32Array(2);
  threefry(key, a, b, 20, words);
  threefry({ a: words[0], b: words[1] }, named ? 1 : 2, 0, 20, words);
  return { a: words[0], b: words[1] };
}

export function keyAt(key, ...path) {
  return path.reduce(childKey, key);
}

/** The root of all streams of a seed. */
export function rootKey(seed) {
  return childKey(wholeNumber(seed), 'root');
}

const STRIPS = 256;
const TAIL = 3.6541528853610088;
const AREA = 0.00492867323399;
const HALF_RANGE = 2 ** 23;

/** Right edges of the strips. */
const X = edges();
const STEP = Float64Array.from({ length: STRIPS }, (_, i) => X[i] / HALF_RANGE);
const INSIDE = Float64Array.from({ length: STRIPS }, (_, i) => (X[i + 1] / X[i]) * HALF_RANGE);

function edges() {
  const x = new Float64Array(STRIPS + 1);
  const density = (t) => Math.exp(-0.5 * t * t);
  x[0] = AREA / density(TAIL);
  x[1] = TAIL;
  for (let i = 2; i < STRIPS; i++) x[i] = Math.sqrt(-2 * Math.log(AREA / x[i - 1] + density(x[i - 1])));
  return x;
}

const block = new Int32Array(2);

/** A 32-bit word to the open interval (0, 1). */
function toUnit(word) {
  return ((word >>> 0) + 0.5) / 2 ** 32;
}

/** The slow path of about one element in a hundred: the wedge of a strip, or the tail. */
function resolve(key, element, first) {
  let word = first;
  for (let attempt = 1; ; attempt++) {
    const strip = word & 255;
    const steps = (word >> 8) + 0.5;
    const x = steps * STEP[strip];
    if (Math.abs(steps) < INSIDE[strip]) return x;
    if (strip === 0) return steps < 0 ? -tail(key, element, attempt) : tail(key, element, attempt);
    threefry(key, element, attempt, 13, block);
    const under = Math.exp(-0.5 * (X[strip + 1] ** 2 - x * x));
    const over = Math.exp(-0.5 * (X[strip] ** 2 - x * x));
    if (over + toUnit(block[0]) * (under - over) < 1) return x;
    word = block[1];
  }
}

function tail(key, element, attempt) {
  for (let i = 0; ; i++) {
    threefry(key, element, 0x40000000 + attempt * 0x10000 + i, 13, block);
    const x = -Math.log(toUnit(block[0])) / TAIL;
    const y = -Math.log(toUnit(block[1]));
    if (2 * y >= x * x) return TAIL + x;
  }
}

/** Fills `out` with standard normals; block j of the counter gives elements 2j and 2j + 1. */
export function fillNormal(key, out) {
  const pair = new Int32Array(2);
  for (let i = 0; i < out.length; i += 2) {
    threefry(key, i >>> 1, 0, 13, pair);
    for (let k = 0; k < 2 && i + k < out.length; k++) {
      const word = pair[k];
      const steps = (word >> 8) + 0.5;
      out[i + k] = Math.abs(steps) < INSIDE[word & 255] ? steps * STEP[word & 255] : resolve(key, i + k, word);
    }
  }
}

/** A uniformly drawn order of 0 .. n - 1 (Fisher and Yates). */
export function permutation(key, n) {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = below(key, i, i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Word number `at` of the key's stream, brought below `bound` without bias. */
function below(key, at, bound) {
  const words = new Uint32Array(2);
  const limit = Math.floor(2 ** 32 / bound) * bound;
  for (let attempt = 0; ; attempt++) {
    threefry(key, at, attempt, 13, words);
    if (words[0] < limit) return words[0] % bound;
    if (words[1] < limit) return words[1] % bound;
  }
}
