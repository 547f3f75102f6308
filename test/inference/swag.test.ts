/**
 * SWAG: its moments against those of all iterates at once; its draws against the covariance that they should have; and on a
 * quadratic with normal gradient noise the stationary covariance of SGD, which is known (Mandt, Hoffman & Blei 2017, eq. 13, and
 * with a finite rate A S + S A - rate A S A = rate C).
 */
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import type { HostArray } from '../../src/base/host-array.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import { drawKey } from '../../src/base/streams.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import type { CheckedModel } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { distinctDraws, drawWeights, type Posterior, restrict } from '../../src/model/posterior.ts';
import { gram } from '../helpers/linear-algebra.ts';
import { guide, linearRegression, optimizer } from '../helpers/models.ts';
import { openFor, real, scalarsAt } from '../helpers/reference.ts';

const ROWS = 12;
const NOISE = 0.5;
const TAU = 1.5;
const normals = (count: number, name: string, i = 0) => {
  const values = new Float32Array(count);
  fillNormal(childKey(childKey(rootKey(31), name), i), values);
  return [...values];
};
const inputs = normals(2 * ROWS, 'x');
const X = Array.from({ length: ROWS }, (_, i) => [inputs[2 * i]!, 0.5 * inputs[2 * i]! + inputs[2 * i + 1]!, 1]);
const regression = linearRegression(2, ROWS, NOISE, TAU);

/** Answers with fresh noise at every step: the gradient's noise is then normal, and the same wherever the weights are. */
function batchAt(step: number): Readonly<Record<string, HostArray>> {
  const x = real(
    X.flatMap((row) => row.slice(0, 2)),
    [ROWS, 2],
  );
  return { x, y: real(normals(ROWS, 'y', step)) };
}

const build = (options: OptionValues, rate: number, model: CheckedModel = regression): EngineProgram =>
  engines.get('swag')!.build({
    density: buildDensity(model),
    guide: guide(model, () => 'Delta'),
    optimizer: optimizer('sgd', rate),
    estimator: 'shared',
    options,
    schedules: {},
    masks: new Map(),
    course: { steps: 1000, stepsPerEpoch: 10 },
  });

const weightsOf = (state: StateArrays) => [...state['fc1.weight.mean']!.data, ...state['fc1.bias.mean']!.data];

/** Trains, takes down every iterate from step `burn` on, and gives them all beside the last state. */
async function train(program: EngineProgram, steps: number, burn = 0) {
  const session = await openFor(program, program.initial(rootKey(1), null));
  const step = await session.compile(program.step(ROWS, { values: false }));
  const collect = await session.compile(program.collect!.program);
  const iterates: number[][] = [];
  for (let i = 0; i < burn + steps; i++) {
    await session.run(step, [{ batch: batchAt(i), noise: {}, scalars: scalarsAt(program, i, i) }]);
    if (i < burn) continue;
    await session.run(collect, [{ batch: {}, noise: {}, scalars: {} }]);
    iterates.push(weightsOf(await session.read(['fc1.weight.mean', 'fc1.bias.mean'])));
  }
  const state = await session.read();
  session.dispose();
  return { state, iterates, posterior: program.posterior(state) };
}

function partOf(posterior: Posterior) {
  const parts = posterior.sites.map((site) => {
    if (site.family !== 'LowRankNormal') throw new Error('no low-rank normal');
    return site.parts[0]!;
  });
  return {
    mean: parts.flatMap((p) => [...p.mean]),
    own: parts.flatMap((p) => [...p.own]),
    columns: parts[0]!.columns.map((_, k) => parts.flatMap((p) => [...p.columns[k]!])),
  };
}

const average = (values: readonly number[]) => values.reduce((s, v) => s + v, 0) / values.length;

