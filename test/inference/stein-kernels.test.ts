/** Stein kernels against the kernels as written, their gradients against central differences, the bandwidth against a sort. */
import { describe, expect, it } from 'vitest';
import { medianBandwidth, medianOfPairs } from '../../src/inference/stein-kernels/bandwidth.ts';
import { geometryOf } from '../../src/inference/stein-kernels/geometry.ts';
import { steinKernels } from '../../src/inference/stein-kernels/index.ts';
import { numbers } from '../helpers/evaluate.ts';
import { compute, real } from '../helpers/reference.ts';

type Points = readonly (readonly number[])[];

function cloud(particles: number, size: number, seed: number): number[][] {
  const next = numbers(seed);
  return Array.from({ length: particles }, () => Array.from({ length: size }, () => 4 * next() - 2));
}

const distance2 = (x: readonly number[], y: readonly number[]) => x.reduce((s, v, k) => s + (v - y[k]!) ** 2, 0);

function meanOf(points: Points): number[] {
  return points[0]!.map((_, k) => points.reduce((s, x) => s + x[k]!, 0) / points.length);
}

/** K and R x of a kernel for particles that are cut into two tensors. */
async function matricesOf(name: string, points: Points, bandwidth: 'median' | number) {
  const [particles, size] = [points.length, points[0]!.length];
  const cut = Math.floor(size / 2);
  const part = (from: number, to: number) =>
    real(
      points.flatMap((x) => x.slice(from, to)),
      [particles, to - from],
    );
  const found = await compute({ one: part(0, cut), two: part(cut, size) }, ({ graph: b }, { one, two }) => {
    const centred = [one!, two!].map((x) => b.sub(x, b.mean(x, [0], true)));
    const { attraction, repulsion } = steinKernels.get(name)!.matrices(b, geometryOf(b, centred, bandwidth));
    return { attraction, push: b.matmul(repulsion, b.concat(centred, 1)) };
  });
  const rows = (values: Float64Array, width: number) =>
    Array.from({ length: particles }, (_, i) => [...values.slice(i * width, (i + 1) * width)]);
  return { attraction: rows(found.attraction!, particles), push: rows(found.push!, size) };
}

const H = 2.5;
const written: Readonly<
  Record<string, (x: readonly number[], y: readonly number[], centre: readonly number[]) => number>
> = {
  rbf: (x, y) => Math.exp(-distance2(x, y) / H),
  imq: (x, y) => (1 + distance2(x, y) / H) ** -0.5,
  linear: (x, y, c) => 1 + x.reduce((s, v, k) => s + (v - c[k]!) * (y[k]! - c[k]!), 0),
};

describe('Stein kernels', () => {
  it('are all held to what they are by definition', () => {
    expect(Object.keys(written).sort()).toEqual([...steinKernels.names].sort());
  });

  it.each(steinKernels.names)('%s: the matrix, and the sum of its gradients by central differences', async (name) => {
    const points = cloud(5, 4, 3);
    const centre = meanOf(points);
    const k = (x: readonly number[], y: readonly number[]) => written[name]!(x, y, centre);
    const { attraction, push } = await matricesOf(name, points, H);
    const h = 1e-5;
    points.forEach((x, i) => {
      points.forEach((y, j) => {
        expect(attraction[i]![j]).toBeCloseTo(k(x, y), 12);
      });
      x.forEach((_, d) => {
        const slope = (y: readonly number[]) => {
          const moved = (by: number) => y.map((v, e) => (e === d ? v + by : v));
          return (k(moved(h), x) - k(moved(-h), x)) / (2 * h);
        };
        const total = points.reduce((s, y) => s + slope(y), 0);
        // The third derivatives are below 1: h^2 / 6, and round-off 1e-16 / h.
        expect(push[i]![d]).toBeCloseTo(total, 8);
      });
    });
  });

  it.each(['rbf', 'imq'])('%s: far below the bandwidth all particles act as one, without repulsion', async (name) => {
    const { attraction, push } = await matricesOf(name, cloud(6, 4, 5), 1e12);
    for (const row of attraction) for (const k of row) expect(k).toBeCloseTo(1, 9);
    for (const row of push) for (const r of row) expect(Math.abs(r)).toBeLessThan(1e-9);
  });
});

async function medianOf(points: Points, bandwidth = false): Promise<number> {
  const matrix = points.map((x) => points.map((y) => distance2(x, y)));
  const found = await compute({ d: real(matrix.flat(), [points.length, points.length]) }, ({ graph: b }, { d }) => ({
    m: bandwidth ? medianBandwidth(b, d!) : medianOfPairs(b, d!),
  }));
  return found.m![0]!;
}

function sortedMedian(points: Points): number {
  const pairs = points.flatMap((x, i) => points.slice(i + 1).map((y) => distance2(x, y))).sort((a, b) => a - b);
  return pairs[Math.ceil(pairs.length / 2) - 1]!;
}

describe('the median heuristic', () => {
  it.each([2, 3, 4, 5, 7, 20, 33])('finds the median of the pairs of %d particles', async (particles) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const points = cloud(particles, 3, seed);
      expect(await medianOf(points)).toBe(sortedMedian(points));
    }
  });

  it('finds it among equal and very unequal distances', async () => {
    const line = [0, 1, 2, 3, 4, 5].map((x) => [x]);
    expect(await medianOf(line)).toBe(sortedMedian(line));
    const heap = [...Array.from({ length: 9 }, (_, i) => [i * 1e-4]), [100]];
    // The last interval is 1 / 64^3 of the largest distance, and holds several pairs here: near enough for a bandwidth.
    expect(Math.abs((await medianOf(heap)) - sortedMedian(heap))).toBeLessThan(1e4 / 64 ** 3);
  });

  it('does not move with the particles, and scales with squared length', async () => {
    const points = cloud(8, 3, 9);
    const h = await medianOf(points, true);
    expect(h).toBeCloseTo(sortedMedian(points) / Math.log(9), 12);
    const moved = points.map((x) => x.map((v) => v + 7));
    expect(await medianOf(moved, true)).toBeCloseTo(h, 9);
    const tripled = points.map((x) => x.map((v) => 3 * v));
    expect(await medianOf(tripled, true)).toBeCloseTo(9 * h, 9);
  });

  it('is a number where all particles are one', async () => {
    const { attraction, push } = await matricesOf('rbf', [cloud(1, 4, 1)[0]!, cloud(1, 4, 1)[0]!], 'median');
    expect(attraction.flat()).toEqual([1, 1, 1, 1]);
    expect(push.flat().every((x) => x + 0 === 0)).toBe(true);
    expect(await medianOf([[1, 2]], true)).toBe(1);
  });
});
