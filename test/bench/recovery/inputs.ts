/** Which of the 200 inputs a network kept, and how far that is from the five that matter. */
import { invariant } from '../../../src/base/diagnostic.ts';
import type { Posterior } from '../../../src/model/posterior.ts';

export const INPUTS = 200;
/** From 1. */
export const TRUTH: readonly number[] = [1, 2, 3, 4, 5];

/** The inputs, from 1, any of whose values in `[inputs, outputs]` is above `bound`. */
export function anyAbove(values: ArrayLike<number>, outputs: number, bound: number): readonly number[] {
  const found = new Set<number>();
  for (let i = 0; i < values.length; i++) if (values[i]! > bound) found.add(Math.floor(i / outputs) + 1);
  return [...found];
}

/** The `count` inputs, from 1 and in order, whose weights at `path`, `[inputs, outputs]`, have the largest Euclidean norm. */
export function largestInputs(posterior: Posterior, path: string, count: number): readonly number[] {
  const site = posterior.sites.find((s) => s.path === path);
  invariant(site !== undefined, `there is ${path}`);
  const [inputs = 0, outputs = 1] = site.shape;
  const squares = Array.from({ length: inputs }, (_, i) =>
    site.mean.slice(i * outputs, (i + 1) * outputs).reduce((sum, w) => sum + w * w, 0),
  );
  const order = squares.map((_, i) => i + 1).sort((i, j) => squares[j - 1]! - squares[i - 1]!);
  return order.slice(0, count).sort((i, j) => i - j);
}

/** Inputs that were taken and do not matter, and that matter and were not taken. */
export function mistakes(selected: readonly number[]): {
  readonly falsePositives: number;
  readonly falseNegatives: number;
} {
  return {
    falsePositives: selected.filter((i) => !TRUTH.includes(i)).length,
    falseNegatives: TRUTH.filter((i) => !selected.includes(i)).length,
  };
}
