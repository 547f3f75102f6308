/**
 * Twenty training steps of twelve programs on every executor: the same start, batches, noise and schedules give the same
 * losses and the same state. Tolerances are relative to size: float32 has 6e-8, a step loses two or three digits to sums,
 * and twenty steps in a row as much again; where adaptive optimizers divide by a gradient's size near 0 they lose more.
 */
import { expect, it } from 'vitest';
import { rootKey } from '../../src/base/keys.ts';
import { runStepKey } from '../../src/base/streams.ts';
import type { Executor, Info } from '../../src/executors/executor.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { courseOf } from '../../src/inference/course.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import { type Feeder, feeder } from '../../src/runtime/feed.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadSource } from '../../src/runtime/load.ts';
import { readData } from '../../src/runtime/read-data.ts';
import { describeEach } from '../helpers/executors.ts';

const STEPS = 20;
const ROWS = 16;

const images = (shape: string) => `data d = simulate(n = 64) {
  x: image[${shape}] ~ Normal(0, 1)
  y: class[3] ~ Categorical(logits = 0)
}`;
const regression = `data d = simulate(n = 64) {
  x: real[3] ~ Normal(0, 1)
  y: real ~ Normal(x[1] - x[2] * x[3], 0.5)
}`;
const classify = 'y ~ Categorical(logits = net(x))';
const dense = 'input image[3, 3, 1]; flatten; fc1 = dense(12); relu; fc2 = dense(3)';

interface Program {
  readonly name: string;
  readonly data: string;
  readonly network: string;
  readonly model: string;
  readonly guide?: string;
  readonly infer: string;
  /** A site of which every third element was pruned before. */
  readonly masked?: string;
}

const programs: readonly Program[] = [
  {
    name: 'sparse variational dropout',
    data: images('3, 3, 1'),
    network: dense,
    model: `dense.weight ~ LogUniform(); dense.bias ~ Flat(); ${classify}`,
    guide: 'dense.weight ~ Normal(sd = exp(-3)); dense.bias ~ Delta()',
    infer: 'infer sgvb { optimizer = adam(1e-2), kl_weight = clamp(step / 10, 0, 1)',
  },
  {
    name: 'one draw for a batch, momentum',
    data: images('3, 3, 1'),
    network: dense,
    model: `* ~ Normal(0, 1); ${classify}`,
    infer: 'infer sgvb { estimator = shared, optimizer = sgd(0.05, momentum = 0.9)',
  },
  {
    name: 'a scale mixture, judged at draws',
    data: images('3, 3, 1'),
    network: 'input image[3, 3, 1]; flatten; dense(8); tanh; dense(3)',
    model: `* ~ Mixture(0.5: Normal(0, 1), 0.5: Normal(0, exp(-4))); ${classify}`,
    infer: 'infer sgvb { estimator = shared, optimizer = adam(1e-2)',
  },
  {
    name: 'point estimates under heavy tails',
    data: images('3, 3, 1'),
    network: 'input image[3, 3, 1]; flatten; a = dense(8); sigmoid; b = dense(6); softplus; c = dense(3)',
    model: `a.weight ~ Laplace(0, 1); b.weight ~ StudentT(3, 0, 1); c.weight ~ Normal(0, 1); *.bias ~ Flat(); ${classify}`,
    infer: 'infer map { optimizer = sgd(0.05, momentum = 0.9, nesterov = true)',
  },
  {
    name: 'regression',
    data: regression,
    network: 'input real[3]; dense(10); tanh; dense(1)',
    model: '* ~ Normal(0, 1); y ~ Normal(net(x), 0.5)',
    infer: 'infer sgvb { optimizer = adam(1e-2)',
  },
  {
    name: 'convolutions with local noise',
    data: images('8, 8, 2'),
    network: 'input image[8, 8, 2]; conv2d(4, 3); relu; max_pool(2); conv2d(5, 2); relu; flatten; dense(3)',
    model: `*.weight ~ LogUniform(); *.bias ~ Flat(); ${classify}`,
    guide: '*.weight ~ Normal(sd = exp(-3)); *.bias ~ Delta()',
    infer: 'infer sgvb { optimizer = sgd(0.02)',
  },
  {
    name: 'strides, padding, pools that overlap',
    data: images('9, 9, 1'),
    network:
      'input image[9, 9, 1]; conv2d(4, 3, stride = 2, padding = same); tanh; max_pool(3, stride = 2); conv2d(3, 1); avg_pool(2, stride = 1, padding = same); flatten; dense(3)',
    model: `* ~ Normal(0, 1); ${classify}`,
    infer: 'infer sgvb { estimator = shared, optimizer = sgd(0.02)',
  },
  {
    name: 'a residual network with batch norm',
    data: images('6, 6, 3'),
    network: `input image[6, 6, 3]
      a = conv2d(4, 3, padding = same, bias = false); n1 = batch_norm; r = relu
      b = conv2d(4, 3, padding = same, bias = false); n2 = batch_norm
      add(n2, r); relu; global_avg_pool; dense(3)`,
    model: `*.weight ~ Normal(0, 1); *.bias ~ Flat(); ${classify}`,
    infer: 'infer sgvb { estimator = shared, optimizer = sgd(0.02)',
  },
  {
    name: 'particles',
    data: images('3, 3, 1'),
    network: dense,
    model: `* ~ Normal(0, 1); ${classify}`,
    infer: 'infer svgd { particles = 4, optimizer = adagrad(0.02)',
  },
  {
    name: 'particles of a convolutional network',
    data: images('6, 6, 1'),
    network: 'input image[6, 6, 1]; conv2d(3, 3); relu; max_pool(2); flatten; dense(3)',
    model: `* ~ Normal(0, 1); ${classify}`,
    infer: 'infer svgd { particles = 3, kernel = imq, optimizer = sgd(0.02)',
  },
  {
    name: 'a pruned network trained on',
    data: images('3, 3, 1'),
    network: dense,
    model: `dense.weight ~ LogUniform(); dense.bias ~ Flat(); ${classify}`,
    guide: 'dense.weight ~ Normal(sd = exp(-3)); dense.bias ~ Delta()',
    infer: 'infer sgvb { optimizer = sgd(0.02)',
    masked: 'fc1.weight',
  },
  {
    name: 'a schedule of everything',
    data: regression,
    network: 'input real[3]; dense(6); softplus; dense(6); sigmoid; dense(1)',
    model: '* ~ Normal(0, 2); y ~ Normal(net(x), 0.5)',
    infer: 'infer sgvb { optimizer = adam(if step < 10 then 1e-2 else 1e-3 * (20 - step)), kl_weight = exp(-step / 5)',
  },
];

