/** `param`s of a guide: against closed forms, the default guide, finite differences in double precision, and what projection leaves. */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { drawWeights, type Posterior } from '../../src/model/posterior.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { constantNoise, keyedNoise, numbersOf, openFor, real, scalarsAt } from '../helpers/reference.ts';

const ROWS = 12;
/** Orthogonal columns of different lengths. */
const LENGTHS = [1, 2];
const columns = [
  Array.from({ length: ROWS }, (_, i) => LENGTHS[0]! * (i % 2 === 0 ? 1 : -1)),
  Array.from({ length: ROWS }, (_, i) => LENGTHS[1]! * (i % 4 < 2 ? 1 : -1)),
];
const [NOISE, TAU] = [0.5, 2];
const y = columns[0]!.map((a, i) => 1.5 * a - 0.4 * columns[1]![i]! + 0.3 * Math.sin(5 * i + 1));
const batch: Readonly<Record<string, HostArray>> = {
  x: real(Array.from({ length: ROWS }, (_, i) => [columns[0]![i]!, columns[1]![i]!]).flat(), [ROWS, 2]),
  y: real(y),
};

/** Of the exact posterior, which is independent: precisions and means of the two weights. */
const precisions = LENGTHS.map((l) => (ROWS * l * l) / NOISE ** 2 + 1 / TAU ** 2);
const means = columns.map((x, j) => x.reduce((s, v, i) => s + v * y[i]!, 0) / NOISE ** 2 / precisions[j]!);

const HEAD = 'data d = csv("d.csv") { x: real[2]; y: real }';
const OPTIONS = `batch = ${ROWS}`;

function lineWith(guide: string, infer: string): EngineProgram {
  const text = `${HEAD}
network net { input real[2]; fc = dense(1, bias = false) }
model m { fc.weight ~ Normal(0, ${TAU}); y ~ Normal(net(x), ${NOISE}) }
guide { ${guide} }
run on d { infer ${infer} }`;
  return programOf(inferencesOf(text, ROWS)[0]!);
}

const numbersIn = (state: StateArrays, name: string) => Array.from(state[name]!.data, Number);
const startOf = (program: EngineProgram) =>
  Object.fromEntries(
    Object.entries(program.initial(rootKey(1), null)).map(([name, { type, data }]) => [
      name,
      real(Float64Array.from(data), type.shape),
    ]),
  );

/** Steps under keyed noise, or the same number at each of its places: the loss before the step, and the state after it. */
async function stepperOf(program: EngineProgram) {
  const step = program.step(ROWS);
  const session = await openFor(program, startOf(program));
  const compiled = await session.compile(step);
  return async (state: StateArrays, noise: 'keyed' | number = 'keyed') => {
    const fed = noise === 'keyed' ? keyedNoise(step, rootKey(2), 0) : constantNoise(step, noise);
    await session.write(state);
    const [info] = await session.run(compiled, [{ batch, noise: fed, scalars: scalarsAt(program, 0, 0) }]);
    return { loss: numbersOf(info!).loss![0]!, after: await session.read() };
  };
}

/**
 * Steps of plain gradient descent on the expected loss: what a normal draw has in a square is the mean of what -1 and 1 have, and a step is
 * linear in the gradient.
 */
async function descended(program: EngineProgram, steps: number): Promise<StateArrays> {
  let state: StateArrays = startOf(program);
  const stepped = await stepperOf(program);
  for (let i = 0; i < steps; i++) {
    const [up, down] = [(await stepped(state, 1)).after, (await stepped(state, -1)).after];
    state = Object.fromEntries(
      Object.entries(up).map(([name, { type, data }]) => {
        const other = down[name]!.data;
        return [
          name,
          real(
            Float64Array.from(data, (v, j) => (Number(v) + Number(other[j]!)) / 2),
            type.shape,
          ),
        ];
      }),
    );
  }
  return state;
}

const siteIn = ({ sites }: Posterior, path: string) => sites.find((s) => s.path === path)!;

