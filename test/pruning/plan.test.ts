/** Plans against enumeration and a naive implementation: exact counts, ties, pools, and that nothing comes back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restrict } from '../../src/model/posterior.ts';
import type { PrunePlan } from '../../src/pruning/criterion.ts';
import { criteria, planLowest, planWhere } from '../../src/pruning/index.ts';
import { flags, posterior, scores, site } from './posteriors.ts';

const snr = criteria.get('snr')!;
const logAlpha = criteria.get('log_alpha')!;

function keeps(plan: PrunePlan): Record<string, number[]> {
  return Object.fromEntries([...plan.keep].map(([path, keep]) => [path, Array.from(keep)]));
}

describe('where', () => {
  it('removes what is flagged, of the named sites only', () => {
    const before = posterior(site('a.weight', [1, 2, 3]), site('b.weight', [4]));
    const plan = planWhere(flags({ 'a.weight': [0, 1, 0] }), before);
    expect(keeps(plan)).toEqual({ 'a.weight': [1, 0, 1] });
    const after = restrict(before, plan);
    expect(Array.from(after.sites[0]!.mean)).toEqual([1, 0, 3]);
    expect(Array.from(after.sites[0]!.sd)).toEqual([1, 0, 1]);
    expect(after.sites[1]).toBe(before.sites[1]);
  });

  it('keeps pruned what was pruned, and twice is as good as once', () => {
    const before = posterior(site('a.weight', [1, 0, 3, 4], null, [1, 0, 1, 1]));
    const flagged = flags({ 'a.weight': [1, 0, 0, 0] });
    const plan = planWhere(flagged, before);
    expect(keeps(plan)).toEqual({ 'a.weight': [0, 0, 1, 1] });
    expect(keeps(planWhere(flagged, restrict(before, plan)))).toEqual(keeps(plan));
  });
});

describe('lowest', () => {
  it('removes the least needed, whichever direction the criterion has', () => {
    const of = posterior(site('a.weight', [1, 1, 1, 1]));
    const values = scores({ 'a.weight': [3, 1, 4, 2] });
    expect(keeps(planLowest({ criterion: snr, values }, of, 0.5, false))).toEqual({ 'a.weight': [1, 0, 1, 0] });
    expect(keeps(planLowest({ criterion: logAlpha, values }, of, 0.5, false))).toEqual({ 'a.weight': [0, 1, 0, 1] });
  });

  it('takes equal scores in the order of sites and elements', () => {
    const of = posterior(site('a.weight', [1, 1, 1]), site('b.weight', [1, 1, 1]));
    const values = scores({ 'a.weight': [5, 1, 1], 'b.weight': [1, 0, 1] });
    const removed = (share: number) => keeps(planLowest({ criterion: snr, values }, of, share, false));
    expect(removed(1 / 6)).toEqual({ 'a.weight': [1, 1, 1], 'b.weight': [1, 0, 1] });
    expect(removed(2 / 6)).toEqual({ 'a.weight': [1, 0, 1], 'b.weight': [1, 0, 1] });
    expect(removed(4 / 6)).toEqual({ 'a.weight': [1, 0, 0], 'b.weight': [0, 0, 1] });
    expect(removed(1)).toEqual({ 'a.weight': [0, 0, 0], 'b.weight': [0, 0, 0] });
  });

  it('treats 0 and -0 as one score, infinities as extremes, and keeps NaN longest', () => {
    const of = posterior(site('a.weight', [1, 1, 1, 1, 1, 1]));
    const values = scores({ 'a.weight': [Number.NaN, Infinity, 0, -0, -Infinity, -1] });
    const removed = (n: number) => keeps(planLowest({ criterion: snr, values }, of, n / 6, false))['a.weight'];
    expect(removed(1)).toEqual([1, 1, 1, 1, 0, 1]);
    expect(removed(2)).toEqual([1, 1, 1, 1, 0, 0]);
    expect(removed(3)).toEqual([1, 1, 0, 1, 0, 0]);
    expect(removed(5)).toEqual([1, 0, 0, 0, 0, 0]);
  });

  it('counts shares of what is still kept: 80 % after 75 % leaves 5 %', () => {
    const n = 1000;
    const score = Array.from({ length: n }, (_, i) => (i * 7919) % n);
    const values = scores({ 'a.weight': score });
    let now = posterior(site('a.weight', score));
    for (const [share, left] of [
      [0.75, 250],
      [0.8, 50],
      [0.5, 25],
      [0, 25],
    ] as const) {
      now = restrict(now, planLowest({ criterion: snr, values }, now, share, false));
      expect(now.sites[0]!.mask!.reduce((s, bit) => s + bit, 0)).toBe(left);
      expect(Array.from(now.sites[0]!.mask!)).toEqual(score.map((s) => (s >= n - left ? 1 : 0)));
    }
  });

  it('gives each layer its own share when asked, weights and biases of a layer together', () => {
    const of = posterior(site('a.weight', [1, 1, 1]), site('a.bias', [1]), site('b.weight', [1, 1]));
    const values = scores({ 'a.weight': [1, 2, 3], 'a.bias': [0], 'b.weight': [10, 11] });
    expect(keeps(planLowest({ criterion: snr, values }, of, 0.5, true))).toEqual({
      'a.weight': [0, 1, 1],
      'a.bias': [0],
      'b.weight': [0, 1],
    });
    expect(keeps(planLowest({ criterion: snr, values }, of, 0.5, false))).toEqual({
      'a.weight': [0, 0, 1],
      'a.bias': [0],
      'b.weight': [1, 1],
    });
  });

  it('has nothing to do where nothing is left', () => {
    const of = posterior(site('a.weight', [0, 0], [0, 0], [0, 0]));
    const values = scores({ 'a.weight': [1, 2] });
    expect(keeps(planLowest({ criterion: snr, values }, of, 0.5, false))).toEqual({ 'a.weight': [0, 0] });
  });
});

/** Sorts all kept elements by need, then by place, and takes the first ones. */
function naive(
  values: Record<string, number[]>,
  masks: Record<string, number[]>,
  sign: 1 | -1,
  share: number,
): Record<string, number[]> {
  const order = Object.keys(values).flatMap((path, s) =>
    values[path]!.flatMap((v, i) => (masks[path]![i] === 1 ? [{ path, s, i, need: sign * Math.fround(v) }] : [])),
  );
  order.sort((a, b) => a.need - b.need || a.s - b.s || a.i - b.i);
  const keep = Object.fromEntries(Object.entries(masks).map(([path, mask]) => [path, [...mask]]));
  for (const { path, i } of order.slice(0, Math.floor(share * order.length + 0.5))) keep[path]![i] = 0;
  return keep;
}