interface Ready {
  readonly engine: EngineProgram;
  readonly feeds: Feeder;
}

async function ready(program: Program): Promise<Ready> {
  const text = `${program.data}
network net { ${program.network} }
model m { ${program.model} }
${program.guide === undefined ? '' : `guide { ${program.guide} }`}
run on d { ${program.infer}, steps = ${STEPS}, batch = ${ROWS} } }`;
  const host = nodeHost();
  const { checked, diagnostics } = await loadSource(host, { name: 'program', text }, new Map());
  expect(diagnostics.filter((d) => d.severity === 'error').map((d) => d.message)).toEqual([]);
  const { data, steps } = checked.runs[0]!;
  const step = steps[0]!;
  if (step.kind !== 'infer') throw new Error('the program has no training');
  const density = buildDensity(step.model);
  const sites = density.sites.filter((s) => s.path === program.masked);
  const masks = new Map(
    sites.map((s) => [
      s.path,
      Uint8Array.from({ length: s.shape.reduce((a, b) => a * b, 1) }, (_, i) => Number(i % 3 > 0)),
    ]),
  );
  const engine = engines.get(step.engine)!.build({ ...step, density, masks, course: courseOf(step, step.model.rows) });
  const dataset = await readData(data, host);
  return { engine, feeds: feeder(dataset, ROWS, engine.scalars, runStepKey(7, 1)) };
}

/** All steps in two blocks, the second one without the values that only a person reads. */
async function train({ engine, feeds }: Ready, executor: Executor) {
  const session = await executor.open(engine.state);
  try {
    await session.write(engine.initial(rootKey(3), null));
    const infos: Info[] = [];
    for (const values of [true, false]) {
      const compiled = await session.compile(engine.step(ROWS, { values }));
      const steps = Array.from({ length: STEPS / 2 }, (_, i) => feeds.feed(compiled.program, infos.length + i));
      infos.push(...(await session.run(compiled, steps)));
    }
    return { infos, state: await session.read() };
  } finally {
    session.dispose();
  }
}

/** The length of the difference, relative to the length of the whole state. */
function distance(exact: StateArrays, found: StateArrays): number {
  let [difference, size] = [0, 0];
  for (const [name, { data }] of Object.entries(exact)) {
    if (/\.(m|v|velocity|square)$/.test(name)) continue;
    data.forEach((x, i) => {
      difference += (x - found[name]!.data[i]!) ** 2;
      size += x ** 2;
    });
  }
  return Math.sqrt(difference / size);
}

await describeEach('20 steps on $name', (executor) => {
  it.each(programs)('$name', async (program) => {
    const both = await ready(program);
    const exact = await train(both, reference);
    const found = await train(both, executor);
    exact.infos.forEach((info, step) => {
      for (const [name, { data }] of Object.entries(info)) {
        const value = data[0]!;
        const off = Math.abs(found.infos[step]![name]!.data[0]! - value) / Math.max(1, Math.abs(value));
        expect(off, `${name} of step ${step + 1}`).toBeLessThan(1e-4);
      }
    });
    expect(distance(exact.state, found.state)).toBeLessThan(1e-4);
  });
});
