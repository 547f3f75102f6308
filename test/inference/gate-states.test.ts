/** Estimators that look at several states of the gates, inside a training: against closed forms, enumeration and each other. */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { keyedNoise, numbersOf, openFor, real, scalarsAt } from '../helpers/reference.ts';

const ROWS = 8;

/** A network with gates of units and of inputs, whose weights are points: given the gates nothing else is random. */
function network(options: string, layers = 'fc1 = dense(3); tanh; fc2 = dense(1)'): EngineProgram {
  const step = inferencesOf(
    `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; ${layers} }
model m {
  z[fc1.unit] ~ Bernoulli(0.4)
  gate fc1.unit with z
  s[fc1.input] ~ Bernoulli(0.5)
  gate fc1.input with s
  * ~ Normal(0, 1)
  y ~ Normal(net(x), 0.5)
}
guide { * ~ Delta() }
run on d { infer sgvb { steps = 10, batch = ${ROWS}, optimizer = sgd(1), ${options} } }`,
    ROWS,
  )[0]!;
  return programOf(step);
}

const batch: Readonly<Record<string, HostArray>> = (() => {
  const normals = new Float32Array(3 * ROWS);
  fillNormal(rootKey(3), normals);
  const x = normals.subarray(0, 2 * ROWS);
  const y = Array.from({ length: ROWS }, (_, i) => Math.sin(2 * x[2 * i]!) + 0.3 * normals[2 * ROWS + i]!);
  return { x: real(x, [ROWS, 2]), y: real(y) };
})();

/** Log odds away from the start, where they are all alike. */
function startOf(program: EngineProgram): StateArrays {
  const start = program.initial(rootKey(1), null);
  const odds: Readonly<Record<string, readonly number[]>> = {
    'z[fc1.unit].logits': [0.5, -0.3, 1],
    's[fc1.input].logits': [0.2, -1],
  };
  return Object.fromEntries(
    Object.entries(start).map(([name, array]) => [
      name,
      name in odds ? { ...array, data: Float64Array.from(odds[name]!) } : array,
    ]),
  );
}

interface Found {
  /** Loss, and the gradients of all parameters, in one list for each step. */
  readonly values: readonly (readonly number[])[];
  readonly state: StateArrays;
}

/** Steps from one state with fresh noise each: a rate of 1 shows the gradient of loss / N. */
async function found(program: EngineProgram, steps: number, at = 5): Promise<Found> {
  const start = startOf(program);
  const parameters = program.state.filter(({ name }) => /\.(mean|logits)$/.test(name)).map((s) => s.name);
  const session = await openFor(program, start);
  const step = program.step(ROWS);
  const compiled = await session.compile(step);
  const values: number[][] = [];
  for (let i = 0; i < steps; i++) {
    await session.write(start);
    const feed = { batch, noise: keyedNoise(step, rootKey(2), i), scalars: scalarsAt(program, at, at) };
    const [info] = await session.run(compiled, [feed]);
    const after = await session.read();
    const moved = parameters.flatMap((name) =>
      Array.from(start[name]!.data, (v, j) => Number(v) - Number(after[name]!.data[j])),
    );
    values.push([numbersOf(info!).loss![0]! / ROWS, ...moved]);
  }
  const state = await session.read();
  session.dispose();
  return { values, state };
}

function meansOf(values: readonly (readonly number[])[]) {
  const n = values.length;
  return values[0]!.map((_, j) => {
    const mean = values.reduce((s, v) => s + v[j]!, 0) / n;
    const variance = values.reduce((s, v) => s + (v[j]! - mean) ** 2, 0) / (n - 1);
    return { mean, se: Math.sqrt(variance / n) };
  });
}

const both = (estimator: string) => `estimator of z = ${estimator}, estimator of s = ${estimator}`;

