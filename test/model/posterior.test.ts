/** Posteriors: draws, restriction to a plan, carried masks; and what is counted. */
import { describe, expect, it } from 'vitest';
import { type Key, rootKey } from '../../src/base/keys.ts';
import { drawKey, initialKey, runStepKey } from '../../src/base/streams.ts';
import { account } from '../../src/model/accounting.ts';
import { initialWeights } from '../../src/model/initial.ts';
import { particleSite } from '../../src/model/particles.ts';
import {
  distinctDraws,
  drawWeights,
  masksOf,
  meanWeights,
  type Posterior,
  restrict,
  type SitePosterior,
} from '../../src/model/posterior.ts';
import { classifier } from '../helpers/models.ts';

function siteOf(path: string, mean: readonly number[], sd: readonly number[]): SitePosterior {
  const family = sd.every((s) => s === 0) ? 'Delta' : 'Normal';
  const base = {
    path,
    layer: path.split('.')[0]!,
    counts: path.endsWith('.bias') ? 'bias' : 'weight',
    family,
  } as const;
  return { ...base, shape: [mean.length], mean: Float32Array.from(mean), sd: Float32Array.from(sd), mask: null };
}

const posterior: Posterior = {
  kind: 'posterior',
  statistics: [],
  sites: [siteOf('fc1.weight', [1, -2, 3, 0.5], [0.1, 0.2, 0.3, 0.4]), siteOf('fc1.bias', [0.5, 0], [0, 0])],
};
const keyOf = (draw: number) => (site: string) => drawKey(runStepKey(1, 3), draw, site);
const plan = (bits: readonly number[]) => ({ keep: new Map([['fc1.weight', Uint8Array.from(bits)]]) });

describe('posterior', () => {
  it('draws with the stated mean and sd, by key', () => {
    const n = 20_000;
    const draws = Array.from({ length: n }, (_, i) => drawWeights(posterior, i, keyOf(i))['fc1.weight']!.data);
    for (let j = 0; j < 4; j++) {
      const mean = draws.reduce((s, d) => s + d[j]!, 0) / n;
      const variance = draws.reduce((s, d) => s + (d[j]! - mean) ** 2, 0) / n;
      const sd = posterior.sites[0]!.sd[j]!;
      expect(Math.abs(mean - posterior.sites[0]!.mean[j]!)).toBeLessThan((4 * sd) / Math.sqrt(n));
      // The variance of a sample variance of normals is 2 sd^4 / n.
      expect(Math.abs(variance - sd * sd)).toBeLessThan(4 * sd * sd * Math.sqrt(2 / n));
    }
    expect(drawWeights(posterior, 5, keyOf(5))).toEqual(drawWeights(posterior, 5, keyOf(5)));
    expect(drawWeights(posterior, 5, keyOf(5))).not.toEqual(drawWeights(posterior, 6, keyOf(6)));
    expect([...meanWeights(posterior)['fc1.bias']!.data]).toEqual([0.5, 0]);
  });

  it('marginalises what is pruned: exact zeros in every draw, the rest untouched', () => {
    const pruned = restrict(posterior, plan([1, 0, 1, 1]));
    const [weight, bias] = pruned.sites;
    expect([...weight!.mean]).toEqual([1, 0, 3, 0.5]);
    expect(weight!.sd[1]).toBe(0);
    expect(bias).toBe(posterior.sites[1]);
    for (let i = 0; i < 50; i++) {
      const before = drawWeights(posterior, i, keyOf(i))['fc1.weight']!.data;
      const after = drawWeights(pruned, i, keyOf(i))['fc1.weight']!.data;
      expect(after[1]).toBe(0);
      expect([after[0], after[2], after[3]]).toEqual([before[0], before[2], before[3]]);
    }
    expect([...posterior.sites[0]!.mean]).toEqual([1, -2, 3, 0.5]);
  });

  it('accumulates masks; a plan that would bring elements back does not', () => {
    const twice = restrict(restrict(posterior, plan([1, 0, 1, 1])), plan([1, 1, 0, 1]));
    expect([...twice.sites[0]!.mask!]).toEqual([1, 0, 0, 1]);
    expect([...masksOf(twice).keys()]).toEqual(['fc1.weight']);
    expect(restrict(twice, plan([1, 0, 0, 1]))).toEqual(twice);
  });
});

