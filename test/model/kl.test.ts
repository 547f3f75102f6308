/** Divergences against quadrature: closed forms exactly, approximations within their published error, estimates within 4 standard errors. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import type { CheckedDistribution, CheckedSite } from '../../src/language/check/checked.ts';
import { deltaGuide } from '../../src/model/guides/delta.ts';
import { normalGuide } from '../../src/model/guides/normal.ts';
import { closedForm } from '../../src/model/kl/index.ts';
import { shownNormal, siteKl } from '../../src/model/kl.ts';
import { termOf } from '../../src/model/likelihood.ts';
import { distribution, HERE, mixtureOf } from '../helpers/models.ts';
import { expectNormal } from '../helpers/quadrature.ts';
import { compute, real } from '../helpers/reference.ts';

function site(size: number, prior: CheckedDistribution): CheckedSite {
  const parameter = {
    role: 'weight',
    shape: [size],
    fanIn: size,
    initialiser: 'kaiming',
    counts: 'weight',
    byName: false,
  } as const;
  return { path: 'w', layer: 'w', parameter, shape: [size], support: 'real', prior, span: HERE, priorSpan: HERE };
}

/** KL of each element under a Normal guide, from its closed form. */
async function elements(prior: CheckedDistribution, means: readonly number[], logVariances: readonly number[]) {
  const { kl } = await compute({ mean: real(means), log_variance: real(logVariances) }, ({ graph: b }, inputs) => {
    const view = normalGuide.view(b, site(means.length, prior), (name) => inputs[name]!, null);
    return {
      kl: closedForm('Normal', prior.name)!.elements(
        b,
        shownNormal(b, view.mean, view.spread!),
        termOf(b, prior, () => null),
      ),
    };
  });
  return kl!;
}

const logNormal = (x: number, mean: number, sd: number) =>
  -0.5 * ((x - mean) / sd) ** 2 - Math.log(sd) - 0.5 * Math.log(2 * Math.PI);

