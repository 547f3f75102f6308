/** Samplers on linear regression, whose posterior and whose chains' resting places at any step size are known in closed form. */
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import type { Posterior } from '../../src/model/posterior.ts';
import { gram, invert, type Matrix, times } from '../helpers/linear-algebra.ts';
import { guide, linearRegression, number, optimizer } from '../helpers/models.ts';
import { keyedNoise, openFor, real, scalarsAt } from '../helpers/reference.ts';

const N = 40;
const NOISE = 0.5;
const TAU = 1.5;
const AXES = [0, 1, 2] as const;

const data = (() => {
  const normals = new Float32Array(3 * N);
  fillNormal(childKey(rootKey(21), 'data'), normals);
  return Array.from({ length: N }, (_, i) => {
    const [a, c, e] = [normals[3 * i]!, normals[3 * i + 1]!, normals[3 * i + 2]!];
    const x = [a, 0.6 * a + 0.8 * c, 1];
    return { x, y: 0.8 * x[0]! - 1.1 * x[1]! + 0.4 + NOISE * e };
  });
})();
const X = data.map((r) => r.x);
const precision = gram(X).map((row, i) => row.map((v, j) => v / NOISE ** 2 + (i === j ? 1 / TAU ** 2 : 0)));
const covariance = invert(precision).inverse;
const mean = times(
  covariance,
  AXES.map((j) => data.reduce((s, r) => s + (r.x[j]! * r.y) / NOISE ** 2, 0)),
);
const model = linearRegression(2, N, NOISE, TAU);

function build(name: string, lr: number, options: OptionValues = {}, steps = 1000): EngineProgram {
  return engines.get(name)!.build({
    density: buildDensity(model),
    guide: guide(model, () => 'Particles'),
    optimizer: optimizer('sgd', 0.1),
    estimator: 'shared',
    options,
    schedules: { lr: number(lr) },
    masks: new Map(),
    course: { steps, stepsPerEpoch: N / 10 },
  });
}

/** Runs the steps as the runtime does, batch after batch of `rows` rows, keeping draws where the engine says so. */
async function run(program: EngineProgram, steps: number, rows = N, seed = 3): Promise<StateArrays> {
  const session = await openFor(program, program.initial(rootKey(seed), null));
  const step = program.step(rows, { values: false });
  const compiled = await session.compile(step);
  const collect = await session.compile(program.collect!.program);
  for (let i = 0; i < steps; i++) {
    const first = (i * rows) % N;
    const some = data.slice(first, first + rows);
    const batch = {
      x: real(
        some.flatMap((r) => r.x.slice(0, 2)),
        [rows, 2],
      ),
      y: real(some.map((r) => r.y)),
    };
    const noise = keyedNoise(step, rootKey(seed), i);
    await session.run(compiled, [{ batch, noise, scalars: scalarsAt(program, i, i) }]);
    if (program.collect!.due(i + 1)) await session.run(collect, [{ batch: {}, noise: {}, scalars: {} }]);
  }
  const state = await session.read();
  session.dispose();
  return state;
}

/** Draws as points `[w0, w1, bias]`. */
function pointsOf(posterior: Posterior): number[][] {
  const [weight, bias] = posterior.sites;
  if (weight?.family !== 'Particles' || bias?.family !== 'Particles') throw new Error('no draws');
  return weight.particles.map((w, i) => [...w, bias.particles[i]![0]!]);
}

/** Holds independent points to a normal: four standard errors of each mean, variance and covariance. */
function expectNormal(points: readonly (readonly number[])[], wanted: Matrix): void {
  const n = points.length;
  const average = (f: (x: readonly number[]) => number) => points.reduce((s, x) => s + f(x), 0) / n;
  for (const i of AXES) {
    expect(Math.abs(average((x) => x[i]!) - mean[i]!)).toBeLessThan(4 * Math.sqrt(wanted[i]![i]! / n));
    for (const j of AXES) {
      const found = average((x) => (x[i]! - mean[i]!) * (x[j]! - mean[j]!));
      const se = Math.sqrt((wanted[i]![i]! * wanted[j]![j]! + wanted[i]![j]! ** 2) / n);
      expect(Math.abs(found - wanted[i]![j]!)).toBeLessThan(4 * se);
    }
  }
}