describe('particles', () => {
  const site = classifier([2, 2]).sites.find((s) => s.path === 'fc1.bias')!;
  const ofPoints = (...points: readonly (readonly number[])[]): Posterior => ({
    kind: 'posterior',
    statistics: [],
    sites: [
      particleSite(
        site,
        points.map((p) => Float32Array.from(p)),
      ),
    ],
  });
  const particles = ofPoints([1, 4], [3, 4], [8, 4]);
  const drawn = (of: Posterior, i: number) => [...drawWeights(of, i, keyOf(i))['fc1.bias']!.data];

  it('have the moments of equally likely points', () => {
    expect([...particles.sites[0]!.mean]).toEqual([4, 4]);
    expect(particles.sites[0]!.sd[0]).toBeCloseTo(Math.sqrt((9 + 1 + 16) / 3), 6);
    expect(particles.sites[0]!.sd[1]).toBe(0);
  });

  it('are drawn in turn, whatever the key', () => {
    expect([0, 1, 2, 3].map((i) => drawn(particles, i))).toEqual([
      [1, 4],
      [3, 4],
      [8, 4],
      [1, 4],
    ]);
    expect([particles, posterior, { ...posterior, sites: [posterior.sites[1]!] }].map(distinctDraws)).toEqual([
      3,
      null,
      1,
    ]);
  });

  it('are 0 where they were pruned', () => {
    const pruned = restrict(particles, { keep: new Map([['fc1.bias', Uint8Array.of(0, 1)]]) });
    expect([0, 1, 2].map((i) => drawn(pruned, i))).toEqual([
      [0, 4],
      [0, 4],
      [0, 4],
    ]);
    expect([...pruned.sites[0]!.mean, ...pruned.sites[0]!.sd]).toEqual([0, 4, 0, 0]);
  });
});

describe('accounting', () => {
  it('counts weights, biases apart, and multiply-adds of kept weights', () => {
    const model = classifier([4, 3, 2]);
    const sites = model.sites.map((s) => siteOf(s.path, new Array(s.shape.reduce((a, c) => a * c)).fill(1), []));
    const whole = account(model, { kind: 'posterior', sites, statistics: [] });
    expect(whole).toEqual({
      weights: 18,
      keptWeights: 18,
      biases: 5,
      keptBiases: 5,
      multiplyAdds: 18,
      keptMultiplyAdds: 18,
    });
    const keep = new Map([
      ['fc1.weight', Uint8Array.from([0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1])],
      ['fc2.bias', Uint8Array.from([0, 1])],
    ]);
    const pruned = account(model, restrict({ kind: 'posterior', sites, statistics: [] }, { keep }));
    expect(pruned).toMatchObject({ keptWeights: 13, keptBiases: 4, keptMultiplyAdds: 13, weights: 18 });
  });
});

describe('start values', () => {
  const start = (key: Key, path: string, widths: readonly number[]) => {
    const site = classifier(widths).sites.find((s) => s.path === path)!;
    return initialWeights(site, initialKey(key, path));
  };

  it('have the Kaiming spread, and biases 0', () => {
    const values = start(rootKey(3), 'fc1.weight', [200, 100, 2]);
    const variance = values.reduce((s, v) => s + v * v, 0) / values.length;
    expect(Math.abs(variance - 0.01)).toBeLessThan(4 * 0.01 * Math.sqrt(2 / values.length));
    expect(start(rootKey(3), 'fc1.bias', [200, 100, 2]).every((v) => v === 0)).toBe(true);
  });

  it('do not change when a layer is added or another seed is far away', () => {
    expect(start(rootKey(3), 'fc1.weight', [20, 10, 2])).toEqual(start(rootKey(3), 'fc1.weight', [20, 10, 7, 2]));
    expect(start(rootKey(3), 'fc1.weight', [20, 10, 2])).not.toEqual(start(rootKey(4), 'fc1.weight', [20, 10, 2]));
  });
});
