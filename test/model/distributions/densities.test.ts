/** Densities, distribution functions, moments and bijectors of the records against SciPy, in float64. */
import { describe, expect, it } from 'vitest';
import { gradients } from '../../../src/graph/transforms/gradient.ts';
import { realNumber } from '../../../src/model/bijectors/index.ts';
import { logDensityOf } from '../../../src/model/distribution.ts';
import { distributions } from '../../../src/model/index.ts';
import { integrate } from '../../helpers/quadrature.ts';
import { compute, real } from '../../helpers/reference.ts';
import { type Case, cases, continuous, discrete, term } from './cases.ts';

/** Log density at each point, and its slope. */
async function at(c: Case, xs: readonly number[]) {
  const found = await compute({ x: real(xs) }, ({ graph: b }, { x }) => {
    const log = b.broadcast(logDensityOf(b, x!, term(c.record, c.args)), [xs.length]);
    return { log, slope: gradients(b, b.sum(log), [x!])[0]! };
  });
  return { log: found.log!, slope: found.slope! };
}

/** E1 of the horseshoe is a published fit, its slab a quadrature; all else is exact but for rounding in sums of terms of size up to 100. */
const ROUGH: Readonly<Record<string, number>> = { Horseshoe: 1e-6, RegularizedHorseshoe: 3e-6 };
const toleranceOf = (c: Case) => ROUGH[c.record.name] ?? 1e-11;

describe('against SciPy', () => {
  it('has a case for every density of single numbers', () => {
    const covered = new Set(cases.map((c) => c.record.name));
    // Classes, mixtures and what is improper have tests of their own; SciPy has no hard concrete distribution.
    const missing = [...distributions].filter(
      (d) => d.logDensity !== null && d.event === 'element' && d.proper && !d.components && !covered.has(d.name),
    );
    expect(missing.map((d) => d.name)).toEqual(['HardConcrete', 'Categorical']);
  });

  it.each(cases)('log density of $title', async (c) => {
    const { log } = await at(
      c,
      c.points.map(([x]) => x),
    );
    c.points.forEach(([x, exact], i) => {
      const allowed = toleranceOf(c) * Math.max(1, Math.abs(exact));
      expect(Math.abs(log[i]! - exact), `at ${x}: ${log[i]}, not ${exact}`).toBeLessThan(allowed);
    });
  });

  it.each(cases.filter((c) => c.record.moments !== null))('mean and variance of $title', async (c) => {
    const moments = c.record.moments!;
    const { mean, variance } = await compute({ one: real([1]) }, ({ graph: b }) => {
      const t = term(c.record, c.args);
      const value = (x: ReturnType<typeof moments.mean>) => b.reshape(b.add(b.constant(0), x), []);
      return { mean: value(moments.mean(b, t)), variance: value(moments.variance(b, t)) };
    });
    for (const [found, exact] of [[mean![0]!, c.mean] as const, [variance![0]!, c.variance] as const]) {
      if (exact === null) expect(Number.isFinite(found)).toBe(false);
      // The variance of a truncated normal is a difference of terms of size 1, that of SciPy too.
      else expect(Math.abs(found - exact)).toBeLessThan(1e-9 * Math.max(1, Math.abs(exact)));
    }
  });

  it.each(discrete)('$title sums to its distribution function', async (c) => {
    const { log } = await at(
      c,
      c.points.map(([x]) => x),
    );
    let sum = 0;
    c.points.forEach(([, , cdf], i) => {
      sum += Math.exp(log[i]!);
      expect(Math.abs(sum - cdf)).toBeLessThan(1e-12 * c.points.length);
    });
    // What is left out of the table is below 1e-12.
    expect(Math.abs(sum - 1)).toBeLessThan(1e-11);
  });
});

