/**
 * Whether numbers on (0, 1) lie symmetrically around 1/2: the test of Yao, Vehtari, Simpson & Gelman 2018 (section 3.2, VSBC) for
 * approximations that are known to be too narrow or too wide, and are asked only whether they are too high or too low. Their
 * statistic, the largest distance between the distribution functions of p and of 1 - p; its distribution under symmetry by
 * mirroring each number with probability 1/2, since p and 1 - p are no independent samples.
 */
import { type Key, threefry } from '../../base/keys.ts';

/** Mirrored copies of the numbers; p-values are multiples of one over one more. */
const COPIES = 1999;

export function symmetryP(values: ArrayLike<number>, key: Key): number {
  const n = values.length;
  const distances = Float64Array.from(values, (p) => p - 0.5);
  // Mirroring changes signs alone, so one order of the sizes serves all copies.
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => Math.abs(distances[j]!) - Math.abs(distances[i]!),
  );
  const signs = Int8Array.from(order, (i) => Math.sign(distances[i]!));
  const found = largestDifference(signs);
  const words = new Uint32Array(2);
  const mirrored = new Int8Array(n);
  let asLarge = 0;
  for (let copy = 0; copy < COPIES; copy++) {
    for (let i = 0; i < n; i++) {
      threefry(key, i, copy, 13, words, 0);
      mirrored[i] = words[0]! < 2 ** 31 ? 1 : -1;
    }
    if (largestDifference(mirrored) >= found) asLarge += 1;
  }
  return (asLarge + 1) / (COPIES + 1);
}

/** n times the largest |F(p) - F(1 - p)|: numbers above minus numbers below, from the outermost inwards. */
function largestDifference(signs: Int8Array): number {
  let [sum, largest] = [0, 0];
  for (const sign of signs) {
    sum += sign;
    largest = Math.max(largest, Math.abs(sum));
  }
  return largest;
}
