/** Optimizers of single sites: each follows its own recurrence, written out here in float64, with gradients of the whole model. */
import { describe, expect, it } from 'vitest';
import { rootKey } from '../../src/base/keys.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { compileSchedule } from '../../src/language/index.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { keyedNoise, openFor, real } from '../helpers/reference.ts';

const ROWS = 5;
const X = Array.from({ length: ROWS }, (_, i) => [Math.sin(i * 1.7), Math.cos(i * 0.6)] as const);
const Y = X.map(([a, b]) => 0.8 * a - 1.2 * b + 0.3);
const batch = { x: real(X.flat(), [ROWS, 2]), y: real(Y) };
const STEPS = 30;

function programFor(engine: string, options: string, prior: string, layers = 'fc = dense(1)') {
  const text = `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; ${layers} }
model m { *.bias ~ Normal(0, 1); ${prior}; y ~ Normal(net(x), 1) }
run on d { infer ${engine} { steps = ${STEPS}, batch = ${ROWS}, ${options} } }`;
  return programOf(inferencesOf(text, ROWS)[0]!);
}

function scalarsAt(program: EngineProgram, step: number): Readonly<Record<string, number>> {
  const at = { step, epoch: step };
  return Object.fromEntries(
    Object.entries(program.scalars).map(([n, s]) => [n, typeof s === 'function' ? s(at) : compileSchedule(s)(at)]),
  );
}

async function trained(program: EngineProgram, start: StateArrays, steps = STEPS): Promise<StateArrays> {
  const session = await openFor(program, start);
  const step = program.step(ROWS);
  const compiled = await session.compile(step);
  for (let i = 0; i < steps; i++) {
    const feed = { batch, noise: keyedNoise(step, rootKey(5), i), scalars: scalarsAt(program, i) };
    await session.run(compiled, [feed]);
  }
  const state = await session.read();
  session.dispose();
  return state;
}

/** Slopes of the mean negative log likelihood of `w x + b`. */
function slopes(w: readonly number[], b: number) {
  const residuals = X.map(([x1, x2], i) => w[0]! * x1 + w[1]! * x2 + b - Y[i]!);
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / ROWS;
  return { w: [0, 1].map((j) => mean(residuals.map((r, i) => r * X[i]![j]!))), b: mean(residuals) };
}

const rateAt = (step: number) => (step < 10 ? 0.1 : 0.02);

/** Adam (Kingma & Ba 2015, algorithm 1) on the weights and momentum on the bias, both under priors of sd 1. */
function byHand() {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const w = [0.4, -0.2];
  const [m, v] = [
    [0, 0],
    [0, 0],
  ];
  let [b, velocity] = [0.1, 0];
  for (let t = 0; t < STEPS; t++) {
    const slope = slopes(w, b);
    for (const j of [0, 1]) {
      const g = slope.w[j]! + w[j]! / ROWS;
      m[j] = beta1 * m[j]! + (1 - beta1) * g;
      v[j] = beta2 * v[j]! + (1 - beta2) * g * g;
      const [first, second] = [m[j]! / (1 - beta1 ** (t + 1)), v[j]! / (1 - beta2 ** (t + 1))];
      w[j] = w[j]! - (0.05 * first) / (Math.sqrt(second) + epsilon);
    }
    velocity = 0.5 * velocity + slope.b + b / ROWS;
    b -= rateAt(t) * velocity;
  }
  return { w, b };
}

const OWN = 'optimizer = adam(0.05), optimizer of *.bias = sgd(if step < 10 then 0.1 else 0.02, momentum = 0.5)';