describe('the loss in all states', () => {
  it('has the gradient that finite differences of it have', async () => {
    const program = network(both('exact'));
    const [exact] = (await found(program, 1)).values;
    const start = startOf(program);
    const step = program.step(ROWS);
    const lossAt = async (state: StateArrays) => {
      const session = await openFor(program, state);
      const feed = { batch, noise: keyedNoise(step, rootKey(2), 0), scalars: scalarsAt(program, 0, 0) };
      const [info] = await session.run(await session.compile(step), [feed]);
      session.dispose();
      return numbersOf(info!).loss![0]! / ROWS;
    };
    const h = 1e-5;
    let place = 1;
    for (const { name } of program.state.filter((s) => /\.(mean|logits)$/.test(s.name))) {
      for (let j = 0; j < start[name]!.data.length; j++) {
        const moved = (by: number) => {
          const data = Float64Array.from(start[name]!.data);
          data[j]! += by;
          return lossAt({ ...start, [name]: { ...start[name]!, data } });
        };
        expect(exact![place]!).toBeCloseTo(((await moved(h)) - (await moved(-h))) / (2 * h), 6);
        place += 1;
      }
    }
  });

  it('needs no noise', () => {
    expect(network(both('exact')).step(ROWS).noise).toEqual([]);
  });
});

describe('unbiased estimators', () => {
  it.each(['arm', 'arm(2)', 'reinforce(4)', 'reinforce(1)', 'exact_difference'])(
    '%s agrees with enumeration in loss and in every gradient, of gates and weights',
    async (estimator) => {
      const [exact] = (await found(network(both('exact')), 1)).values;
      const program = network(both(estimator));
      const sampled = meansOf((await found(program, 1200)).values);
      const off = exact!.map((value, j) => Math.abs(sampled[j]!.mean - value) / (sampled[j]!.se + 1e-9));
      // Of some twenty gradients one may be four errors off once in seven hundred times; five are not seen.
      expect(Math.max(...off)).toBeLessThan(5);
    },
  );

  it('see a borrowed slope as the bias that it is', async () => {
    const [exact] = (await found(network(both('exact')), 1)).values;
    const sampled = meansOf((await found(network(both('ste')), 2000)).values);
    const off = exact!.map((value, j) => Math.abs(sampled[j]!.mean - value) / (sampled[j]!.se + 1e-9));
    expect(Math.max(...off)).toBeGreaterThan(5);
  });

  it('may have estimators with a slope beside them', async () => {
    const program = network('estimator of z = exact, estimator of s = gumbel');
    expect(program.step(ROWS).noise.map((n) => n.name)).toEqual(['s[fc1.input].draw']);
    const { values } = await found(program, 50);
    expect(values.flat().every(Number.isFinite)).toBe(true);
  });
});

describe('a step', () => {
  it.each(['arm', 'reinforce(1)', 'exact_difference'])('of %s is the same for the same seed', async (estimator) => {
    const program = network(both(estimator));
    expect(await found(program, 3)).toEqual(await found(program, 3));
  });

  it('of one draw moves a running mean, and has no gradient of gates from it at first', async () => {
    const program = network(both('reinforce(1)'));
    const first = await found(program, 1, 0);
    const loss = Number(first.state['reinforce.baseline']!.data[0]);
    // The divergence of the gates themselves is in the loss, and so in the baseline.
    expect(loss).toBeCloseTo(first.values[0]![0]!, 5);
  });

  it('moves the statistics of batch norm by those of all states', async () => {
    const program = network(both('arm'), 'fc1 = dense(3); bn = batch_norm(); tanh; fc2 = dense(1)');
    const { state, values } = await found(program, 1);
    expect(values.flat().every(Number.isFinite)).toBe(true);
    expect(state['bn.statistics.mean']!.data.some((v) => v !== 0)).toBe(true);
  });

  it('skips values that nobody asked for', () => {
    const program = network(both('arm'));
    expect(program.step(ROWS, { values: false }).graph.values.length).toBeLessThan(
      program.step(ROWS).graph.values.length,
    );
  });
});
