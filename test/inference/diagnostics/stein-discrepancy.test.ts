/** The kernelised Stein discrepancy: its kernel by differences, and what it says of draws that are right or wrong. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../../src/base/keys.ts';
import { fillNormal } from '../../../src/base/normal.ts';
import {
  type ScoredPoint,
  steinDiscrepancy,
  steinKernelOf,
} from '../../../src/inference/diagnostics/stein-discrepancy.ts';

/** Points of which a standard normal would have the score. */
function standardScored(points: readonly (readonly number[])[]): ScoredPoint[] {
  return points.map((p) => ({ point: Float64Array.from(p), score: Float64Array.from(p, (x) => -x) }));
}

function normals(count: number, dimensions: number, seed: number): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const values = new Float32Array(dimensions);
    fillNormal(childKey(rootKey(seed), i), values);
    return [...values];
  });
}

it('the kernel is what differences of the inverse multiquadric say', () => {
  const scale = 1.3;
  const k = (x: readonly number[], y: readonly number[]) =>
    (scale * scale + x.reduce((s, v, i) => s + (v - y[i]!) ** 2, 0)) ** -0.5;
  const [x, y] = [
    [0.3, -1.2, 0.8],
    [-0.4, 0.1, 1.5],
  ];
  const [sx, sy] = [
    [0.7, 0.2, -1.1],
    [-0.6, 1.4, 0.3],
  ];
  const h = 1e-4;
  const moved = (p: readonly number[], i: number, by: number) => p.map((v, j) => (j === i ? v + by : v));
  let expected = x!.reduce((s, _, i) => s + sx![i]! * sy![i]!, 0) * k(x!, y!);
  for (let i = 0; i < 3; i++) {
    const byY = (p: readonly number[]) => (k(p, moved(y!, i, h)) - k(p, moved(y!, i, -h))) / (2 * h);
    const byX = (k(moved(x!, i, h), y!) - k(moved(x!, i, -h), y!)) / (2 * h);
    expected += sx![i]! * byY(x!) + sy![i]! * byX + (byY(moved(x!, i, h)) - byY(moved(x!, i, -h))) / (2 * h);
  }
  const at = (point: readonly number[], score: readonly number[]) => ({
    point: Float64Array.from(point),
    score: Float64Array.from(score),
  });
  // Second differences with h = 1e-4: an error of h^2 times fourth derivatives, and 1e-16 / h^2 of rounding.
  expect(steinKernelOf(at(x!, sx!), at(y!, sy!), scale)).toBeCloseTo(expected, 6);
});

describe('of a standard normal', () => {
  it('is 0 for its own draws, within four of its standard deviations, on average over sets', () => {
    const sets = Array.from({ length: 40 }, (_, i) => steinDiscrepancy(standardScored(normals(60, 3, 100 + i)), 2));
    const mean = sets.reduce((s, d) => s + d.squared, 0) / sets.length;
    const se = Math.sqrt(sets.reduce((s, d) => s + d.squared ** 2, 0)) / sets.length;
    expect(Math.abs(mean)).toBeLessThan(4 * se);
    // What is said of the spread is its spread: the root mean square of forty, known to one part in nine.
    const told = Math.sqrt(sets.reduce((s, d) => s + d.se ** 2, 0) / sets.length);
    const found = Math.sqrt(sets.reduce((s, d) => s + d.squared ** 2, 0) / sets.length);
    expect(Math.abs(found / told - 1)).toBeLessThan(4 / Math.sqrt(2 * sets.length));
  });

  it.each([
    ['shifted', (p: readonly number[]) => p.map((x) => x + 1)],
    ['too narrow', (p: readonly number[]) => p.map((x) => x / 2)],
    ['too wide', (p: readonly number[]) => p.map((x) => x * 2)],
  ])('stands out for points that are %s', (_, change) => {
    const { squared, se } = steinDiscrepancy(standardScored(normals(150, 3, 5).map(change)));
    expect(squared).toBeGreaterThan(4 * se);
  });

  it('takes the median distance as its scale, and stands points that are all one', () => {
    const { scale } = steinDiscrepancy(standardScored([[0], [1], [3]]));
    expect(scale).toBe(2);
    expect(steinDiscrepancy(standardScored([[1], [1], [1]])).scale).toBe(1);
  });
});
