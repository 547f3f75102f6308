/** Normal numbers of tests: keyed, so that they are the same wherever they are asked for. */
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';

/** So many standard normal numbers for each name, from a seed of the test's own. */
export function normalsFrom(seed: number): (count: number, name: string) => number[] {
  return (count, name) => {
    const values = new Float32Array(count);
    fillNormal(childKey(rootKey(seed), name), values);
    return [...values];
  };
}
