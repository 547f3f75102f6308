/** How exact the special functions of float32 executors are, over all that densities ask of them. */
import { expect, it } from 'vitest';
import { realArray } from '../../src/base/host-array.ts';
import type { GraphBuilder, Ref } from '../../src/graph/builder.ts';
import { evaluate } from '../helpers/evaluate.ts';
import { describeEach } from '../helpers/executors.ts';

interface Range {
  readonly name: string;
  readonly build: (b: GraphBuilder, x: Ref) => Ref;
  readonly from: number;
  readonly to: number;
  /** Points evenly in log x. */
  readonly geometric?: true;
  /** Of |f|, or of 1 where |f| is smaller unless `relative`. */
  readonly tolerance: number;
  readonly relative?: true;
}

/** float32 has steps of 6e-8 to 1.2e-7; logarithms, and sums of a dozen terms, take a few of them. */
const ranges: readonly Range[] = [
  { name: 'lgamma', build: (b, x) => b.lgamma(x), from: 1e-3, to: 1e4, geometric: true, tolerance: 4e-6 },
  { name: 'digamma', build: (b, x) => b.digamma(x), from: 1e-3, to: 1e4, geometric: true, tolerance: 2e-6 },
  { name: 'expm1', build: (b, x) => b.expm1(x), from: 1e-6, to: 20, geometric: true, tolerance: 2e-6, relative: true },
  { name: 'expm1 below 0', build: (b, x) => b.expm1(x), from: -20, to: 0, tolerance: 3e-7 },
  // tfjs has Abramowitz and Stegun 7.1.26, within 1.5e-7.
  { name: 'erf', build: (b, x) => b.erf(x), from: -5, to: 5, tolerance: 5e-7 },
  { name: 'log_normal_cdf', build: (b, x) => b.logNormalCdf(x), from: -100, to: 8, tolerance: 1e-6 },
  {
    name: 'normal_quantile',
    build: (b, x) => b.normalQuantile(x),
    from: 1e-30,
    to: 0.5,
    geometric: true,
    tolerance: 2e-6,
  },
];

await describeEach('special functions on $name', (executor) => {
  it.each(ranges)('$name from $from to $to', async ({ build, from, to, geometric, tolerance, relative }) => {
    const n = 2000;
    const at = (i: number) => (geometric ? from * (to / from) ** (i / (n - 1)) : from + ((to - from) * i) / (n - 1));
    const points = realArray(
      [n],
      Float32Array.from({ length: n }, (_, i) => at(i)),
    );
    const test = { inputs: [points.type], build: (b: GraphBuilder, [x]: readonly Ref[]) => build(b, x!) };
    const [exact] = await evaluate(test, [points]);
    const [found] = await evaluate(test, [points], executor);
    let worst = 0;
    exact!.data.forEach((y, i) => {
      const scale = relative ? Math.abs(y) : Math.max(1, Math.abs(y));
      worst = Math.max(worst, Math.abs(found!.data[i]! - y) / scale);
    });
    expect(worst).toBeLessThan(tolerance);
  });
});
