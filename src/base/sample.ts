/** Orders and choices from a key. */
import { type Key, threefry } from './keys.ts';

/** A uniformly drawn order of `0 .. n - 1` (Fisher and Yates; n below 2^31). */
export function permutation(key: Key, n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = below(key, i, i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

/** A new array for each number would take longer than the number. */
const words = new Uint32Array(2);

/** Word number `at` of the key's stream, brought below `bound` without bias: words beyond the last whole multiple are drawn again. */
export function below(key: Key, at: number, bound: number): number {
  const limit = Math.floor(2 ** 32 / bound) * bound;
  for (let attempt = 0; ; attempt++) {
    threefry(key, at, attempt, 13, words, 0);
    if (words[0]! < limit) return words[0]! % bound;
    if (words[1]! < limit) return words[1]! % bound;
  }
}
