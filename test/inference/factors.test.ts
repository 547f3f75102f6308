/** Factors of a model: against densities that say the same, values worked out by hand, and finite differences in double precision. */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { passesOver } from '../helpers/passes.ts';
import { keyedNoise, numbersOf, openFor, real, runOnce, scalarsAt } from '../helpers/reference.ts';

const ROWS = 6;
const X = Array.from({ length: ROWS * 2 }, (_, i) => Math.sin(i * 1.7));
const Y = Array.from({ length: ROWS }, (_, i) => X[2 * i]! - 0.5);
const batch: Readonly<Record<string, HostArray>> = { x: real(X, [ROWS, 2]), y: real(Y) };

const sampling = (engine: string) => (['sgld', 'sghmc'].includes(engine) ? ', lr = 1e-4, burn_in = 1 steps' : '');

interface Text {
  readonly engine: string;
  readonly lines: string;
  readonly options?: string;
  readonly layers?: string;
  readonly guide?: string;
}

/** Of twice as many training rows as a batch has. */
function programFor({
  engine,
  lines,
  options = '',
  layers = 'fc1 = dense(3); tanh; fc2 = dense(1)',
  guide = '',
}: Text) {
  const text = `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; ${layers} }
model m { ${lines} }
${guide}
run on d { infer ${engine} { steps = 8, batch = ${ROWS}${sampling(engine)}${options} } }`;
  return programOf(inferencesOf(text, 2 * ROWS)[0]!);
}

async function trained(program: EngineProgram, start = program.initial(rootKey(1), null), steps = 8) {
  const session = await openFor(program, start);
  const step = program.step(ROWS);
  const compiled = await session.compile(step);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const feed = { batch, noise: keyedNoise(step, rootKey(5), i), scalars: scalarsAt(program, i, i) };
    const [info] = await session.run(compiled, [feed]);
    losses.push(numbersOf(info!).loss![0]!);
  }
  const state = await session.read();
  session.dispose();
  return { losses, state };
}

/** Equal but for the rounding of double precision. */
function expectSame(a: StateArrays, b: StateArrays): void {
  expect(Object.keys(a)).toEqual(Object.keys(b));
  for (const [name, { data }] of Object.entries(a)) {
    Array.from(data).forEach((value, i) => {
      const other = Number(b[name]!.data[i]);
      expect(Math.abs(Number(value) - other), `${name} ${value} ${other}`).toBeLessThan(1e-9 * (1 + Math.abs(other)));
    });
  }
}

const names = [...engines].map((engine) => engine.name);

describe('a factor of rows', () => {
  const model = (sd: number, factor: string) => `* ~ Normal(0, 1)
  f = net(x)
  y ~ Normal(f, ${sd})
  ${factor}`;

  it.each(names.filter((name) => engines.get(name)?.linearises !== true))(
    'under %s is what a narrower likelihood is',
    async (engine) => {
      // exp(-1.5 r^2) N(r; 0, 1) is N(r; 0, 1/2) but for a factor of 2.
      const own = await trained(programFor({ engine, lines: model(1, 'factor -1.5 * (y - f) ^ 2') }));
      const other = await trained(programFor({ engine, lines: model(0.5, '') }));
      expectSame(own.state, other.state);
      own.losses.forEach((loss, i) => {
        expect(loss - other.losses[i]!).toBeCloseTo(2 * ROWS * Math.log(2), 8);
      });
    },
  );

  it('has the value that it has by hand, of outputs, layers within, columns and latents', async () => {
    const lines = (factor: string) => `shift ~ Normal(0, 1)
  * ~ Normal(0, 1)
  f = net(x)
  y ~ Normal(f, 1)
  ${factor}`;
    const layers = 'fc1 = dense(2); fc2 = dense(1)';
    const own = 'factor 0.3 * y * f - sum(f.fc1 ^ 2) + mean(x) * shift; factor -0.1 * mean(f.fc1) * sum(shift)';
    const [whole, plain] = [own, 'factor 0 * shift'].map((f) => programFor({ engine: 'map', lines: lines(f), layers }));
    const numbers = [0.7, -0.4, 0.2, 0.5];
    const start: StateArrays = {
      ...plain!.initial(rootKey(1), null),
      'shift.mean': real([0.6], []),
      'fc1.weight.mean': real(numbers, [2, 2]),
      'fc1.bias.mean': real([0.1, -0.3]),
      'fc2.weight.mean': real([1.5, -0.8], [2, 1]),
      'fc2.bias.mean': real([0.25]),
    };
    const lossOf = async (program: EngineProgram) => (await trained(program, start, 1)).losses[0]!;
    let byHand = 0;
    for (let i = 0; i < ROWS; i++) {
      const [a, b] = [X[2 * i]!, X[2 * i + 1]!];
      const hidden = [a * 0.7 + b * 0.2 + 0.1, a * -0.4 + b * 0.5 - 0.3];
      const f = hidden[0]! * 1.5 - hidden[1]! * 0.8 + 0.25;
      byHand += 0.3 * Y[i]! * f - hidden[0]! ** 2 - hidden[1]! ** 2 + ((a + b) / 2) * 0.6;
      byHand -= ((0.1 * (hidden[0]! + hidden[1]!)) / 2) * 0.6;
    }
    // Twice as many rows as in the batch.
    expect((await lossOf(plain!)) - (await lossOf(whole!))).toBeCloseTo(2 * byHand, 9);
  });

  it('has the gradient that finite differences of the loss have', async () => {
    const lines = `shift ~ Normal(0, 1)
  tau[fc1.unit] ~ Gamma(2, 2)
  fc1.weight ~ Normal(0, tau)
  fc1.bias, fc2.* ~ Normal(0, 1)
  f = net(x)
  y ~ Normal(f, 1)
  factor -relu(f + 0.1) * y - 0.2 * mean(f.fc1 ^ 2) * exp(shift)
  factor -sum(log(1 + tau) * shift)`;
    const program = programFor({ engine: 'map', lines, options: ', optimizer = sgd(1)' });
    const start = program.initial(rootKey(1), null);
    const step = program.step(ROWS);
    const feed = { batch, noise: keyedNoise(step, rootKey(2), 0), scalars: scalarsAt(program, 0, 0) };
    const at = async (state: StateArrays) => runOnce(step, state, feed);
    const lossAt = async (state: StateArrays) => numbersOf((await at(state))[0]).loss![0]! / (2 * ROWS);
    const [, after] = await at(start);
    const h = 1e-5;
    for (const name of Object.keys(start).filter((n) => n.endsWith('.mean'))) {
      for (let j = 0; j < start[name]!.data.length; j++) {
        const moved = (by: number) => {
          const data = Float64Array.from(start[name]!.data);
          data[j]! += by;
          return lossAt({ ...start, [name]: { ...start[name]!, data } });
        };
        const slope = Number(start[name]!.data[j]) - Number(after[name]!.data[j]);
        expect(slope, name).toBeCloseTo(((await moved(h)) - (await moved(-h))) / (2 * h), 7);
      }
    }
  });
});