describe('numbers of a guide that several weights share', () => {
  const sgd = (rate: number, fast = '') =>
    `sgvb { steps = 1, ${OPTIONS}, optimizer = sgd(${rate})${fast === '' ? '' : `, optimizer of ${fast} = sgd(2)`} }`;

  it('come to rest where the bound is greatest over the family that they leave', async () => {
    const program = lineWith('param s = 0.3 in (0, inf); fc.weight ~ Normal(sd = s)', sgd(0.08, 's'));
    expect(program.state.map(({ name }) => name)).toEqual(['s.mean', 'fc.weight.mean']);
    const state = await descended(program, 80);
    // The bound is -sum_j (s^2 precision_j / 2 - log s) and what the means alone say: s^2 = J / sum of precisions.
    const expected = Math.sqrt(precisions.length / (precisions[0]! + precisions[1]!));
    expect(Math.exp(numbersIn(state, 's.mean')[0]!)).toBeCloseTo(expected, 8);
    means.forEach((mean, j) => void expect(numbersIn(state, 'fc.weight.mean')[j]).toBeCloseTo(mean, 8));
    const { mean, sd } = siteIn(program.posterior(state), 'fc.weight');
    // The posterior is in single precision.
    for (const [j, own] of [...sd].entries()) {
      expect(own).toBeCloseTo(expected, 6);
      expect(mean[j]).toBeCloseTo(means[j]!, 6);
    }
  });

  it('that are one for each input are those of the rows of a weight', () => {
    const text = `${HEAD}
network net { input real[2]; fc1 = dense(3); tanh; fc2 = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 0.5) }
guide { param s[fc1.input] = uniform(0.1, 1) in (0, inf); fc1.weight ~ Normal(sd = s) }
run on d { infer sgvb { steps = 1, ${OPTIONS} } }`;
    const program = programOf(inferencesOf(text, ROWS)[0]!);
    const state = startOf(program);
    const s = numbersIn(state, 's[fc1.input].mean').map(Math.exp);
    expect(s[0]).not.toBe(s[1]);
    const { sd } = siteIn(program.posterior(state), 'fc1.weight');
    [...sd].forEach((v, i) => void expect(v).toBeCloseTo(s[Math.floor(i / 3)]!, 6));
  });

  it('that are one for each weight find the exact posterior, as the guide does that learns them itself', async () => {
    const own = 'param mu[fc.weight] = uniform(-1, 1); param s[fc.weight] = 0.3 in (0, inf); fc.weight ~ Normal(mu, s)';
    const program = lineWith(own, sgd(0.08, 's'));
    const start = numbersIn(startOf(program), 'mu[fc.weight].mean');
    expect(start.every((v) => Math.abs(v) < 1) && start[0] !== start[1]).toBe(true);
    const state = await descended(program, 80);
    means.forEach((mean, j) => void expect(numbersIn(state, 'mu[fc.weight].mean')[j]).toBeCloseTo(mean, 8));
    precisions.forEach(
      (p, j) => void expect(numbersIn(state, 's[fc.weight].mean')[j]).toBeCloseTo(-0.5 * Math.log(p), 7),
    );
  });

  it('move as those of the guide that learns them itself, through the log variance', async () => {
    const RATE = 0.01;
    const tied = lineWith('param s[fc.weight] = 0.3 in (0, inf); fc.weight ~ Normal(sd = s)', sgd(RATE));
    const plain = lineWith('fc.weight ~ Normal(sd = 0.3)', sgd(RATE));
    const mean = real([0.4, -0.7], [2, 1]);
    const before = { ...startOf(tied), 'fc.weight.mean': mean };
    const { after } = await (await stepperOf(tied))(before);
    const other = {
      ...startOf(plain),
      'fc.weight.mean': mean,
      'fc.weight.log_variance': real(
        [0, 1].map(() => 2 * numbersIn(before, 's[fc.weight].mean')[0]!),
        [2, 1],
      ),
    };
    const { after: expected } = await (await stepperOf(plain))(other);
    for (const j of [0, 1]) {
      expect(numbersIn(after, 'fc.weight.mean')[j]).toBeCloseTo(numbersIn(expected, 'fc.weight.mean')[j]!, 12);
      const change = numbersIn(expected, 'fc.weight.log_variance')[j]! - numbersIn(other, 'fc.weight.log_variance')[j]!;
      // The logarithm of s is half the log variance, so its slope is twice as steep.
      expect(numbersIn(after, 's[fc.weight].mean')[j]! - numbersIn(before, 's[fc.weight].mean')[j]!).toBeCloseTo(
        2 * change,
        12,
      );
    }
  });
});