const multiply = (a: Matrix, b: Matrix) =>
  AXES.map((i) => AXES.map((j) => AXES.reduce<number>((s, k) => s + a[i]![k]! * b[k]![j]!, 0)));
const scaled = (a: Matrix, by: number) => a.map((row) => row.map((v) => by * v));

/** T A^-1 (I - lr A / c)^-1: the covariance at rest under steps of size lr, c = 2 for `sgld`, 4 - 2 friction for `sghmc`. */
function atRest(lr: number, c: number, temperature = 1): Matrix {
  const shrunk = precision.map((row, i) => row.map((v, j) => (i === j ? 1 : 0) - (lr * v) / c));
  return scaled(multiply(covariance, invert(shrunk).inverse), temperature);
}

/** Chains that forget their start within a hundred steps, seen at their end alone: independent draws. */
const CHAINS = 300;
/** The largest curvature of the log joint: from about 2 / LARGEST on, no chain of `sgld` comes to rest. */
const LARGEST = (() => {
  let v: readonly number[] = [1, -1, 0.5];
  let size = 0;
  for (let i = 0; i < 200; i++) {
    const next = times(precision, v);
    size = Math.hypot(...next);
    v = next.map((x) => x / size);
  }
  return size;
})();

describe('at rest', () => {
  const cases = [
    ['sgld', { lr: 1.2 / LARGEST, c: 2, options: {} }],
    ['sgld', { lr: 1.2 / LARGEST, c: 2, options: { temperature: 0.3 } }],
    ['sghmc', { lr: 2 / LARGEST, c: 4 - 2 * 0.4, options: { friction: 0.4 } }],
    ['sghmc', { lr: 0.5 / LARGEST, c: 4 - 2 * 0.1, options: { friction: 0.1, temperature: 2 } }],
  ] as const;

  it.each(cases)('%s is as wide as its step size makes it: %o', async (name, { lr, c, options }) => {
    const program = build(name, lr, { ...options, chains: CHAINS, collect_every: 200 }, 200);
    const points = pointsOf(program.posterior(await run(program, 200)));
    expect(points).toHaveLength(CHAINS);
    expectNormal(points, atRest(lr, c, 'temperature' in options ? options.temperature : 1));
  });

  it('the step size matters in the cases above: they are far from the posterior itself', () => {
    const wide = atRest(1.2 / LARGEST, 2);
    expect(AXES.some((i) => Math.abs(wide[i]![i]! / covariance[i]![i]! - 1) > 4 * Math.sqrt(2 / CHAINS))).toBe(true);
  });

  it.each(['sgld', 'sghmc'])(
    '%s comes to the posterior itself as the step size goes to 0',
    async (name) => {
      const lr = 0.05 / LARGEST;
      const options = { friction: 0.1, chains: CHAINS, collect_every: 600 };
      const program = build(name, lr, name === 'sgld' ? { chains: CHAINS, collect_every: 600 } : options, 600);
      // At most 2.6 % of bias, a third of the standard error of a variance.
      expectNormal(pointsOf(program.posterior(await run(program, 600))), covariance);
    },
    60_000,
  );

  it.each(['sgld', 'sghmc'])('%s has the posterior mean with batches too', async (name) => {
    const lr = 0.1 / LARGEST;
    const program = build(name, lr, { chains: 100, collect_every: 400 }, 400);
    const points = pointsOf(program.posterior(await run(program, 400, 10)));
    for (const i of AXES) {
      const values = points.map((p) => p[i]!);
      const centre = values.reduce((s, v) => s + v, 0) / values.length;
      const sd = Math.sqrt(values.reduce((s, v) => s + (v - centre) ** 2, 0) / values.length);
      // All chains see the same batches in the same order; their sum of steps is biased by at most about lr N, in posterior sds.
      expect(Math.abs(centre - mean[i]!)).toBeLessThan(4 * (sd / Math.sqrt(values.length)) + 0.1 * sd);
    }
  });
});

