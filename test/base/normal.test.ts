import { describe, expect, it } from 'vitest';
import { childKey, type Key, rootKey, threefry } from '../../src/base/keys.ts';
import { fillNormal, fillUniform } from '../../src/base/normal.ts';
import { below, permutation } from '../../src/base/sample.ts';

const N = 1_000_000;
/** Two-sided chance of a value beyond 4 standard errors: 6e-5 for each comparison; the seed is fixed. */
const FOUR = 4;

function normals(key: Key, n = N): Float64Array {
  const out = new Float64Array(n);
  fillNormal(key, out);
  return out;
}

const mean = (x: Float64Array, f: (v: number) => number) => x.reduce((s, v) => s + f(v), 0) / x.length;

/** Abramowitz and Stegun 1964, 7.1.26: absolute error below 1.5e-7. */
function normalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - p * Math.exp(-z * z);
  return x >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
}

describe('fillNormal', () => {
  const x = normals(rootKey(11));
  it('has the moments of the standard normal', () => {
    // Standard errors of the raw moments: sqrt(Var(x^k) / n), with Var = 1, 2, 15, 96 for k = 1 .. 4.
    const cases: [number, number, number][] = [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ];
    for (const [k, moment, variance] of cases) {
      expect(Math.abs(mean(x, (v) => v ** k) - moment)).toBeLessThan(FOUR * Math.sqrt(variance / N));
    }
  });
  it('follows the distribution function (Kolmogorov and Smirnov)', () => {
    const sorted = x.slice(0, 200_000).sort();
    let d = 0;
    sorted.forEach((v, i) => {
      const p = normalCdf(v);
      d = Math.max(d, Math.abs(p - i / sorted.length), Math.abs(p - (i + 1) / sorted.length));
    });
    // The statistic's 99.99 % point is 2.23 / sqrt(n).
    expect(d).toBeLessThan(2.23 / Math.sqrt(sorted.length));
  });
  it('has the right mass beyond the ziggurat, on both sides', () => {
    for (const [edge, p] of [
      [3.5, 2.3263e-4],
      [3.6541528853610088, 1.29e-4],
      [4.5, 3.3977e-6],
    ] as const) {
      for (const sign of [1, -1]) {
        const hits = mean(x, (v) => (sign * v > edge ? 1 : 0));
        expect(Math.abs(hits - p)).toBeLessThan(FOUR * Math.sqrt(p / N));
      }
    }
  });
  it('has independent neighbours and independent sibling streams', () => {
    const y = normals(childKey(rootKey(11), 'a'));
    const z = normals(childKey(rootKey(11), 'b'));
    let lag1 = 0;
    let lag2 = 0;
    let siblings = 0;
    let squares = 0;
    for (let i = 0; i + 2 < N; i++) {
      lag1 += x[i]! * x[i + 1]!;
      lag2 += x[i]! * x[i + 2]!;
      siblings += y[i]! * z[i]!;
      squares += (x[i]! ** 2 - 1) * (x[i + 1]! ** 2 - 1);
    }
    for (const sum of [lag1, lag2, siblings]) expect(Math.abs(sum / N)).toBeLessThan(FOUR / Math.sqrt(N));
    // Var of (x^2 - 1)(y^2 - 1) is 4: the strip of a ziggurat would show here if it depended on the value.
    expect(Math.abs(squares / N)).toBeLessThan((FOUR * 2) / Math.sqrt(N));
  });
  it('gives element i whatever the length, and the same in both precisions', () => {
    const key = rootKey(3);
    const long = normals(key, 1000);
    for (const n of [1, 2, 7, 500]) expect([...normals(key, n)]).toEqual([...long.subarray(0, n)]);
    const single = new Float32Array(1000);
    fillNormal(key, single);
    expect([...single]).toEqual([...Float32Array.from(long)]);
  });
});

describe('the words behind normals', () => {
  it('are those of the block function: within a strip, a number is its 24 bits times one width', () => {
    const key = childKey(rootKey(6), 'words');
    const x = normals(key, 100_000);
    const block = new Int32Array(2);
    const ratios = new Map<number, number[]>();
    for (let i = 0; i < x.length; i++) {
      threefry(key, i >>> 1, 0, 13, block, 0);
      const word = block[i & 1]!;
      const strip = ratios.get(word & 255) ?? [];
      strip.push(x[i]! / ((word >> 8) + 0.5));
      ratios.set(word & 255, strip);
    }
    const others = [...ratios.values()].flatMap((strip) => {
      const width = strip.sort((p, q) => p - q)[strip.length >> 1]!;
      return strip.filter((ratio) => Math.abs(ratio / width - 1) > 1e-12);
    });
    expect(ratios.size).toBe(256);
    // What is drawn again (1 - sqrt(pi / 2) / (256 * 0.00492867) = 0.668 %) or comes from the tail (0.026 %); standard error 26.
    expect(Math.abs(others.length - 694)).toBeLessThan(FOUR * 26);
  });
  it('give the same numbers in every version', () => {
    const x = new Float32Array(4);
    fillNormal(rootKey(9), x);
    expect([...x]).toEqual([0.5540447235107422, 0.5191002488136292, -1.5059820413589478, -0.34865209460258484]);
    const many = new Float32Array(100_001);
    fillNormal(rootKey(9), many);
    // All of them, wedges and tails too, as one number; made when the block function was still called for each pair.
    expect(new Int32Array(many.buffer).reduce((hash, word) => (Math.imul(hash, 31) + word) | 0, 0)).toBe(733306733);
  });
});

describe('fillUniform', () => {
  it('stays inside (0, 1), in float32 too, with mean 1/2 and variance 1/12', () => {
    const u = new Float32Array(N);
    fillUniform(rootKey(5), u);
    let low = 1;
    let high = 0;
    for (const v of u) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(1);
    const x = Float64Array.from(u);
    expect(Math.abs(mean(x, (v) => v) - 0.5)).toBeLessThan(FOUR * Math.sqrt(1 / 12 / N));
    expect(Math.abs(mean(x, (v) => (v - 0.5) ** 2) - 1 / 12)).toBeLessThan(FOUR * Math.sqrt(1 / 180 / N));
  });
});

describe('permutation', () => {
  it('holds every number once', () => {
    for (const n of [0, 1, 2, 1000]) {
      expect([...permutation(rootKey(n), n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    }
  });
  it('draws all orders of four equally often', () => {
    const counts = new Map<string, number>();
    const draws = 24_000;
    for (let i = 0; i < draws; i++) {
      const order = permutation(childKey(rootKey(2), i), 4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const expected = draws / 24;
    const chi2 = [...counts.values()].reduce((s, c) => s + (c - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(24);
    // Chi-square with 23 degrees of freedom: 99.99 % point.
    expect(chi2).toBeLessThan(56);
  });
  it('has no bias towards small numbers where the bound does not divide 2^32', () => {
    const bound = 3 * 2 ** 30;
    let low = 0;
    const draws = 20_000;
    for (let i = 0; i < draws; i++) if (below(rootKey(4), i, bound) < bound / 3) low++;
    // A plain remainder would put 1/2 of the draws into the lowest third.
    expect(Math.abs(low / draws - 1 / 3)).toBeLessThan(FOUR * Math.sqrt(2 / 9 / draws));
  });
});
