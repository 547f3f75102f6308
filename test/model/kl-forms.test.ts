/** Every closed form against quadrature of q (log q - log p) through the records' own densities. Walks the list of forms. */
import { describe, expect, it } from 'vitest';
import { logDensityOf } from '../../src/model/distribution.ts';
import { distributions } from '../../src/model/index.ts';
import { type ClosedForm, shownBy } from '../../src/model/kl/form.ts';
import { closedForms } from '../../src/model/kl/index.ts';
import { integrate } from '../helpers/quadrature.ts';
import { compute, real } from '../helpers/reference.ts';
import { term } from './distributions/cases.ts';

type Args = Readonly<Record<string, number>>;

/**
 * Guide and prior, by the names of the two. Improper priors on the whole line have tests of their own (`kl.test.ts`), and so have hard
 * concrete gates, whose divergence would be infinite (`test/inference/value-guides`), and nested masks (`nested.test.ts`).
 */
const pairs: Readonly<Record<string, readonly (readonly [guide: Args, prior: Args])[]>> = {
  'Normal Normal': [
    [
      { mean: 0.3, sd: 0.8 },
      { mean: -0.5, sd: 1.7 },
    ],
  ],
  'Normal Laplace': [
    [
      { mean: 0.3, sd: 0.8 },
      { mean: -0.5, scale: 0.6 },
    ],
    [
      { mean: 0, sd: 0.1 },
      { mean: 0, scale: 2 },
    ],
    [
      { mean: -3, sd: 0.01 },
      { mean: 0, scale: 1 },
    ],
  ],
  'Laplace Laplace': [
    [
      { mean: 0.3, scale: 0.8 },
      { mean: -0.5, scale: 1.7 },
    ],
    [
      { mean: 1, scale: 0.2 },
      { mean: 1, scale: 0.2 },
    ],
  ],
  'LogNormal LogNormal': [
    [
      { mean: 0.3, sd: 0.8 },
      { mean: -0.5, sd: 1.7 },
    ],
  ],
  'LogNormal Gamma': [
    [
      { mean: 0.3, sd: 0.8 },
      { shape: 1.2, rate: 1.4 },
    ],
    [
      { mean: -2, sd: 0.1 },
      { shape: 0.4, rate: 2 },
    ],
  ],
  'LogNormal InverseGamma': [
    [
      { mean: 0.3, sd: 0.8 },
      { shape: 2, scale: 6 },
    ],
  ],
  'LogNormal Exponential': [[{ mean: -0.4, sd: 0.6 }, { rate: 0.4 }]],
  'LogNormal HalfNormal': [[{ mean: -0.4, sd: 0.5 }, { scale: 1.7 }]],
  'TruncatedLogNormal TruncatedLogUniform': [
    [
      { mean: -2, sd: 1.5, low: Math.exp(-6), high: 1 },
      { low: Math.exp(-6), high: 1 },
    ],
    [
      { mean: 1, sd: 0.4, low: Math.exp(-6), high: 1 },
      { low: Math.exp(-8), high: 3 },
    ],
    // The whole of the guide lies more than ten standard deviations below its mean, and above it.
    [
      { mean: 2.2, sd: 0.2, low: Math.exp(-6), high: 1 },
      { low: Math.exp(-6), high: 1 },
    ],
    [
      { mean: -9, sd: 0.25, low: Math.exp(-6), high: 1 },
      { low: Math.exp(-6), high: 1 },
    ],
    // As good as flat over its range.
    [
      { mean: -3, sd: 2000, low: Math.exp(-6), high: 1 },
      { low: Math.exp(-6), high: 1 },
    ],
  ],
  'Gamma Gamma': [
    [
      { shape: 2.5, rate: 0.6 },
      { shape: 1.2, rate: 1.4 },
    ],
    [
      { shape: 0.4, rate: 2 },
      { shape: 1, rate: 0.5 },
    ],
  ],
  'Exponential Exponential': [[{ rate: 1.7 }, { rate: 0.4 }]],
  'Beta Beta': [
    [
      { alpha: 2, beta: 3.5 },
      { alpha: 1, beta: 0.7 },
    ],
  ],
  'Bernoulli Bernoulli': [
    [{ logits: 0.7 }, { logits: -1.5 }],
    [{ logits: 30 }, { logits: 2 }],
  ],
};