describe('chains', () => {
  it('one with all its velocity lost at each step is `sgld`', async () => {
    const [a, b] = [build('sghmc', 1e-3, { friction: 1, chains: 2 }, 30), build('sgld', 1e-3, { chains: 2 }, 30)];
    const [x, y] = [pointsOf(a.posterior(await run(a, 30))), pointsOf(b.posterior(await run(b, 30)))];
    expect(x).toHaveLength(30);
    x.forEach((point, i) => {
      point.forEach((v, j) => {
        expect(v).toBeCloseTo(y[i]![j]!, 12);
      });
    });
  });

  it('the first of many goes where it goes alone, and draws of a chain lie together', async () => {
    const [one, three] = [build('sghmc', 1e-3, { chains: 1 }, 40), build('sghmc', 1e-3, { chains: 3 }, 40)];
    const [alone, all] = [one.posterior(await run(one, 40)), three.posterior(await run(three, 40))];
    expect(alone.chains).toBe(1);
    expect(all.chains).toBe(3);
    expect(pointsOf(all)).toHaveLength(60);
    expect(pointsOf(all).slice(0, 20)).toEqual(pointsOf(alone));
    // Neighbours in a chain are near; the start of the next chain is elsewhere.
    const far = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((v, i) => v - b[i]!));
    const points = pointsOf(all);
    expect(far(points[0]!, points[1]!)).toBeLessThan(far(points[19]!, points[20]!));
  });

  it('holds the draws that were kept so far, where it is stopped on the way', async () => {
    const program = build('sgld', 1e-3, { chains: 2, burn_in: 0, collect_every: 10 }, 100);
    const [part, whole] = [program.posterior(await run(program, 35)), program.posterior(await run(program, 100))].map(
      pointsOf,
    );
    expect(whole).toHaveLength(20);
    expect(part).toEqual([...whole!.slice(0, 3), ...whole!.slice(10, 13)]);
  });

  it('shows where it stands before a draw was kept', async () => {
    const program = build('sgld', 1e-3, { chains: 2, burn_in: 50 }, 100);
    const state = await run(program, 10);
    expect(pointsOf(program.posterior(state))).toEqual(
      [0, 1].map((c) => [
        ...Float32Array.from(state['fc1.weight.chain']!.data.slice(2 * c, 2 * c + 2)),
        Math.fround(state['fc1.bias.chain']!.data[c]!),
      ]),
    );
  });

  it('without temperature it is gradient descent', async () => {
    const [cold, map] = [build('sgld', 0.01 / N, { temperature: 0, collect_every: 500 }, 500), engines.get('map')!];
    const [point] = pointsOf(cold.posterior(await run(cold, 500)));
    const descent = map.build({
      density: buildDensity(model),
      guide: guide(model, () => 'Delta'),
      optimizer: optimizer('sgd', 0.01),
      estimator: 'shared',
      options: {},
      schedules: {},
      masks: new Map(),
      course: { steps: 500, stepsPerEpoch: 4 },
    });
    const start = cold.initial(rootKey(3), null);
    const session = await openFor(descent, {
      'fc1.weight.mean': { ...start['fc1.weight.chain']!, type: { dtype: 'f32', shape: [2, 1] } },
      'fc1.bias.mean': { ...start['fc1.bias.chain']!, type: { dtype: 'f32', shape: [1] } },
    });
    const compiled = await session.compile(descent.step(N, { values: false }));
    const batch = {
      x: real(
        X.flatMap((x) => x.slice(0, 2)),
        [N, 2],
      ),
      y: real(data.map((r) => r.y)),
    };
    for (let i = 0; i < 500; i++)
      await session.run(compiled, [{ batch, noise: {}, scalars: scalarsAt(descent, i, i) }]);
    const state = await session.read();
    const reached = [...state['fc1.weight.mean']!.data, state['fc1.bias.mean']!.data[0]!];
    point!.forEach((v, i) => {
      expect(v).toBeCloseTo(reached[i]!, 6);
    });
  });
});