describe('KL of Normal guides', () => {
  it('equals quadrature for Normal priors', async () => {
    const [means, logVariances] = [
      [-1.2, 0, 0.3, 4],
      [-3, 0, 1, -8],
    ];
    const found = await elements(distribution('Normal', 0.5, 1.7), means, logVariances);
    means.forEach((mean, i) => {
      const sd = Math.exp(logVariances[i]! / 2);
      const exact = expectNormal((x) => logNormal(x, mean, sd) - logNormal(x, 0.5, 1.7), mean, sd);
      expect(found[i]).toBeCloseTo(exact, 9);
    });
  });

  it('stays within 0.01 nat of the exact sparse variational dropout KL, for log alpha in [-8, 8] and far beyond', async () => {
    // -KL = log alpha / 2 - E log |1 + sqrt(alpha) e| + C (Molchanov et al. 2017, eq. 12); as alpha grows it tends to the
    // constant that eq. 14 leaves out, -E log |e| = (log 2 + gamma) / 2. For a weight of 1 the floor 1e-8 is nothing.
    const logAlphas = Array.from({ length: 65 }, (_, i) => -16 + i / 2);
    const found = await elements(
      distribution('LogUniform'),
      logAlphas.map(() => 1),
      logAlphas,
    );
    const limit = -(Math.LN2 + 0.5772156649015329) / 2;
    const errors = logAlphas.map((logAlpha, i) => {
      const sd = Math.exp(logAlpha / 2);
      const mean = expectNormal((x) => (x === 0 ? 0 : Math.log(Math.abs(x))), 1, sd, [0, -1e-3 * sd, 1e-3 * sd]);
      return Math.abs(found[i]! - (mean - logAlpha / 2 - limit));
    });
    expect(Math.max(...errors)).toBeLessThan(0.01);
    // It is an approximation: an error of 0 would mean that the test compares the formula with itself.
    expect(Math.max(...errors)).toBeGreaterThan(0.001);
  });

  it('stays finite for dead and for certain weights, in value and slope', async () => {
    const prior = distribution('LogUniform');
    const inputs = { mean: real([0, 1e-12, 1e4, 1]), log_variance: real([5, -20, -40, 20]) };
    const found = await compute(inputs, ({ graph: b }, { mean, log_variance }) => {
      const refs: Readonly<Record<string, typeof mean>> = { mean, log_variance };
      const view = normalGuide.view(b, site(4, prior), (name) => refs[name]!, null);
      const kl = siteKl(
        b,
        view,
        termOf(b, prior, () => null),
        () => mean!,
      );
      const [dMean, dVariance] = gradients(b, kl, [mean!, log_variance!]);
      return { kl, dMean: dMean!, dVariance: dVariance! };
    });
    for (const values of Object.values(found)) expect(values.every(Number.isFinite)).toBe(true);
    expect(found.dMean![0]! + 0).toBe(0);
  });

  it('estimates the KL to a scale mixture without bias', async () => {
    const prior = mixtureOf([0.5, distribution('Normal', 0, 1)], [0.5, distribution('Normal', 0, 0.05)]);
    const [mean, sd, n] = [0.12, 0.08, 40_000];
    const standard = new Float32Array(n);
    fillNormal(childKey(rootKey(1), 'test'), standard);
    const { kl } = await compute(
      {
        mean: real(new Float64Array(n).fill(mean)),
        log_variance: real(new Float64Array(n).fill(2 * Math.log(sd))),
        e: real(standard),
      },
      ({ graph: b }, { e, ...inputs }) => {
        const view = normalGuide.view(b, site(n, prior), (name) => inputs[name]!, null);
        return {
          kl: siteKl(
            b,
            view,
            termOf(b, prior, () => null),
            () => b.add(view.mean, b.mul(e!, sd)),
          ),
        };
      },
    );
    const logPrior = (x: number) =>
      Math.log(0.5 * Math.exp(logNormal(x, 0, 1)) + 0.5 * Math.exp(logNormal(x, 0, 0.05)));
    const entropy = 0.5 * Math.log(2 * Math.PI * Math.E * sd * sd);
    const exact = -entropy - expectNormal(logPrior, mean, sd);
    const spread = Math.sqrt(expectNormal((x) => logPrior(x) ** 2, mean, sd) - (exact + entropy) ** 2);
    // 4 standard errors of the mean of n draws.
    expect(Math.abs(kl![0]! / n - exact)).toBeLessThan((4 * spread) / Math.sqrt(n));
  });

  it('leaves masked elements out', async () => {
    for (const prior of [distribution('Normal', 0, 1), distribution('LogUniform'), distribution('Laplace', 0, 1)]) {
      const inputs = { mean: real([0.3, 0.7]), log_variance: real([-2, -1]), mask: real([1, 0]), e: real([0.5, -0.5]) };
      const found = await compute(inputs, ({ graph: b }, { mask, e, ...refs }) => {
        const term = termOf(b, prior, () => null);
        const all = normalGuide.view(b, site(2, prior), (name) => refs[name]!, mask!);
        const total = siteKl(b, all, term, () => b.add(all.mean, b.mul(e!, 0.1)));
        const [dMean, dVariance] = gradients(b, total, [refs.mean!, refs.log_variance!]);
        return { total, dMean: dMean!, dVariance: dVariance! };
      });
      const alone = await compute(
        { mean: real([0.3]), log_variance: real([-2]), e: real([0.5]) },
        ({ graph: b }, { e, ...refs }) => {
          const view = normalGuide.view(b, site(1, prior), (name) => refs[name]!, null);
          return {
            total: siteKl(
              b,
              view,
              termOf(b, prior, () => null),
              () => b.add(view.mean, b.mul(e!, 0.1)),
            ),
          };
        },
      );
      expect(found.total![0]).toBeCloseTo(alone.total![0]!, 12);
      expect(found.dMean![1]! + 0).toBe(0);
      expect(found.dVariance![1]! + 0).toBe(0);
      expect(found.dVariance![0]).not.toBe(0);
    }
  });

  it('charges a point estimate minus its log prior', async () => {
    const prior = distribution('Laplace', 0, 2);
    const { kl } = await compute({ mean: real([3, -1]) }, ({ graph: b }, { mean }) => {
      const view = deltaGuide.view(b, site(2, prior), () => mean!, null);
      return {
        kl: siteKl(
          b,
          view,
          termOf(b, prior, () => null),
          () => mean!,
        ),
      };
    });
    expect(kl![0]).toBeCloseTo((3 + 1) / 2 + 2 * Math.log(4), 12);
  });
});