const element = fc.record({
  score: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.float({ noNaN: true, noDefaultInfinity: true })),
  kept: fc.constantFrom(0, 1, 1),
});
const sites = fc.array(fc.array(element, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 4 });
const shares = fc.double({ min: 0, max: 1, noNaN: true });

function build(parts: readonly (readonly { readonly score: number; readonly kept: number }[])[]) {
  const named = parts.map((p, i) => [`l${i}.weight`, p] as const);
  return {
    values: Object.fromEntries(named.map(([path, p]) => [path, p.map((e) => e.score)])),
    masks: Object.fromEntries(named.map(([path, p]) => [path, p.map((e) => e.kept)])),
    of: posterior(
      ...named.map(([path, p]) =>
        site(
          path,
          p.map(() => 1),
          null,
          p.map((e) => e.kept),
        ),
      ),
    ),
  };
}

describe('lowest, for any scores', () => {
  it('is what sorting gives', () => {
    fc.assert(
      fc.property(sites, shares, fc.boolean(), (parts, share, remove) => {
        const { values, masks, of } = build(parts);
        const plan = planLowest({ criterion: remove ? logAlpha : snr, values: scores(values) }, of, share, false);
        expect(keeps(plan)).toEqual(naive(values, masks, remove ? -1 : 1, share));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('removes more for a larger share, exactly as many as it says, and never gives back', () => {
    fc.assert(
      fc.property(sites, shares, shares, fc.boolean(), (parts, first, second, perLayer) => {
        const { values, masks, of } = build(parts);
        const [less, more] = [Math.min(first, second), Math.max(first, second)].map((share) =>
          keeps(planLowest({ criterion: snr, values: scores(values) }, of, share, perLayer)),
        );
        const count = (of: Record<string, number[]>) =>
          Object.values(of)
            .flat()
            .reduce((s, bit) => s + bit, 0);
        for (const path of Object.keys(masks)) {
          masks[path]!.forEach((bit, i) => {
            expect(less![path]![i]).toBeLessThanOrEqual(bit);
            expect(more![path]![i]).toBeLessThanOrEqual(less![path]![i]!);
          });
        }
        const pools = perLayer ? Object.values(masks) : [Object.values(masks).flat()];
        const sizes = pools.map((pool) => pool.reduce((s, bit) => s + bit, 0));
        const share = Math.min(first, second);
        const expected = sizes.reduce((s, kept) => s + kept - Math.floor(share * kept + 0.5), 0);
        expect(count(less!)).toBe(expected);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('handles two million weights within two seconds', () => {
    const n = 2_000_000;
    const data = Float32Array.from({ length: n }, (_, i) => Math.sin(i * 12.9898) * 43758.5453);
    const whole = { ...site('a.weight', []), shape: [n], mean: data, sd: data };
    const values = new Map([['a.weight', { type: { dtype: 'f32' as const, shape: [n] }, data }]]);
    const start = performance.now();
    const plan = planLowest({ criterion: snr, values }, posterior(whole), 0.9, false);
    // About 0.1 s; linear, so 25 million take about a second.
    expect(performance.now() - start).toBeLessThan(2000);
    expect(plan.keep.get('a.weight')!.reduce((s, bit) => s + bit, 0)).toBe(n / 10);
  });
});
