/** Whole training steps on the quick backends against `reference`, on the same noise: state and info after several updates. */
import { expect, it } from 'vitest';
import { rootKey } from '../../src/base/keys.ts';
import type { Executor } from '../../src/executors/executor.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import type { EngineProgram } from '../../src/inference/engine.ts';
import { engines, steinKernels } from '../../src/inference/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import { describeEach } from '../helpers/executors.ts';
import { classifier, distribution, guide, mixtureOf, optimizer } from '../helpers/models.ts';
import { classes, keyedNoise, numbersOf, real, scalarsAt } from '../helpers/reference.ts';

const ROWS = 16;
const STEPS = 5;
const x = Float64Array.from({ length: ROWS * 12 }, (_, i) => Math.fround(Math.sin(i * 1.7)));
const batch = { x: real(x, [ROWS, 12]), y: classes(Array.from({ length: ROWS }, (_, i) => (i * 7) % 5)) };
const spike = mixtureOf([0.5, distribution('Normal', 0, 1)], [0.5, distribution('Normal', 0, Math.exp(-6))]);

const masks = new Map([['fc1.weight', Uint8Array.from({ length: 96 }, (_, i) => (i % 3 === 0 ? 0 : 1))]]);

function build(prior: ReturnType<typeof distribution>, estimator: string, masked: boolean): EngineProgram {
  const model = classifier([12, 8, 5], prior, distribution('Flat'), 320);
  return engines.get('sgvb')!.build({
    density: buildDensity(model),
    guide: guide(model, (site) => (site.endsWith('.bias') ? 'Delta' : 'Normal'), 0.05),
    // Not Adam: where a gradient is nearly 0 its first steps are signs, and rounding decides them.
    optimizer: optimizer('sgd', 0.05, { momentum: 0.9 }),
    estimator,
    options: {},
    schedules: {},
    masks: masked ? masks : new Map(),
    course: { steps: 1000, stepsPerEpoch: 10 },
  });
}

function buildParticles(kernel: string, masked: boolean): EngineProgram {
  const model = classifier([12, 8, 5], distribution('Normal', 0, 1), distribution('Normal', 0, 1), 320);
  return engines.get('svgd')!.build({
    density: buildDensity(model),
    guide: guide(model, () => 'Particles'),
    optimizer: optimizer('sgd', 0.05, { momentum: 0.9 }),
    estimator: 'shared',
    options: { particles: 7, kernel },
    schedules: {},
    masks: masked ? masks : new Map(),
    course: { steps: 1000, stepsPerEpoch: 10 },
  });
}

async function train(executor: Executor, program: EngineProgram) {
  const session = await executor.open(program.state);
  await session.write(program.initial(rootKey(1), null));
  const step = program.step(ROWS);
  const feeds = Array.from({ length: STEPS }, (_, i) => ({
    batch,
    noise: keyedNoise(step, rootKey(5), i),
    scalars: scalarsAt(program, i, 0),
  }));
  const infos = await session.run(await session.compile(step), feeds);
  const state = await session.read();
  session.dispose();
  return { state: numbersOf(state), infos: infos.map(numbersOf) };
}

const choices = [distribution('LogUniform'), distribution('Normal', 0, 1), spike].flatMap((prior) =>
  ['local_reparameterization', 'shared'].flatMap((estimator) =>
    [false, true].map((masked) => ({
      title: `${prior.name}, ${estimator}, masked ${masked}`,
      program: () => build(prior, estimator, masked),
    })),
  ),
);
const particles = steinKernels.names.flatMap((kernel) =>
  [false, true].map((masked) => ({
    title: `particles, ${kernel}, masked ${masked}`,
    program: () => buildParticles(kernel, masked),
  })),
);

await describeEach('training steps on $name', (executor) => {
  it.each([...choices, ...particles])('equal reference: $title', async ({ program: make }) => {
    expect(await executor.unavailable()).toBeNull();
    const program = make();
    const [found, exact] = [await train(executor, program), await train(reference, program)];
    // Gradients agree within the executor's stated figure; five updates of rate 0.05 with momentum add less than that,
    // relative to the largest value of the tensor.
    for (const [name, values] of Object.entries(exact.state)) {
      const size = Math.max(1e-2, ...values.map(Math.abs));
      values.forEach((v, i) => {
        expect(Math.abs(found.state[name]![i]! - v), name).toBeLessThan(executor.numerics.gradient * size);
      });
    }
    exact.infos.forEach((info, i) => {
      for (const [name, [v]] of Object.entries(info)) {
        expect(Math.abs(found.infos[i]![name]![0]! - v!), name).toBeLessThan(executor.numerics.gradient * Math.abs(v!));
      }
    });
  });
});
