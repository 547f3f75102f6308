/** Log densities and their slopes on float32 executors, at SciPy's quantiles from 5 % to 95 %. */
import { expect, it } from 'vitest';
import { realArray } from '../../src/base/host-array.ts';
import type { GraphBuilder, Ref } from '../../src/graph/builder.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import { logDensityOf } from '../../src/model/distribution.ts';
import { evaluate } from '../helpers/evaluate.ts';
import { describeEach } from '../helpers/executors.ts';
import { cases, term } from '../model/distributions/cases.ts';

/** Sums of a dozen terms of size up to 10 in steps of 6e-8, and what a float32 point itself is off by where densities are steep. */
const TOLERANCE = 2e-5;
/** Half the distance of two float32 numbers, as a share of them. */
const ROUNDING = 2 ** -24;

/** Far out on a normal, log densities are differences of two terms of size z^2 / 2, each of which is rounded. */
function tolerance({ mean, sd }: Readonly<Record<string, number>>, points: readonly number[]): number {
  if (mean === undefined || sd === undefined) return TOLERANCE;
  const largest = Math.max(...points.map((x) => ((x - mean) / sd) ** 2 / 2));
  return Math.max(TOLERANCE, 2 * ROUNDING * largest);
}

await describeEach('log densities on $name', (executor) => {
  it.each(cases)('$title', async ({ record, args, points }) => {
    // At the bend of a Laplace density the slope is that of one side or the other.
    const bend = (x: number) => Math.abs(x - (args.mean ?? Number.NaN)) < 1e-6;
    const inner = points.filter(([x, , cdf]) => cdf > 0.04 && cdf < 0.96 && !bend(x));
    const x = realArray(
      [inner.length],
      Float32Array.from(inner, ([value]) => value),
    );
    const test = {
      inputs: [x.type],
      build: (b: GraphBuilder, [value]: readonly Ref[]) => {
        const log = b.broadcast(logDensityOf(b, value!, term(record, args)), [inner.length]);
        return [log, gradients(b, b.sum(log), [value!])[0]!];
      },
    };
    const allowed = tolerance(args, [...x.data]);
    const exact = await evaluate(test, [x]);
    const found = await evaluate(test, [x], executor);
    exact.forEach((array, k) => {
      const scale = Math.max(1, ...Array.from(array.data, Math.abs));
      array.data.forEach((y, i) => {
        expect(Math.abs(found[k]!.data[i]! - y) / scale).toBeLessThan(allowed);
      });
    });
  });
});
