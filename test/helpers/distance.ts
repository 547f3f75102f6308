/** How far an executor is from `reference` on one case. */
import type { HostArray } from '../../src/base/host-array.ts';
import type { Executor } from '../../src/executors/executor.ts';
import type { GraphBuilder, Ref } from '../../src/graph/builder.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import { type Case, evaluate } from './evaluate.ts';

/** Of the outputs, the largest difference, relative to the largest value of its array (at least 1). */
export async function largestDistance(test: Case, arrays: readonly HostArray[], executor: Executor): Promise<number> {
  const exact = await evaluate(test, arrays);
  const found = await evaluate(test, arrays, executor);
  return Math.max(0, ...exact.map((e, i) => distance(e, found[i]!)));
}

function distance(exact: HostArray, found: HostArray): number {
  let scale = 1;
  let worst = 0;
  exact.data.forEach((x, i) => {
    scale = Math.max(scale, Math.abs(x));
    worst = Math.max(worst, Math.abs(x - found.data[i]!));
  });
  return worst / scale;
}

/** The gradient of the sum of squares by every real input. */
export function gradientCase(test: Case): Case {
  return {
    inputs: test.inputs,
    build: (b: GraphBuilder, inputs: readonly Ref[]) => {
      const real = inputs.filter((x) => x.type.dtype === 'f32');
      return gradients(b, b.sum(b.square(test.build(b, inputs) as Ref)), real);
    },
  };
}

/** float32 inputs, so that both executors see the same numbers. */
export function single(arrays: readonly HostArray[]): HostArray[] {
  return arrays.map((a) => (a.type.dtype === 'f32' ? { type: a.type, data: Float32Array.from(a.data) } : a));
}