describe('the moments of iterates', () => {
  it('that stream by are those of all iterates at once, and the last deviations are kept in order', async () => {
    const [steps, rank] = [9, 4];
    const { iterates, posterior } = await train(build({ rank, scale: 1 }, 0.1), steps);
    const { mean, own, columns } = partOf(posterior);
    expect(columns).toHaveLength(rank);
    for (let j = 0; j < 3; j++) {
      const path = iterates.map((w) => w[j]!);
      // Stored in float32: seven digits.
      expect(mean[j]).toBeCloseTo(average(path), 6);
      expect(own[j]! ** 2).toBeCloseTo(average(path.map((w) => (w - average(path)) ** 2)), 6);
      for (let k = 0; k < rank; k++) {
        const n = steps - rank + k + 1;
        const deviation = path[n - 1]! - average(path.slice(0, n));
        expect(columns[k]![j]! * Math.sqrt(rank - 1)).toBeCloseTo(deviation, 6);
      }
    }
  });

  it('use the columns that there are, not those that there could be', async () => {
    const { posterior, iterates } = await train(build({ rank: 20, scale: 1 }, 0.1), 3);
    const { columns } = partOf(posterior);
    expect(columns).toHaveLength(3);
    const newest = iterates[2]!.map((w, j) => w - average(iterates.map((i) => i[j]!)));
    columns[2]!.forEach((c, j) => {
      expect(c * Math.sqrt(2)).toBeCloseTo(newest[j]!, 6);
    });
  });

  it('lose no digits where weights are large and move little', async () => {
    const program = build({ rank: 0 }, 1e-9);
    const start = program.initial(rootKey(1), null);
    const far = { ...start, 'fc1.weight.mean': real([1e6, -1e6], [2, 1]) };
    const session = await openFor(program, far);
    const collect = await session.compile(program.collect!.program);
    for (const shift of [0, 0.25, 0.5]) {
      await session.write({ 'fc1.weight.mean': real([1e6 + shift, -1e6], [2, 1]) });
      await session.run(collect, [{ batch: {}, noise: {}, scalars: {} }]);
    }
    const { own } = partOf(program.posterior(await session.read()));
    session.dispose();
    // The variance of 0, 0.25, 0.5 with divisor 3; mean(w^2) - mean(w)^2 of float32 numbers would have none of it.
    expect(own[0]).toBeCloseTo(Math.sqrt(0.125 / 3), 5);
    expect(own[1]).toBe(0);
  });

  it('of one iterate are the plain network, and of none the weights as they are', async () => {
    const { iterates, posterior, state } = await train(build({ rank: 5 }, 0.1), 1);
    const { mean, own, columns } = partOf(posterior);
    mean.forEach((m, j) => {
      expect(m).toBeCloseTo(iterates[0]![j]!, 6);
    });
    expect([...own, columns.length]).toEqual([0, 0, 0, 0]);
    const program = build({ rank: 5 }, 0.1);
    const begun = program.initial(rootKey(1), null);
    expect(partOf(program.posterior(begun)).mean).toEqual(weightsOf(begun).map(Math.fround));
    expect(Object.keys(state)).toContain('iterates.count');
  });
});

/** The covariance of `count` draws, and of each entry four standard errors for normal draws of covariance `S`. */
function drawn(posterior: Posterior, count: number, S: readonly (readonly number[])[]) {
  const draws = Array.from({ length: count }, (_, i) => {
    const values = drawWeights(posterior, i, (path) => drawKey(rootKey(9), i, path));
    return posterior.sites.flatMap((site) => [...values[site.path]!.data]);
  });
  const centre = S.map((_, j) => average(draws.map((d) => d[j]!)));
  const covariance = S.map((_, i) =>
    S.map((__, j) => average(draws.map((d) => (d[i]! - centre[i]!) * (d[j]! - centre[j]!)))),
  );
  const error = S.map((row, i) => row.map((s, j) => 4 * Math.sqrt((S[i]![i]! * S[j]![j]! + s * s) / count)));
  return { centre, covariance, error };
}

function expectWithin(found: readonly number[][], wanted: readonly (readonly number[])[], error: readonly number[][]) {
  wanted.forEach((row, i) => {
    row.forEach((s, j) => {
      expect(Math.abs(found[i]![j]! - s), `entry ${i}, ${j}`).toBeLessThan(error[i]![j]!);
    });
  });
}

