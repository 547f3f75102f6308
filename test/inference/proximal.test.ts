/**
 * Proximal steps and dual averaging: the recurrences by hand, and the lasso, whose optimum is known by its conditions: where a weight is
 * not 0 the slope of the squares is minus the sign over the scale, where it is 0 the slope is no larger.
 */
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import type { EngineProgram } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import type { CheckedDistribution } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { distribution, guide, model, network, number, optimizer, output } from '../helpers/models.ts';
import { openFor, real, scalarsAt } from '../helpers/reference.ts';

const [ROWS, INPUTS, NOISE] = [30, 6, 0.5];
const normals = new Float32Array(ROWS * (INPUTS + 1));
fillNormal(childKey(rootKey(17), 'data'), normals);
const x = [...normals.slice(0, ROWS * INPUTS)];
/** Three inputs of six matter. */
const truth = [1.5, 0, -1, 0, 0, 0.8];
const rowAt = (i: number) => x.slice(i * INPUTS, (i + 1) * INPUTS);
const y = Array.from({ length: ROWS }, (_, i) =>
  rowAt(i).reduce((s, v, j) => s + v * truth[j]!, NOISE * normals[ROWS * INPUTS + i]!),
);

function build(
  prior: CheckedDistribution,
  kind: string,
  rate: number,
  options: OptionValues = {},
  outputs = 1,
): EngineProgram {
  const of = model({
    network: network([INPUTS], [['dense', { outputs, bias: false }, 'fc1']]),
    prior: () => prior,
    column: { kind: 'real', shape: outputs === 1 ? [] : [outputs] },
    likelihood: distribution('Normal', output, NOISE),
    rows: ROWS,
  });
  return engines.get('map')!.build({
    density: buildDensity(of),
    guide: guide(of, () => 'Delta'),
    optimizer: optimizer(kind, rate, options),
    estimator: 'shared',
    options: {},
    schedules: { prior_weight: number(1) },
    masks: new Map(),
    course: { steps: 2000, stepsPerEpoch: 1 },
  });
}

async function path(program: EngineProgram, start: readonly number[], steps: number, answers = y): Promise<number[][]> {
  const { shape } = program.state[0]!.type;
  const slots = program.state.slice(1).map((s) => [s.name, real(new Float64Array(start.length), s.type.shape)]);
  const session = await openFor(program, { 'fc1.weight.mean': real(start, shape), ...Object.fromEntries(slots) });
  const compiled = await session.compile(program.step(ROWS, { values: false }));
  const batch = { x: real(x, [ROWS, INPUTS]), y: real(answers, shape[1] === 1 ? [ROWS] : [ROWS, shape[1]!]) };
  const points: number[][] = [];
  for (let i = 0; i < steps; i++) {
    await session.run(compiled, [{ batch, noise: {}, scalars: scalarsAt(program, i, i) }]);
    points.push([...(await session.read(['fc1.weight.mean']))['fc1.weight.mean']!.data]);
  }
  session.dispose();
  return points;
}

/** Of the sum of squares over 2 s^2 N, at `w`. */
function slope(w: readonly number[]): number[] {
  const gradient = new Array<number>(INPUTS).fill(0);
  for (let i = 0; i < ROWS; i++) {
    const residual = rowAt(i).reduce((s, v, j) => s + v * w[j]!, -y[i]!);
    rowAt(i).forEach((v, j) => {
      gradient[j]! += (residual * v) / (NOISE ** 2 * ROWS);
    });
  }
  return gradient;
}

const soft = (v: number, by: number) => Math.sign(v) * Math.max(0, Math.abs(v) - by);
const start = [0.3, -0.2, 0.1, 0.4, -0.1, 0.2];
const SCALE = 0.05;
const laplace = distribution('Laplace', 0, SCALE);

describe('the recurrence', () => {
  it('of a proximal step is that of ISTA, with momentum before the threshold', async () => {
    const [rate, momentum] = [0.05, 0.5];
    let w = [...start];
    let velocity = new Array<number>(INPUTS).fill(0);
    const expected = Array.from({ length: 20 }, () => {
      velocity = slope(w).map((g, j) => momentum * velocity[j]! + g);
      w = w.map((v, j) => soft(v - rate * velocity[j]!, rate / (SCALE * ROWS)));
      return w;
    });
    const found = await path(build(laplace, 'proximal', rate, { momentum }), start, 20);
    found.flat().forEach((v, i) => {
      expect(v).toBeCloseTo(expected.flat()[i]!, 11);
    });
  });

  it('of dual averaging sums all gradients, and takes as many steps of the prior', async () => {
    const rate = 0.05;
    const v = [...start];
    let w = [...start];
    const expected = Array.from({ length: 20 }, (_, t) => {
      slope(w).forEach((g, j) => {
        v[j]! -= rate * g;
      });
      w = v.map((value) => soft(value, (rate * (t + 1)) / (SCALE * ROWS)));
      return w;
    });
    const found = await path(build(laplace, 'dual_averaging', rate), start, 20);
    found.flat().forEach((value, i) => {
      expect(value).toBeCloseTo(expected.flat()[i]!, 11);
    });
  });
});

describe('the lasso', () => {
  it('is what proximal steps come to, with weights that are exactly 0', async () => {
    const w = (await path(build(laplace, 'proximal', 0.05), start, 2000)).at(-1)!;
    const g = slope(w);
    w.forEach((v, j) => {
      const limit = 1 / (SCALE * ROWS);
      if (v === 0) expect(Math.abs(g[j]!)).toBeLessThan(limit);
      // The fixed point is reached to rounding.
      else expect(g[j]! + Math.sign(v) * limit).toBeCloseTo(0, 9);
    });
    expect(w.map((v) => v !== 0)).toEqual(truth.map((v) => v !== 0));
  });

  it('is near what dual averaging comes to: the same weights are 0, the others within 1 / t', async () => {
    const exact = (await path(build(laplace, 'proximal', 0.05), start, 2000)).at(-1)!;
    const steps = 2000;
    const w = (await path(build(laplace, 'dual_averaging', 0.05), start, steps)).at(-1)!;
    // The start point is never forgotten, but it counts 1 / (rate t) of a gradient: 0.4 / (0.05 * 2000) = 0.004.
    w.forEach((v, j) => {
      expect(v === 0).toBe(exact[j] === 0);
      expect(Math.abs(v - exact[j]!)).toBeLessThan(0.01);
    });
  });
});

describe('groups', () => {
  it.each(['proximal', 'dual_averaging'])('are 0 as a whole under GroupLaplace with %s', async (kind) => {
    // Two units: the answers of the second are noise.
    const answers = y.flatMap((v, i) => [v, 0.1 * Math.sin(7 * i)]);
    const program = build(distribution('GroupLaplace', 0.05), kind, 0.02, {}, 2);
    const begin = start.flatMap((v) => [v, -v]);
    const w = (await path(program, begin, 500, answers)).at(-1)!;
    expect(w.filter((_, i) => i % 2 === 1).every((v) => v === 0)).toBe(true);
    expect(w.filter((_, i) => i % 2 === 0).every((v) => v !== 0)).toBe(true);
  });
});
