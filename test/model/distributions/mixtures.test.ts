/** Densities against quadrature, published forms and central differences, in float64. */
import { describe, expect, it } from 'vitest';
import { gradients } from '../../../src/graph/transforms/gradient.ts';
import type { CheckedDistribution } from '../../../src/language/check/checked.ts';
import { logDensityOf } from '../../../src/model/distribution.ts';
import { distributions } from '../../../src/model/index.ts';
import { termOf } from '../../../src/model/likelihood.ts';
import { distribution, mixtureOf } from '../../helpers/models.ts';
import { integrate } from '../../helpers/quadrature.ts';
import { classes, compute, real } from '../../helpers/reference.ts';

/** Log density and its derivative at each point. */
async function at(d: CheckedDistribution, xs: readonly number[]) {
  const { value, slope } = await compute({ x: real(xs) }, ({ graph: b }, { x }) => {
    const logs = logDensityOf(
      b,
      x!,
      termOf(b, d, () => null),
    );
    const [g] = gradients(b, b.sum(logs), [x!]);
    return { value: logs, slope: g! };
  });
  return { value: value!, slope: slope! };
}

const scaleMixture = mixtureOf([0.25, distribution('Normal', 0, 1)], [0.75, distribution('Normal', 0, Math.exp(-6))]);
const three = mixtureOf(
  [0.2, distribution('Normal', -1, 0.5)],
  [0.5, distribution('Laplace', 1, 0.3)],
  [0.3, distribution('StudentT', 3, 0, 2)],
);

interface Case {
  readonly title: string;
  readonly d: CheckedDistribution;
  readonly from: number;
  readonly to: number;
  /** Mass outside [from, to] plus quadrature error. */
  readonly tolerance: number;
}

const cases: readonly Case[] = [
  { title: 'Normal', d: distribution('Normal', 0.7, 1.3), from: -15, to: 17, tolerance: 1e-9 },
  { title: 'Laplace', d: distribution('Laplace', -0.4, 0.8), from: -30.4, to: 29.6, tolerance: 1e-9 },
  { title: 'HalfNormal', d: distribution('HalfNormal', 2), from: 0, to: 30, tolerance: 1e-9 },
  // P(|t| > 500) with 5 degrees of freedom is about 1e-10.
  { title: 'StudentT', d: distribution('StudentT', 5, 1, 0.5), from: -500, to: 502, tolerance: 1e-8 },
  { title: 'scale Mixture', d: scaleMixture, from: -15, to: 15, tolerance: 1e-6 },
  // P(t_3 / 2 > 1000) is about 2e-8.
  { title: 'Mixture of three', d: three, from: -1000, to: 1000, tolerance: 1e-6 },
];

describe('densities', () => {
  it.each(cases)('$title integrates to 1', async ({ d, from, to, tolerance }) => {
    // The integrand is tabulated at the quadrature's own nodes in one run of the graph.
    const nodes: number[] = [];
    integrate((x) => nodes.push(x), from, to, 60_000);
    const { value } = await at(d, nodes);
    let i = 0;
    expect(Math.abs(integrate(() => Math.exp(value[i++]!), from, to, 60_000) - 1)).toBeLessThan(tolerance);
  });

  it.each(cases)('$title has the slope that central differences find', async ({ d, from }) => {
    const xs = [-2.3, -0.9, -0.02, 0.03, 0.45, 1.7, 3.1].filter((x) => x > from);
    const h = 1e-6;
    const [here, above, below] = await Promise.all([
      at(d, xs),
      at(
        d,
        xs.map((x) => x + h),
      ),
      at(
        d,
        xs.map((x) => x - h),
      ),
    ]);
    xs.forEach((_, i) => {
      const found = (above.value[i]! - below.value[i]!) / (2 * h);
      // Rounding of the difference is about 1e-16 / h, its truncation h^2 times a third derivative (up to exp(12) near 0).
      expect(Math.abs(here.slope[i]! - found)).toBeLessThan(1e-6 * Math.max(1, Math.abs(found)));
    });
  });

  it('takes the published value: Normal(1 | 0.5, 2) and LogUniform(3)', async () => {
    const normal = await at(distribution('Normal', 0.5, 2), [1]);
    expect(normal.value[0]).toBeCloseTo(-0.5 * Math.log(2 * Math.PI) - Math.log(2) - 0.03125, 12);
    const uniform = await at(distribution('LogUniform'), [3]);
    expect(uniform.value[0]).toBeCloseTo(-Math.log(3), 8);
    expect((await at(distribution('Flat'), [3])).value[0]).toBe(0);
  });

  it('keeps the scale mixture finite far out, in value and slope', async () => {
    const xs = [-1e4, -50, 0, 1e-3, 1, 50, 1e4];
    for (const d of [
      scaleMixture,
      mixtureOf([0.5, distribution('Normal', 0, Math.exp(-6))], [0.5, distribution('Normal', 0, 1)]),
    ]) {
      const { value, slope } = await at(d, xs);
      expect([...value, ...slope].every(Number.isFinite)).toBe(true);
      // Far out only the wide component is left: slope -x.
      expect(slope[6]).toBeCloseTo(-1e4, 6);
      expect(slope[0]).toBeCloseTo(1e4, 6);
    }
  });

  it('gives class probabilities that sum to 1, and log densities of the right class', async () => {
    const logits = real([1, -2, 0.5, 1000, 999, -1000], [2, 3]);
    const { logs, probabilities } = await compute({ logits, y: classes([2, 1]) }, ({ graph: b }, { logits: z, y }) => {
      const record = distributions.get('Categorical')!;
      const term = { distribution: record, args: { logits: z! }, components: [] };
      return { logs: record.logDensity!(b, y!, term), ...record.likelihood!.parameters(b, term, 2) };
    });
    const total = Math.exp(1) + Math.exp(-2) + Math.exp(0.5);
    expect(logs![0]).toBeCloseTo(0.5 - Math.log(total), 12);
    expect(logs![1]).toBeCloseTo(-1 - Math.log1p(Math.exp(-1)), 10);
    expect(probabilities!.slice(0, 3).reduce((a, c) => a + c)).toBeCloseTo(1, 12);
  });
});