const elsewhere = ['Normal LogUniform', 'Normal Flat', 'HardConcrete Bernoulli', 'Ordered Ordered'];

async function closed(form: ClosedForm, guide: Args, prior: Args): Promise<number> {
  const args = Object.fromEntries(Object.entries(guide).map(([n, v]) => [n, real([v])]));
  const { kl } = await compute({ ...args, one: real([1]) }, ({ graph: b }, refs) => {
    const own = shownBy(term(distributions.get(form.guide)!, refs));
    const shown = (name: string) => {
      if (form.guide === 'Normal' && name === 'variance') return b.square(refs.sd!);
      if (form.guide === 'Normal' && name === 'log_variance') return b.mul(b.log(refs.sd!), 2);
      return own(name);
    };
    return { kl: form.elements(b, shown, term(distributions.get(form.prior)!, prior)) };
  });
  return kl![0]!;
}

/** Over the free variable of the guide's bijector, with z = sinh t; sums over 0 and 1 for gates. */
async function byQuadrature(form: ClosedForm, guide: Args, prior: Args): Promise<number> {
  const [q, p] = [distributions.get(form.guide)!, distributions.get(form.prior)!];
  const bijector = q.bijector?.(term(q, guide));
  // Bends of a Laplace density must be ends of parts; a normal far narrower than 1 needs them around its mean.
  const centre = (guide.mean ?? 0) as number;
  const bends = [centre, prior.mean ?? 0, centre - 0.1, centre + 0.1].map((x) => Math.asinh(x as number));
  const ends = [-7, ...new Set(bends), 7].sort((a, b) => a - b);
  const nodes: number[] = [];
  for (let i = 1; i < ends.length; i++) integrate((t) => nodes.push(t), ends[i - 1]!, ends[i]!, 600);
  const points = bijector === undefined ? [0, 1] : nodes;
  const { log, ratio } = await compute({ t: real(points) }, ({ graph: b }, { t }) => {
    const [up, down] = [b.exp(t!), b.exp(b.neg(t!))];
    const z = b.mul(b.sub(up, down), 0.5);
    const x = bijector === undefined ? t! : bijector.forward(b, z);
    const logQ = logDensityOf(b, x, term(q, guide));
    const jacobian =
      bijector === undefined ? 0 : b.add(bijector.logDetJacobian(b, z), b.log(b.mul(b.add(up, down), 0.5)));
    const logP = logDensityOf(b, x, term(p, prior));
    return { log: b.add(logQ, jacobian), ratio: b.sub(logQ, logP) };
  });
  let i = 0;
  const at = () => {
    const weight = Math.exp(log![i]!);
    const value = ratio![i]!;
    i++;
    // Far out both densities are 0 and their ratio is not a number.
    return weight === 0 ? 0 : weight * value;
  };
  if (bijector === undefined) return at() + at();
  let total = 0;
  for (let k = 1; k < ends.length; k++) total += integrate(at, ends[k - 1]!, ends[k]!, 600);
  return total;
}

describe('closed forms of the divergence', () => {
  it('have a case each', () => {
    const names = closedForms.map((f) => `${f.guide} ${f.prior}`);
    expect(names.filter((n) => !(n in pairs) && !elsewhere.includes(n))).toEqual([]);
  });

  const all = Object.entries(pairs).flatMap(([name, cases]) => cases.map(([q, p]) => [name, q, p] as const));
  it.each(all)('%s %j %j', async (name, guide, prior) => {
    const form = closedForms.find((f) => `${f.guide} ${f.prior}` === name)!;
    const [exact, found] = [await byQuadrature(form, guide, prior), await closed(form, guide, prior)];
    // Quadrature is good to about 1e-9 of the integrand's size.
    expect(Math.abs(found - exact)).toBeLessThan(1e-7 * Math.max(1, Math.abs(exact)));
    expect(found).toBeGreaterThanOrEqual(-1e-12);
  });
});
