/** Draws of stored guides: their log density against that of the whole covariance matrix, and their spread. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../../src/base/keys.ts';
import { guideDraws } from '../../../src/runtime/diagnose/guide-draws.ts';
import type { StoredPosterior, StoredSite } from '../../../src/runtime/diagnose/stored-posterior.ts';
import { invert, times } from '../../helpers/linear-algebra.ts';

const none = { mask: null, part: null, draws: null };
const array = (...values: number[]) => Float32Array.from(values);

const correlated: StoredSite = {
  ...{ ...none, path: 'fc.weight', family: 'LowRankNormal', shape: [3, 1] },
  ...{ mean: array(1, -1, 0.5), sd: array(1, 1, 1), mask: Uint8Array.from([1, 0, 1]) },
  part: { mean: array(1, 0, 0.5), own: array(0.5, 0, 0.3), columns: [array(0.4, 0, -0.7), array(0.1, 0, 0.6)] },
};
const latent: StoredSite = {
  ...{ ...none, path: 's', family: 'LowRankNormal', shape: [], mean: array(2), sd: array(1) },
  part: { mean: array(2), own: array(0.2), columns: [array(0.9)] },
};
const apart: StoredSite = { ...none, path: 'fc.bias', family: 'Normal', shape: [1], mean: array(3), sd: array(0.7) };
const point: StoredSite = { ...none, path: 'p', family: 'Delta', shape: [1], mean: array(4), sd: array(0) };

const posterior = (...sites: StoredSite[]): StoredPosterior => ({ sites, statistics: {}, draws: 0, chains: null });

describe('draws of a stored guide', () => {
  const draw = guideDraws(posterior(correlated, latent, apart, point))!;
  const means = [1, 0.5, 2, 3];
  const columns = [
    [0.4, -0.7, 0.9, 0],
    [0.1, 0.6, 0, 0],
  ];
  const own = [0.5, 0.3, 0.2, 0.7];
  const covariance = own.map((v, i) =>
    own.map((_, j) => columns.reduce((s, c) => s + c[i]! * c[j]!, i === j ? v * v : 0)),
  );
  const drawn = (i: number) => {
    const { values, logDensity } = draw(childKey(rootKey(1), i));
    const weight = values['fc.weight']!.data;
    expect(values.p!.data[0]).toBe(4);
    return { x: [weight[0]!, weight[2]!, values.s!.data[0]!, values['fc.bias']!.data[0]!].map(Number), logDensity };
  };

  it('have the log density of their normal', () => {
    const { inverse, logDeterminant } = invert(covariance);
    for (let i = 0; i < 20; i++) {
      const { x, logDensity } = drawn(i);
      const r = x.map((v, k) => v - means[k]!);
      const square = times(inverse, r).reduce((s, v, k) => s + v * r[k]!, 0);
      // Values are single precision: 1e-7 of them, over a spread of a tenth at least.
      expect(Math.abs(logDensity + 0.5 * (4 * Math.log(2 * Math.PI) + logDeterminant + square))).toBeLessThan(1e-4);
    }
  });

  it('have its covariance', () => {
    const n = 20_000;
    const all = Array.from({ length: n }, (_, i) => drawn(i).x);
    covariance.forEach((row, i) => {
      row.forEach((exact, j) => {
        const found = all.reduce((s, x) => s + (x[i]! - means[i]!) * (x[j]! - means[j]!), 0) / n;
        const error = Math.sqrt((covariance[i]![i]! * covariance[j]![j]! + exact ** 2) / n);
        expect(Math.abs(found - exact)).toBeLessThan(4.5 * error);
      });
    });
  });

  it('are none of points alone, of families without a density, and where an element has no spread of its own', () => {
    expect(guideDraws(posterior(point))).toBeNull();
    expect(guideDraws(posterior(apart, { ...apart, path: 'z', family: 'Bernoulli' }))).toBeNull();
    expect(guideDraws(posterior({ ...apart, sd: array(0) }))).toBeNull();
  });
});