describe('a factor that counts once', () => {
  const model = (sd: number, factors: string) => `shift ~ Normal(0, ${sd})
  tau[fc1.unit] ~ Normal(0, ${sd})
  * ~ Normal(0, 1)
  y ~ Normal(net(x) + shift, 1)
  ${factors}`;
  const factors = 'factor -1.5 * shift ^ 2 - 1.2 * sum(tau ^ 2); factor -0.9 * mean(tau ^ 2)';
  const constant = 4 * Math.log(2);

  it.each(names.filter((name) => name !== 'sgvb'))('under %s is what a narrower prior is', async (engine) => {
    const own = await trained(programFor({ engine, lines: model(1, factors) }));
    const other = await trained(programFor({ engine, lines: model(0.5, '') }));
    expectSame(own.state, other.state);
    own.losses.forEach((loss, i) => {
      expect(loss - other.losses[i]!).toBeCloseTo(constant, 8);
    });
  });

  it('is curved under laplace as the prior that it stands for', async () => {
    const posteriorOf = async (lines: string) => {
      const program = programFor({ engine: 'laplace', lines, options: ', covariance = full' });
      return program.finish!((await trained(program)).state, passesOver(batch, ROWS));
    };
    const [own, other] = [await posteriorOf(model(1, factors)), await posteriorOf(model(0.5, ''))];
    own.sites.forEach((site, i) => {
      site.sd.forEach((sd, j) => {
        expect(sd).toBeCloseTo(other.sites[i]!.sd[j]!, 5);
      });
    });
  });

  it('has under sgvb the expected slope that it has in closed form', async () => {
    // E of -1.5 (s + 1)^2 under N(m, v) is -1.5 ((m + 1)^2 + v): slopes 3 (m + 1) of m, and 1.5 v of log v.
    const lines = (factor: string) => `shift ~ Normal(0, 1)
  * ~ Normal(0, 1)
  y ~ Normal(net(x), 1)
  factor ${factor} * (shift + 1) ^ 2`;
    const program = programFor({
      ...{ engine: 'sgvb', lines: lines('-1.5'), options: ', optimizer = sgd(1)' },
      guide: 'guide { shift ~ Normal(sd = 0.7) }',
    });
    const start: StateArrays = { ...program.initial(rootKey(1), null), 'shift.mean': real([0.3], []) };
    const v = 0.7 ** 2;
    // With those of KL(N(m, v) || N(0, 1)).
    const wanted = [3 * 1.3 + 0.3, 1.5 * v + (v - 1) / 2];
    const step = program.step(ROWS);
    const found: number[][] = [];
    for (let i = 0; i < 400; i++) {
      const feed = { batch, noise: keyedNoise(step, rootKey(7), i), scalars: scalarsAt(program, 0, 0) };
      const [, after] = await runOnce(step, start, feed);
      const parameters = ['shift.mean', 'shift.log_variance'] as const;
      found.push(parameters.map((name) => 2 * ROWS * (Number(start[name]!.data[0]) - Number(after[name]!.data[0]))));
    }
    wanted.forEach((slope, j) => {
      const mean = found.reduce((sum, f) => sum + f[j]!, 0) / found.length;
      const variance = found.reduce((sum, f) => sum + (f[j]! - mean) ** 2, 0) / (found.length - 1);
      expect(Math.abs(mean - slope)).toBeLessThan(4 * Math.sqrt(variance / found.length));
    });
  });

  it('of gates is what other odds are, in all states of them', async () => {
    const lines = (p: number, factor: string) => `z[fc1.unit] ~ Bernoulli(${p})
  gate fc1.unit with z
  * ~ Normal(0, 1)
  y ~ Normal(net(x), 1)
  ${factor}`;
    const options = ', estimator of z = exact';
    const [own, other] = await Promise.all(
      // Odds of 1 times e^2 each: 1 / (1 + e^-2).
      [lines(0.5, 'factor 2 * sum(if z then 1 else 0)'), lines(1 / (1 + Math.exp(-2)), '')].map((text) =>
        trained(programFor({ engine: 'sgvb', lines: text, options })),
      ),
    );
    expectSame(own!.state, other!.state);
    // exp(2 z) times 1/2 sums to (1 + e^2) / 2.
    const constant = 3 * Math.log((1 + Math.exp(2)) / 2);
    own!.losses.forEach((loss, i) => {
      expect(other!.losses[i]! - loss).toBeCloseTo(constant, 8);
    });
  });
});