describe('draws', () => {
  it("have half the diagonal and half of D D' / (K - 1), across sites", async () => {
    const rank = 3;
    const { iterates, posterior } = await train(build({ rank }, 0.1), 7);
    const path = (j: number) => iterates.map((w) => w[j]!);
    const deviation = (n: number, j: number) => path(j)[n - 1]! - average(path(j).slice(0, n));
    const S = [0, 1, 2].map((i) =>
      [0, 1, 2].map((j) => {
        const own = i === j ? average(path(i).map((w) => (w - average(path(i))) ** 2)) : 0;
        const common = [5, 6, 7].reduce((s, n) => s + deviation(n, i) * deviation(n, j), 0) / (rank - 1);
        return own / 2 + common / 2;
      }),
    );
    const { covariance, error, centre } = drawn(posterior, 20_000, S);
    expectWithin(covariance, S, error);
    centre.forEach((m, j) => {
      expect(Math.abs(m - average(path(j)))).toBeLessThan(4 * Math.sqrt(S[j]![j]! / 20_000));
    });
    // The figures that criteria read are those of the draws.
    expect(posterior.sites.flatMap((s) => [...s.sd])).toEqual(S.map((row, i) => expect.closeTo(Math.sqrt(row[i]!), 5)));
    expect(distinctDraws(posterior)).toBeNull();
  });

  it('of what was pruned are 0, and of the rest what they were', async () => {
    const { posterior } = await train(build({ rank: 3 }, 0.1), 7);
    const cut = restrict(posterior, { keep: new Map([['fc1.weight', Uint8Array.of(0, 1)]]) });
    const draw = (p: Posterior) => drawWeights(p, 2, (path) => drawKey(rootKey(4), 2, path))['fc1.weight']!.data;
    expect([...draw(cut)]).toEqual([0, draw(posterior)[1]]);
  });
});

describe('on a quadratic with normal gradient noise', () => {
  it('the covariance is that of stationary SGD', async () => {
    const [rate, steps, rank] = [0.15, 6000, 3000];
    // Of loss / N: A is its Hessian, C the covariance of its gradient.
    const G = gram(X);
    const A = G.map((row, i) => row.map((g, j) => g / (ROWS * NOISE ** 2) + (i === j ? 1 / (ROWS * TAU ** 2) : 0)));
    const C = G.map((row) => row.map((g) => g / (ROWS * NOISE ** 2) ** 2));
    const S = stationary(A, C, rate);
    const { posterior, iterates } = await train(build({ rank, scale: 1 }, rate), steps, 200);
    const { own, columns } = partOf(posterior);
    // An entry of the covariance of n correlated iterates errs as that of n / t independent ones; t from the slowest direction,
    // (1 + r^2) / (1 - r^2) with r the correlation of two iterates in a row, found among the iterates themselves.
    const r = Math.max(...[0, 1, 2].map((j) => correlation(iterates.map((w) => w[j]!))));
    const thinned = (n: number) => (n * (1 - r * r)) / (1 + r * r);
    const error = (n: number) =>
      S.map((row, i) => row.map((s, j) => 4 * Math.sqrt((S[i]![i]! * S[j]![j]! + s * s) / thinned(n))));
    const found = [0, 1, 2].map((i) => [0, 1, 2].map((j) => columns.reduce((s, c) => s + c[i]! * c[j]!, 0)));
    expectWithin(found, S, error(rank));
    own.forEach((sd, j) => {
      expect(Math.abs(sd * sd - S[j]![j]!)).toBeLessThan(error(steps)[j]![j]!);
    });
    // The tolerance tells the finite rate from the limit of a small one, where A S + S A = rate C.
    const limit = stationary(A, C, rate, 0);
    expect(Math.max(...S.map((row, i) => (row[i]! - limit[i]![i]!) / error(steps)[i]![i]!))).toBeGreaterThan(1);
  });
});

/** S of A S + S A - curved * rate A S A = rate C, by small steps along what is left of the equation. */
function stationary(
  A: readonly (readonly number[])[],
  C: readonly (readonly number[])[],
  rate: number,
  curved = 1,
): number[][] {
  const n = [0, 1, 2];
  const product = (P: readonly (readonly number[])[], Q: readonly (readonly number[])[]) =>
    n.map((i) => n.map((j) => n.reduce((s, k) => s + P[i]![k]! * Q[k]![j]!, 0)));
  let S: number[][] = n.map(() => [0, 0, 0]);
  for (let round = 0; round < 5000; round++) {
    const [AS, SA, ASA] = [product(A, S), product(S, A), product(product(A, S), A)];
    S = S.map((row, i) =>
      row.map((s, j) => s + 0.05 * (rate * C[i]![j]! - AS[i]![j]! - SA[i]![j]! + curved * rate * ASA[i]![j]!)),
    );
  }
  return S;
}

function correlation(path: readonly number[]): number {
  const centre = average(path);
  const d = path.map((w) => w - centre);
  return average(d.slice(1).map((v, i) => v * d[i]!)) / average(d.map((v) => v * v));
}