describe('on the real line of their bijector', () => {
  /**
   * z = sinh t brings both tails near. Beyond |z| = 600 (1e10 on the real line itself) lies less than 1e-9 of any case, and a
   * bijector that loses z -> x loses mass; SciPy's own distribution functions are good to about 1e-10.
   */
  it.each(continuous)('$title integrates to 1, and to its distribution function at each point', async (c) => {
    const bijector = c.record.bijector!(term(c.record, c.args));
    const last = bijector.name === 'identity' ? 24 : 7;
    const { z } = await compute({ x: real(c.points.map(([x]) => x)) }, ({ graph: b }, { x }) => ({
      z: bijector.inverse(b, x!),
    }));
    // A pole belongs between two parts.
    const pole = c.record.unbounded === true ? [{ t: 0, cdf: null }] : [];
    const points = c.points.map(([, , cdf], i) => ({ t: Math.asinh(z![i]!), cdf }));
    const ends = [...points, ...pole, { t: last, cdf: 1 }].sort((a, b) => a.t - b.t);
    const parts = ends.map(({ t, cdf }, i) => ({ from: ends[i - 1]?.t ?? -last, to: t, cdf }));
    const nodes: number[] = [];
    for (const { from, to } of parts) integrate((t) => nodes.push(t), from, to, 150);
    const { log } = await compute({ t: real(nodes) }, ({ graph: b }, { t }) => {
      const [up, down] = [b.exp(t!), b.exp(b.neg(t!))];
      const free = b.mul(b.sub(up, down), 0.5);
      const density = logDensityOf(b, bijector.forward(b, free), term(c.record, c.args));
      return { log: b.add(b.add(density, bijector.logDetJacobian(b, free)), b.log(b.mul(b.add(up, down), 0.5))) };
    });
    let node = 0;
    let mass = 0;
    // The pole of horseshoes at 0 costs quadrature some digits.
    const tolerance = c.record.name in ROUGH ? 1e-5 : 2e-8;
    for (const { from, to, cdf } of parts) {
      mass += integrate(() => Math.exp(log![node++]!), from, to, 150);
      if (cdf !== null) expect(Math.abs(mass - cdf), `up to ${Math.sinh(to)}`).toBeLessThan(tolerance);
    }
  });

  it.each(continuous)(
    'the bijector of $title and its inverse undo each other, and its slope is its Jacobian',
    async (c) => {
      const bijector = c.record.bijector!(term(c.record, c.args));
      const zs = [-8, -2.5, -0.3, 0, 0.7, 3, 9];
      const h = 1e-6;
      const found = await compute({ z: real(zs) }, ({ graph: b }, { z }) => {
        const x = bijector.forward(b, z!);
        const ends = b.sub(bijector.forward(b, b.add(z!, h)), bijector.forward(b, b.sub(z!, h)));
        const numeric = b.log(b.div(b.abs(ends), 2 * h));
        return { back: bijector.inverse(b, x), log: bijector.logDetJacobian(b, z!), numeric };
      });
      zs.forEach((z, i) => {
        // Near a bound x has lost digits that its inverse needs: 1e-16 e^9 of them.
        expect(Math.abs(found.back![i]! - z)).toBeLessThan(1e-10);
        expect(Math.abs(found.log![i]! - found.numeric![i]!)).toBeLessThan(1e-5);
      });
    },
  );

  it.each(continuous)('the range of $title tells the real numbers that stand for its values', async (c) => {
    const bijector = c.record.bijector!(term(c.record, c.args));
    const { range } = bijector;
    // What has no range is a row of numbers, or has bounds that are values.
    if (range === null) throw new Error(`${c.record.name} has no range`);
    const xs = c.points.map(([x]) => x);
    const { z } = await compute({ x: real(xs) }, ({ graph: b }, { x }) => ({ z: bijector.inverse(b, x!) }));
    xs.forEach((x, i) => {
      expect(Math.abs(realNumber(range, x) - z![i]!)).toBeLessThan(1e-12 * Math.max(1, Math.abs(z![i]!)));
    });
  });

  it.each(continuous)('$title is nothing outside its support', async (c) => {
    const outside: Partial<Record<string, readonly number[]>> = {
      positive: [-1, -1e-3],
      nonnegative: [-1, -1e-3],
      unit: [-0.5, 1.5],
      interval: [c.args.low! - 0.1, c.args.high! + 0.1].filter(Number.isFinite),
    };
    const xs = outside[c.record.support];
    if (xs === undefined) return;
    const { log } = await at(c, xs);
    expect([...log]).toEqual(xs.map(() => Number.NEGATIVE_INFINITY));
  });
});

describe('gradients', () => {
  /** Central differences with h = 1e-6 |v|: round-off 1e-16 / h, truncation h^2 times a third derivative. */
  it.each(cases)('of the log density of $title, by its value and its arguments', async (c) => {
    // A lower bound of 0 has no logarithm to move by.
    const finite = Object.entries(c.args).filter(
      ([name, value]) => Number.isFinite(value) && !(name === 'low' && value === 0),
    );
    // Away from the ends, where a density has a pole or a bound.
    const xs = c.points.slice(5, -2).map(([x]) => x);
    const points = xs.length === 0 ? c.points.map(([x]) => x) : xs;
    const inputs: Readonly<Record<string, number>> = { ...Object.fromEntries(finite), shift: 0 };
    const names = Object.keys(inputs);
    const total = async (values: Readonly<Record<string, number>>) =>
      compute(Object.fromEntries(Object.entries(values).map(([n, v]) => [n, real([v], [])])), ({ graph: b }, refs) => {
        const shared = points.map((x) => {
          const log = logDensityOf(b, b.add(b.mul(refs.shift!, 1), x), term(c.record, { ...c.args, ...refs }));
          return b.reshape(log, []);
        });
        const sum = shared.reduce((s, next) => b.add(s, next));
        const slopes = gradients(
          b,
          sum,
          names.map((n) => refs[n]!),
        );
        return { sum, ...Object.fromEntries(names.map((n, i) => [`d ${n}`, slopes[i]!])) };
      });
    const here = await total(inputs);
    for (const name of names) {
      const counts = DISCRETE_ONLY.has(`${c.record.name}.${name}`);
      if (counts || (name === 'shift' && c.record.bijector === null)) continue;
      const h = 1e-6 * Math.max(1, Math.abs(inputs[name]!));
      const ends = await Promise.all([h, -h].map((step) => total({ ...inputs, [name]: inputs[name]! + step })));
      const numeric = (ends[0]!.sum![0]! - ends[1]!.sum![0]!) / (2 * h);
      const exact = here[`d ${name}`]![0]!;
      expect(Math.abs(exact - numeric), `by ${name}: ${exact}, not ${numeric}`).toBeLessThan(
        1e-6 * Math.max(1, Math.abs(numeric), Math.abs(here.sum![0]!)),
      );
    }
  });
});

/** Whole numbers have no slope. */
const DISCRETE_ONLY = new Set(['Binomial.trials', 'Ordered.groups']);