describe('Gaussian dropout with rates that are learned', () => {
  const text = (estimator: string, rate: number) => `${HEAD}
network net { input real[2]; fc1 = dense(3); tanh; fc2 = dense(1) }
model m { *.weight ~ LogUniform(); *.bias ~ Flat(); y ~ Normal(net(x), 0.5) }
guide {
  param alpha[*.unit] = 0.5 in (0, 1]
  param mu[*.weight] = kaiming_uniform()
  *.weight ~ Normal(mu, sqrt(alpha) * abs(mu))
  *.bias ~ Delta()
}
run on d { infer sgvb { steps = 1, ${OPTIONS}, optimizer = sgd(${rate}), estimator = ${estimator} } }`;
  const programWith = (estimator: string, rate: number) => programOf(inferencesOf(text(estimator, rate), ROWS)[0]!);

  it('starts weights as `kaiming_uniform` says, each layer by its inputs', () => {
    const program = programWith('shared', 1);
    const state = startOf(program);
    const bounds = { 'mu[fc1.weight].mean': Math.sqrt(6 / 2), 'mu[fc2.weight].mean': Math.sqrt(6 / 3) };
    for (const [name, bound] of Object.entries(bounds)) {
      const values = numbersIn(state, name);
      expect(values.every((v) => Math.abs(v) <= bound)).toBe(true);
      expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(bound / 3);
    }
    expect(program.state.some(({ name }) => /weight\.(mean|log_variance)$/.test(name) && !name.startsWith('mu'))).toBe(
      false,
    );
  });

  it.each(['local_reparameterization', 'flipout', 'shared'])(
    '%s has the slopes of finite differences',
    async (estimator) => {
      // Small enough that no rate comes to the end of its range.
      const RATE = 1e-3;
      const program = programWith(estimator, RATE);
      const start = startOf(program);
      const stepped = await stepperOf(program);
      const { after } = await stepped(start);
      const h = 1e-5;
      for (const name of Object.keys(start)) {
        for (let j = 0; j < start[name]!.data.length; j++) {
          const lossAt = async (by: number) => {
            const data = Float64Array.from(start[name]!.data);
            data[j]! += by;
            return (await stepped({ ...start, [name]: { ...start[name]!, data } })).loss / ROWS;
          };
          const slope = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
          const found = (numbersIn(start, name)[j]! - numbersIn(after, name)[j]!) / RATE;
          // Central differences at 1e-5 are right to 1e-10 of a third derivative, and to 1e-11 of a loss.
          expect(Math.abs(found - slope), `${name}[${j}]`).toBeLessThan(1e-6 * (1 + Math.abs(slope)));
        }
      }
    },
  );

  it('has a posterior of the same draws as its formula, of which a pruned weight is 0', () => {
    const program = programWith('shared', 1);
    const state = startOf(program);
    const { mean, sd } = siteIn(program.posterior(state), 'fc1.weight');
    const [mu, alpha] = [
      numbersIn(state, 'mu[fc1.weight].mean'),
      numbersIn(state, 'alpha[fc1.unit].mean').map(Math.exp),
    ];
    mu.forEach((m, i) => {
      expect(mean[i]).toBe(Math.fround(m));
      // Rounded once as a log variance, of about 1, and once as a root.
      expect(sd[i]! / (Math.sqrt(alpha[i % 3]!) * Math.abs(m))).toBeCloseTo(1, 6);
    });
    const mask = Uint8Array.from([1, 0, 1, 1, 1, 0]);
    const pruned = programOf(inferencesOf(text('shared', 1), ROWS)[0]!, new Map([['fc1.weight', mask]]));
    const drawn = drawWeights(pruned.posterior(pruned.initial(rootKey(1), null)), 0, () => rootKey(4))['fc1.weight']!;
    expect([...drawn.data].map((v) => (v === 0 ? 0 : 1))).toEqual([...mask]);
  });

  it('gives no slope to what was pruned, and keeps it where it was', async () => {
    const mask = Uint8Array.from([1, 0, 1, 1, 1, 0]);
    const program = programOf(
      inferencesOf(text('local_reparameterization', 0.1), ROWS)[0]!,
      new Map([['fc1.weight', mask]]),
    );
    const start = startOf(program);
    const { after, loss } = await (await stepperOf(program))(start);
    expect(Number.isFinite(loss)).toBe(true);
    const moved = numbersIn(after, 'mu[fc1.weight].mean').map((v, i) =>
      v === numbersIn(start, 'mu[fc1.weight].mean')[i] ? 0 : 1,
    );
    expect(moved).toEqual([...mask]);
  });
});

describe('where a later inference starts', () => {
  const text = `${HEAD}
network net { input real[2]; fc = dense(1, bias = false) }
model m { fc.weight ~ Normal(0, ${TAU}); y ~ Normal(net(x), ${NOISE}) }
guide rates { param mu[fc.weight] = 0; param s = 0.3 in (0, inf); fc.weight ~ Normal(mu, s) }
run on d {
  infer map { steps = 1, ${OPTIONS} }
  infer sgvb with rates { steps = 1, ${OPTIONS} }
  infer sgvb with rates { steps = 1, ${OPTIONS} }
  infer map { steps = 1, ${OPTIONS} }
}`;
  it('is where the sites were left of which a `param` is the mean, and then where the `param`s were', () => {
    const [first, second, third, fourth] = inferencesOf(text, ROWS).map((step) => programOf(step));
    const point = { ...startOf(first!), 'fc.weight.mean': real([0.7, -0.2], [2, 1]) };
    const begun = second!.initial(rootKey(1), first!.posterior(point));
    expect(numbersIn(begun, 'mu[fc.weight].mean')).toEqual([0.7, -0.2].map(Math.fround));
    const moved = { ...begun, 'mu[fc.weight].mean': real([1, 2], [2, 1]), 's.mean': real([-3], []) };
    const again = third!.initial(rootKey(1), second!.posterior(moved));
    expect([numbersIn(again, 'mu[fc.weight].mean'), numbersIn(again, 's.mean')]).toEqual([[1, 2], [-3]]);
    // Whoever goes on without the guide finds the weights.
    expect(fourth!.state.some(({ name }) => name.startsWith('mu'))).toBe(false);
    expect(numbersIn(fourth!.initial(rootKey(1), third!.posterior(again)), 'fc.weight.mean')).toEqual([1, 2]);
  });
});
