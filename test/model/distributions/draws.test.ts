/** Draws of the records: shares between SciPy's quantiles, moments, gradients, and the host's samplers at the same noise. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../../src/base/keys.ts';
import { fillNormal, fillUniform } from '../../../src/base/normal.ts';
import { samplers as shared } from '../../../src/base/samplers/index.ts';
import { drawable, samplers } from '../../../src/data/readers/simulate-samplers.ts';
import type { NoiseKind } from '../../../src/graph/program.ts';
import { gradients } from '../../../src/graph/transforms/gradient.ts';
import type { Noise } from '../../../src/model/distribution.ts';
import { distributions } from '../../../src/model/index.ts';
import { compute, real } from '../../helpers/reference.ts';
import { type Case, cases, term } from './cases.ts';

const N = 8000;
/** Monte-Carlo errors that a figure may be away; the seed is fixed. */
const ERRORS = 5;

function noiseOf(kind: NoiseKind, index: number, length: number): Float32Array {
  const values = new Float32Array(length);
  (kind === 'normal' ? fillNormal : fillUniform)(childKey(childKey(rootKey(7), 'draws'), index), values);
  return values;
}

/** Draws of a case by its record, and the mean over draws of their gradients by its arguments. */
async function drawn({ record, args }: Pick<Case, 'record' | 'args'>) {
  // A lower bound of 0 has no logarithm to move by.
  const names = Object.keys(args).filter((n) => Number.isFinite(args[n]!) && !(n === 'low' && args.low === 0));
  const noises = drawsNoise(record.name).map((kind, i) => real(noiseOf(kind, i, N)));
  const inputs = {
    ...Object.fromEntries(names.map((n) => [n, real([args[n]!], [])])),
    ...Object.fromEntries(noises.map((array, i) => [`noise${i}`, array])),
  };
  const found = await compute(inputs, ({ graph: b }, refs) => {
    let next = 0;
    const noise: Noise = () => refs[`noise${next++}`]!;
    const given = Object.fromEntries(names.map((n) => [n, refs[n]!]));
    const x = b.broadcast(record.draw!.emit(b, term(record, { ...args, ...given }), [N], noise), [N]);
    const slopes = gradients(
      b,
      b.mean(x),
      names.map((n) => refs[n]!),
    );
    return { x, ...Object.fromEntries(names.map((n, i) => [`d ${n}`, slopes[i]!])) };
  });
  return { x: found.x!, slopes: Object.fromEntries(names.map((n) => [n, found[`d ${n}`]![0]!])) };
}

function drawsNoise(name: string): readonly NoiseKind[] {
  return (shared as Readonly<Record<string, { readonly noise: readonly NoiseKind[] }>>)[name]!.noise;
}

/** Draws by the sampler of simulated data, from the same noise. */
function hostDrawn({ record, args }: Pick<Case, 'record' | 'args'>, length = N): Float64Array {
  const sampler = samplers[record.name]!;
  const noise = sampler.noise.map((kind, i) => noiseOf(kind, i, length));
  const given = sampler.arguments.map((a) => args[a]!);
  return Float64Array.from({ length }, (_, i) =>
    sampler.draw(
      given,
      noise.map((n) => n[i]!),
    ),
  );
}

/**
 * Pearson's chi-square over the parts between the points of a case. With k - 1 degrees of freedom its mean is k - 1 and its variance
 * 2 (k - 1). Parts that expect fewer than 5 draws are joined with the next one.
 */
function expectShares(x: Float64Array, { points }: Case): void {
  const ends = [...points.map(([value]) => value), Number.POSITIVE_INFINITY];
  const upTo = [...points.map(([, , cdf]) => cdf), 1];
  let [statistic, parts, expected, observed, before] = [0, 0, 0, 0, 0];
  let from = Number.NEGATIVE_INFINITY;
  ends.forEach((end, i) => {
    expected += x.length * (upTo[i]! - before);
    for (const v of x) if (v > from && v <= end) observed++;
    [before, from] = [upTo[i]!, end];
    if (expected < 5) return;
    statistic += (observed - expected) ** 2 / expected;
    parts++;
    [expected, observed] = [0, 0];
  });
  const freedom = Math.max(1, parts - 1);
  expect(statistic).toBeLessThan(freedom + ERRORS * Math.sqrt(2 * freedom));
}

const drawnCases = cases.filter((c) => c.record.draw !== null);

