/** Jensen-Shannon divergences of normals against quadrature of their definitions, their ends against the two KLs, and what they leave alone. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import type { CheckedDistribution } from '../../src/language/check/checked.ts';
import { deltaGuide } from '../../src/model/guides/delta.ts';
import { normalGuide } from '../../src/model/guides/normal.ts';
import { divergences } from '../../src/model/index.ts';
import { siteDivergence, siteKl } from '../../src/model/kl.ts';
import { termOf } from '../../src/model/likelihood.ts';
import { distribution, mixtureOf } from '../helpers/models.ts';
import { expectNormal } from '../helpers/quadrature.ts';
import { compute, type Numbers, real } from '../helpers/reference.ts';
import { siteOf } from '../helpers/sites.ts';

interface Pair {
  readonly q: readonly [mean: number, sd: number];
  readonly p: readonly [mean: number, sd: number];
}

const PAIRS: readonly Pair[] = [
  { q: [0.4, 0.3], p: [0, 1] },
  { q: [-1.2, 2], p: [0.5, 0.7] },
  { q: [0.1, 0.05], p: [0, 0.1] },
];
const SKEWS = [0, 0.2249, 0.5, 0.9, 1];

const logNormal = (x: number, [mean, sd]: readonly [number, number]) =>
  -0.5 * ((x - mean) / sd) ** 2 - Math.log(sd) - 0.5 * Math.log(2 * Math.PI);

const kl = (from: Pair['q'], to: Pair['q']) =>
  expectNormal((x) => logNormal(x, from) - logNormal(x, to), from[0], from[1]);

/** The divergence of a site of equal numbers, its estimate where it has draws, with its gradient by mean and log variance. */
async function found(
  name: string,
  skew: number,
  [mean, sd]: Pair['q'],
  prior: CheckedDistribution,
  draws: { readonly guide: Numbers; readonly prior: Numbers },
) {
  const n = draws.guide.length;
  const inputs = {
    mean: real(new Float64Array(n).fill(mean)),
    log_variance: real(new Float64Array(n).fill(2 * Math.log(sd))),
    e: real(draws.guide),
    f: real(draws.prior),
  };
  const result = await compute(inputs, ({ graph: b }, { e, f, ...refs }) => {
    const view = normalGuide.view(b, siteOf([n], prior), (parameter) => refs[parameter]!, null);
    const term = termOf(b, prior, () => null);
    const values = {
      guide: () => b.add(view.mean, b.mul(b.sqrt(view.spread!.variance), e!)),
      prior: () => f!,
    };
    const total = siteDivergence(b, view, term, values, { divergence: divergences.get(name)!, skew });
    const [dMean, dVariance] = gradients(b, total, [refs.mean!, refs.log_variance!]);
    return { total, dMean: dMean!, dVariance: dVariance! };
  });
  const average = (values: Float64Array) => values.reduce((s, v) => s + v, 0) / n;
  return {
    value: result.total![0]! / n,
    slopes: [average(result.dMean!), average(result.dVariance!)] as const,
    parts: result,
  };
}

const NOTHING = { guide: [0], prior: [0] };

describe('the geometric Jensen-Shannon divergence', () => {
  const cases = PAIRS.flatMap((pair) => SKEWS.map((skew) => ({ ...pair, skew })));

  it.each(cases)('of $q and $p at $skew is that of its definition', async ({ q, p, skew }) => {
    // G = q^a p^(1-a) / Z, with Z by quadrature: no formula for the mean of two normals is used.
    const logG = (x: number) => skew * logNormal(x, q) + (1 - skew) * logNormal(x, p);
    const wide = q[1] > p[1] ? q : p;
    const logZ = Math.log(expectNormal((x) => Math.exp(logG(x) - logNormal(x, wide)), wide[0], wide[1]));
    const of = (from: Pair['q']) => expectNormal((x) => logNormal(x, from) - logG(x) + logZ, from[0], from[1]);
    const exact = (1 - skew) * of(q) + skew * of(p);
    const { value } = await found('js_geometric', skew, q, distribution('Normal', ...p), NOTHING);
    // Quadrature is good to about 1e-10 of terms of this size.
    expect(Math.abs(value - exact)).toBeLessThan(1e-8 * Math.max(1, exact));
    expect(value).toBeGreaterThan(0);
  });

  it.each(PAIRS)('of $q and $p is the two KLs at its ends', async ({ q, p }) => {
    const at = async (skew: number) =>
      (await found('js_geometric', skew, q, distribution('Normal', ...p), NOTHING)).value;
    expect(await at(0)).toBeCloseTo(kl(q, p), 8);
    expect(await at(1)).toBeCloseTo(kl(p, q), 8);
  });

  it('has the slopes of central differences', async () => {
    const h = 1e-5;
    for (const { q, p } of PAIRS) {
      const at = (mean: number, logVariance: number) =>
        found('js_geometric', 0.3, [mean, Math.exp(logVariance / 2)], distribution('Normal', ...p), NOTHING);
      const [m, v] = [q[0], 2 * Math.log(q[1])];
      const slopes = [
        ((await at(m + h, v)).value - (await at(m - h, v)).value) / (2 * h),
        ((await at(m, v + h)).value - (await at(m, v - h)).value) / (2 * h),
      ];
      const { slopes: graph } = await at(m, v);
      // Truncation h^2 and rounding 1e-16 / h of numbers up to 10.
      graph.forEach((slope, i) => {
        expect(Math.abs(slope - slopes[i]!)).toBeLessThan(1e-7 * Math.max(1, Math.abs(slope)));
      });
    }
  });
});