describe('optimizers of single sites', () => {
  it.each(['map', 'laplace', 'svgd', 'ensemble'])('follow their own recurrences under %s', async (engine) => {
    const single = ['svgd', 'ensemble'].includes(engine);
    const count = engine === 'svgd' ? 'particles = 1, ' : engine === 'ensemble' ? 'members = 2, ' : '';
    const copies = engine === 'ensemble' ? 2 : 1;
    const program = programFor(engine, `${count}${OWN}`, '*.weight ~ Normal(0, 1)');
    const value = (site: string) => program.valueName(site);
    const shape = (own: readonly number[]) => (single ? [copies, ...own] : own);
    const repeated = (values: readonly number[]) => Array.from({ length: copies }, () => values).flat();
    const start = {
      ...program.initial(rootKey(1), null),
      [value('fc.weight')]: real(repeated([0.4, -0.2]), shape([2, 1])),
      [value('fc.bias')]: real(repeated([0.1]), shape([1])),
    };
    const state = await trained(program, start);
    const wanted = byHand();
    const found = (site: string) => [...state[value(site)]!.data].map(Number);
    repeated(wanted.w).forEach((w, i) => {
      expect(found('fc.weight')[i]!).toBeCloseTo(w, 9);
    });
    repeated([wanted.b]).forEach((b, i) => {
      expect(found('fc.bias')[i]!).toBeCloseTo(b, 9);
    });
  });

  it('may take the prior of some points by its proximal map, and that of others by its slope', async () => {
    const options = 'optimizer = sgd(0.1), optimizer of fc.weight = proximal(sgd(0.2))';
    const program = programFor('map', options, '*.weight ~ Laplace(0, 0.3)');
    const start = {
      ...program.initial(rootKey(1), null),
      'fc.weight.mean': real([0.05, -0.9], [2, 1]),
      'fc.bias.mean': real([0.1]),
    };
    const state = await trained(program, start);
    let [w, b] = [[0.05, -0.9], 0.1];
    for (let t = 0; t < STEPS; t++) {
      const slope = slopes(w, b);
      const threshold = 0.2 / 0.3 / ROWS;
      // Soft thresholding: the proximal map of |w| / 0.3, over N.
      w = w.map((value, j) => {
        const moved = value - 0.2 * slope.w[j]!;
        return Math.sign(moved) * Math.max(0, Math.abs(moved) - threshold);
      });
      b -= 0.1 * (slope.b + b / ROWS);
    }
    expect(w).toContain(0);
    [...state['fc.weight.mean']!.data].forEach((value, j) => {
      expect(Number(value)).toBeCloseTo(w[j]!, 9);
    });
    expect(Number(state['fc.bias.mean']!.data[0])).toBeCloseTo(b, 9);
  });

  it('keep what they remember of their own sites alone, spreads too, and of latents by name', () => {
    const options = 'optimizer = sgd(0.1), optimizer of tau = adam(0.1), optimizer of fc2.* = sgd(0.1, momentum = 0.9)';
    const layers = 'fc1 = dense(3); tanh; fc2 = dense(1)';
    const prior = 'tau[fc1.unit] ~ Gamma(2, 2); fc1.weight ~ Normal(0, tau); fc2.weight ~ Normal(0, 1)';
    const names = programFor('sgvb', options, prior, layers).state.map((spec) => spec.name);
    const slotsOf = (site: string) =>
      names.filter((n) => n.startsWith(`${site}.`) && n.split('.').length > site.split('.').length + 1);
    expect(slotsOf('tau[fc1.unit]').sort()).toEqual(
      ['mean', 'log_variance'].flatMap((p) => ['m', 'v'].map((s) => `tau[fc1.unit].${p}.${s}`)).sort(),
    );
    expect(slotsOf('fc1.weight')).toEqual([]);
    expect(slotsOf('fc2.bias')).toEqual(['fc2.bias.mean.velocity', 'fc2.bias.log_variance.velocity']);
  });

  it('change nothing where they are that of all', async () => {
    const plain = programFor('sgvb', 'optimizer = adam(0.05)', '*.weight ~ Normal(0, 1)');
    const own = programFor('sgvb', 'optimizer = sgd(1), optimizer of * = adam(0.05)', '*.weight ~ Normal(0, 1)');
    const start = plain.initial(rootKey(1), null);
    expect(own.initial(rootKey(1), null)).toEqual(start);
    expect(await trained(own, start)).toEqual(await trained(plain, start));
  });
});