describe('draws', () => {
  it('are drawn by the host wherever a record can be, with the same parameters', () => {
    for (const name of drawable) {
      const record = distributions.get(name)!;
      expect(record, name).toBeDefined();
      if (name === 'Categorical') continue;
      expect(record.params.map((p) => p.name)).toEqual(samplers[name]!.arguments);
      expect(record.increasing).toEqual(samplers[name]!.increasing);
      const above = record.params.filter((p) => ['positive', 'whole'].includes(p.constraint)).map((p) => p.name);
      const also = record.params.filter((p) => p.constraint === 'open_unit').map((p) => p.name);
      expect([...above, ...also].sort()).toEqual([...samplers[name]!.positive].sort());
    }
    // Every proper density of single numbers that can be a prior or a likelihood has a sampler somewhere.
    const without = [...distributions].filter(
      (d) => d.proper && d.draw === null && !drawable.includes(d.name) && d.roles.some((role) => role !== 'guide'),
    );
    expect(without.map((d) => d.name)).toEqual(['SpikeSlab']);
  });

  it.each(drawnCases)('of $title fall between the quantiles as they should', async (c) => {
    const { x } = await drawn(c);
    expectShares(x, c);
  });

  it.each(drawnCases)('of $title are those of simulated data at the same noise', async (c) => {
    const { x } = await drawn(c);
    const host = hostDrawn(c);
    // Rounding of the same formula in another order.
    x.forEach((v, i) => {
      expect(Math.abs(v - host[i]!)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(v)));
    });
  });

  it.each(cases.filter((c) => c.record.draw === null))('of $title on the host fall as they should', (c) => {
    expectShares(hostDrawn(c), c);
  });

  it('of many counts, and of a few rare ones, are right too', () => {
    const record = distributions.get('Poisson')!;
    for (const rate of [1e-6, 1e5]) {
      const x = hostDrawn({ record, args: { log_rate: Math.log(rate) } }, 4000);
      const mean = x.reduce((s, v) => s + v, 0) / x.length;
      expect(Math.abs(mean - rate)).toBeLessThan(ERRORS * Math.sqrt(rate / x.length));
    }
  });

  const withMoments = drawnCases.filter((c) => c.mean !== null && c.variance !== null);
  it.each(withMoments)('of $title have its mean and variance', async (c) => {
    const { x } = await drawn(c);
    const squares = x.map((v) => (v - c.mean!) ** 2);
    for (const [values, exact] of [[x, c.mean!] as const, [squares, c.variance!] as const]) {
      const mean = values.reduce((s, v) => s + v, 0) / N;
      const error = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / N / N);
      expect(Math.abs(mean - exact)).toBeLessThan(ERRORS * error + 1e-12);
    }
  });

  const smooth = withMoments.filter((c) => c.record.draw!.reparameterised && c.record.moments !== null);
  it.each(smooth)('of $title have gradients whose mean is the gradient of the mean', async (c) => {
    const { slopes } = await drawn(c);
    for (const [name, slope] of Object.entries(slopes)) {
      const { exact } = await compute({ v: real([c.args[name]!], []) }, ({ graph: b }, { v }) => {
        const mean = c.record.moments!.mean(b, term(c.record, { ...c.args, [name]: v! }));
        return { exact: gradients(b, b.add(b.mul(v!, 0), mean), [v!])[0]! };
      });
      // The error of a mean of N numbers of about the size of the spread, and for the scale of heavier ones.
      const spread = Math.sqrt(c.variance!) * (1 + 1 / Math.abs(c.args[name]! || 1)) + 1;
      expect(Math.abs(slope - exact![0]!), name).toBeLessThan((ERRORS * 3 * spread) / Math.sqrt(N));
    }
  });
});

describe('draws of a hard concrete gate', () => {
  const record = distributions.get('HardConcrete')!;
  const args = { log_alpha: 0.4, temperature: 2 / 3, low: -0.1, high: 1.1 };

  it('have the masses at 0 and 1 that the density says, and its distribution between', async () => {
    const { x } = await drawn({ record, args });
    const grid = Array.from({ length: 1999 }, (_, i) => (i + 1) / 2000);
    const { log } = await compute({ x: real([0, 1, ...grid]) }, ({ graph: b }, { x: at }) => ({
      log: record.logDensity!(b, at!, term(record, args)),
    }));
    const [zero, one, ...between] = Array.from(log!, Math.exp);
    // Midpoints of 2000 parts leave out half a part at each end.
    const inner = between.reduce((s, p) => s + p, 0) / 2000 + (between[0]! + between.at(-1)!) / 4000;
    expect(zero! + one! + inner).toBeCloseTo(1, 4);
    for (const [share, of] of [
      [zero!, (v: number) => v === 0],
      [one!, (v: number) => v === 1],
      [between.slice(0, 999).reduce((s, p) => s + p, 0) / 2000, (v: number) => v > 0 && v < 0.5],
    ] as const) {
      const found = x.filter(of).length / N;
      expect(Math.abs(found - share)).toBeLessThan(ERRORS * Math.sqrt((share * (1 - share)) / N) + 1e-3);
    }
  });
});