describe('the arithmetic Jensen-Shannon divergence', () => {
  const n = 20_000;
  const standard = new Float32Array(2 * n);
  fillNormal(childKey(rootKey(1), 'test'), standard);
  const guide = standard.slice(0, n);
  const second = standard.slice(n);
  const cases = PAIRS.flatMap((pair) => SKEWS.map((skew) => ({ ...pair, skew })));

  it.each(cases)('of $q and $p at $skew is estimated without bias', async ({ q, p, skew }) => {
    const logM = (x: number) => Math.log(skew * Math.exp(logNormal(x, q)) + (1 - skew) * Math.exp(logNormal(x, p)));
    const ofGuide = (x: number) => logNormal(x, q) - (skew === 0 ? logNormal(x, p) : logM(x));
    const ofPrior = (x: number) => logNormal(x, p) - (skew === 1 ? logNormal(x, q) : logM(x));
    const moments = (f: (x: number) => number, [mean, sd]: Pair['q']) => {
      const first = expectNormal(f, mean, sd);
      return { first, variance: expectNormal((x) => (f(x) - first) ** 2, mean, sd) };
    };
    // Far out a mixture of normals is 0 in double precision, where the densities are too.
    const tame = (f: (x: number) => number) => (x: number) => (Number.isFinite(f(x)) ? f(x) : 0);
    const [left, right] = [moments(tame(ofGuide), q), moments(tame(ofPrior), p)];
    const exact = (1 - skew) * left.first + skew * right.first;
    const error = Math.sqrt(((1 - skew) ** 2 * left.variance + skew ** 2 * right.variance) / n);
    const draws = { guide, prior: second.map((e) => p[0] + p[1] * e) };
    const { value } = await found('js_arithmetic', skew, q, distribution('Normal', ...p), draws);
    expect(Math.abs(value - exact)).toBeLessThan(4 * error);
    if (skew === 0.5) expect(exact).toBeLessThan(Math.LN2);
  });

  it('is estimated for a prior without closed forms, and its slopes are those of the value', async () => {
    const prior = mixtureOf([0.5, distribution('Normal', 0, 1)], [0.5, distribution('Normal', 0, 0.05)]);
    const draws = { guide: guide.slice(0, 50), prior: second.slice(0, 50) };
    const [mean, logVariance, h] = [0.3, -2, 1e-5];
    const at = (m: number, v: number) => found('js_arithmetic', 0.4, [m, Math.exp(v / 2)], prior, draws);
    const { slopes } = await at(mean, logVariance);
    const differences = [
      ((await at(mean + h, logVariance)).value - (await at(mean - h, logVariance)).value) / (2 * h),
      ((await at(mean, logVariance + h)).value - (await at(mean, logVariance - h)).value) / (2 * h),
    ];
    slopes.forEach((slope, i) => {
      expect(Math.abs(slope - differences[i]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)));
    });
  });

  it('stays finite for a guide far outside the prior', async () => {
    const { parts } = await found('js_arithmetic', 0.5, [1e4, 1e-4], distribution('Normal', 0, 0.1), NOTHING);
    for (const values of Object.values(parts)) expect(values.every(Number.isFinite)).toBe(true);
  });
});

describe('every divergence', () => {
  it.each([...divergences])('$name leaves masked elements and points alone', async ({ name }) => {
    const prior = distribution('Normal', 0, 0.5);
    const divergence = divergences.get(name)!;
    const inputs = { mean: real([0.3, 0.7]), log_variance: real([-2, -1]), mask: real([1, 0]), e: real([0.5, -0.5]) };
    const values = await compute(inputs, ({ graph: b }, { mask, e, ...refs }) => {
      const term = termOf(b, prior, () => null);
      const view = normalGuide.view(b, siteOf([2], prior), (p) => refs[p]!, mask!);
      const draws = { guide: () => b.add(view.mean, b.mul(e!, 0.1)), prior: () => e! };
      const total = siteDivergence(b, view, term, draws, { divergence, skew: 0.3 });
      const [dMean, dVariance] = gradients(b, total, [refs.mean!, refs.log_variance!]);
      const point = deltaGuide.view(b, siteOf([2], prior), () => refs.mean!, null);
      return {
        ...{ dMean: dMean!, dVariance: dVariance! },
        point: siteDivergence(b, point, term, draws, { divergence, skew: 0.3 }),
        cost: siteKl(b, point, term, () => e!),
      };
    });
    expect([values.dMean![1]! + 0, values.dVariance![1]! + 0]).toEqual([0, 0]);
    expect(values.dMean![0]).not.toBe(0);
    expect(values.point![0]).toBe(values.cost![0]);
  });
});
