/**
 * Emitted trainers against the engines: the same start values, shuffles and noise must give the same losses, though gradients
 * come from TensorFlow.js there and from our graphs here. One program trains every kind of model, engine and optimizer in turn.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataRequest } from '../../src/base/data.ts';
import { runStepKey } from '../../src/base/streams.ts';
import { readDataset } from '../../src/data/index.ts';
import { emitTfjs } from '../../src/emit/index.ts';
import { executors } from '../../src/executors/index.ts';
import { engines } from '../../src/inference/index.ts';
import type { CheckedModel, PlanInfer, RunPlan } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import type { Posterior } from '../../src/model/posterior.ts';
import { feeder } from '../../src/runtime/feed.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import {
  call,
  classifier,
  distribution,
  guide,
  HERE,
  linearRegression,
  mixtureOf,
  model,
  name,
  network,
  number,
  optimizer,
  output,
} from '../helpers/models.ts';
import { type Loss, linkPackages, readLosses, startProject, templates, writeProject } from './project.ts';

const STEPS = 20;
const ROWS = 50;

/** Where both sum in float32: the products of a layer in another order, exp and log by another polynomial. Measured: 2e-6. */
const TOLERANCE = 1e-5;

const folder = mkdtempSync(join(tmpdir(), 'bprune-emit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data: DataRequest = {
  name: 'table',
  reader: 'csv',
  options: { path: 'table.csv' },
  columns: [
    {
      name: 'x',
      type: { kind: 'real', shape: [3] },
      options: { columns: ['a', 'b', 'c'], standardise: true },
      span: HERE,
    },
    { name: 'y', type: { kind: 'class', classes: 4 }, options: { column: 'kind' }, span: HERE },
    { name: 'z', type: { kind: 'real', shape: [] }, options: { standardise: true }, span: HERE },
  ],
  splits: [{ name: 'test', of: 'train', amount: { kind: 'share', share: 0.2 }, seed: 3, span: HERE }],
  readerSpan: HERE,
  span: HERE,
};

function table(): string {
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const [a, b, c] = [Math.sin(i), 10 * Math.cos(3 * i), 100 + (i % 7)];
    return [a, b, c, i % 4, a - 0.1 * b + 0.3 * Math.sin(9 * i)].join(',');
  });
  return ['a,b,c,kind,z', ...rows].join('\n');
}

const TRAIN = ROWS * 0.8;

function infer(index: number, parts: Pick<PlanInfer, 'model' | 'guide'> & Partial<PlanInfer>): PlanInfer {
  return {
    kind: 'infer',
    index,
    name: null,
    from: null,
    text: `infer ${index}`,
    span: HERE,
    engine: 'sgvb',
    length: { unit: 'epochs', count: 20 },
    batch: 16,
    optimizer: optimizer('adam', 0.01),
    estimator: 'local_reparameterization',
    options: {},
    schedules: {
      kl_weight: call(
        'clamp',
        { kind: 'binary', op: '/', left: name('epoch'), right: number(5), span: HERE },
        number(0),
        number(1),
      ),
    },
    ...parts,
  };
}

const named = (given: CheckedModel, as: string): CheckedModel => ({
  ...given,
  name: as,
  network: { ...given.network, name: as === 'm' ? 'net' : `net_${as}` },
});

/** The likelihood calls the network by its name. */
function renamed(given: CheckedModel, as: string): CheckedModel {
  const text = JSON.stringify(named(given, as)).replaceAll('"name":"net"', `"name":"net_${as}"`);
  return JSON.parse(text) as CheckedModel;
}

const sparse = renamed(classifier([3, 8, 4], distribution('LogUniform'), distribution('Flat'), TRAIN), 'sparse');
const bbb = renamed(
  classifier(
    [3, 8, 4],
    mixtureOf([0.5, distribution('Normal', 0, 1)], [0.5, distribution('Normal', 0, 0.1)]),
    distribution('Laplace', 0, 1),
    TRAIN,
  ),
  'bbb',
);
const heavy = renamed(
  classifier([3, 8, 4], distribution('StudentT', 3, 0.1, 2), distribution('Normal', 0.5, 2), TRAIN),
  'heavy',
);
const line = renamed(
  {
    ...linearRegression(3, TRAIN, 0.9, 1),
    likelihood: { ...linearRegression(3, TRAIN, 0.9, 1).likelihood, observed: 'z' },
  },
  'line',
);
const smooth = renamed(
  {
    ...model({
      network: network(
        [3],
        [
          ['dense', { outputs: 4 }, 'a'],
          ['tanh'],
          ['dense', { outputs: 4 }, 'b'],
          ['sigmoid'],
          ['dense', { outputs: 4 }, 'c'],
          ['softplus'],
          ['identity'],
          ['flatten'],
          ['dense', { outputs: 4 }, 'd'],
        ],
      ),
      prior: () => distribution('Normal', 0, 1),
      column: { kind: 'class', classes: 4 },
      likelihood: distribution('Categorical', output),
      rows: TRAIN,
    }),
  },
  'smooth',
);

const trainings: readonly PlanInfer[] = [
  infer(1, { model: sparse, guide: guide(sparse, (site) => (site.endsWith('.bias') ? 'Delta' : 'Normal'), 0.01) }),
  infer(2, { model: bbb, guide: guide(bbb, () => 'Normal', 0.02) }),
  infer(3, {
    model: bbb,
    guide: guide(bbb, () => 'Normal'),
    estimator: 'shared',
    optimizer: optimizer('sgd', 1e-4, { momentum: 0.9, nesterov: true }),
  }),
  infer(4, {
    model: heavy,
    guide: guide(heavy, () => 'Delta'),
    engine: 'map',
    schedules: {},
    optimizer: optimizer('sgd', 0.1),
  }),
  infer(5, {
    model: line,
    guide: guide(line, () => 'Normal'),
    batch: 1000,
    optimizer: optimizer('adam', 0.02, { beta1: 0.8, epsilon: 1e-5 }),
  }),
  infer(6, {
    model: smooth,
    guide: guide(smooth, () => 'Normal', 0.1),
    optimizer: optimizer('sgd', 0.1, { momentum: 0.5 }),
  }),
];

const plan: RunPlan = { kind: 'run-plan', name: 'run', data, steps: trainings, span: HERE };

/** The same trainings by the engines, each from the posterior of the one before. */
async function ourLosses(backend: string): Promise<readonly Loss[]> {
  const host = nodeHost();
  const { dataset } = await readDataset(data, host, join(folder, 'main.bprune'));
  const split = dataset!.splits.train!;
  const losses: Loss[] = [];
  let posterior: Posterior | null = null;
  for (const step of trainings) {
    const program = engines.get(step.engine)!.build({ ...step, density: buildDensity(step.model), masks: new Map() });
    const key = runStepKey(1, step.index);
    const feeds = feeder(split, Math.min(step.batch, split.rows), program.scalars, key);
    const session = await executors.get(backend)!.open(program.state);
    await session.write(program.initial(key, posterior));
    const compiled = new Map(
      [...new Set(Array.from({ length: STEPS }, (_, i) => feeds.rowsOf(i)))].map((rows) => [
        rows,
        session.compile(program.step(rows)),
      ]),
    );
    for (let i = 0; i < STEPS; i++) {
      const ready = await compiled.get(feeds.rowsOf(i))!;
      const [info] = await session.run(ready, [feeds.feed(ready.program, i)]);
      const figure = (key: string) => info![key]!.data[0]!;
      losses.push({ training: step.index, step: i + 1, loss: figure('loss'), nll: figure('nll'), kl: figure('kl') });
    }
    posterior = program.posterior(await session.read());
    session.dispose();
  }
  return losses;
}

describe('an emitted trainer', () => {
  let theirs: readonly Loss[] = [];
  let ours: readonly Loss[] = [];

  beforeAll(async () => {
    writeFileSync(join(folder, 'table.csv'), table());
    const independent = { ...plan, steps: plan.steps.map((step) => ({ ...step, from: null })) };
    const emitted = emitTfjs({
      plan: independent,
      source: { name: 'main.bprune', text: '' },
      seed: 1,
      templates: await templates(),
      inputs: { packages: [], files: [] },
    });
    if (!emitted.ok) throw new Error(JSON.stringify(emitted.diagnostics));
    writeProject(folder, emitted.files);
    linkPackages(folder);
    const started = startProject(folder, ['--steps', String(STEPS), '--losses', 'losses.json']);
    if (started.code !== 0) throw new Error(started.output.slice(-2000));
    theirs = readLosses(join(folder, 'losses.json'));
    ours = await ourLosses('wasm');
  });

  it('repeats the first losses of every training', () => {
    expect(theirs.length).toBe(trainings.length * STEPS);
    const worst = trainings.map(({ index }) => {
      const pairs = ours.flatMap((loss, i) => (loss.training === index ? [[loss.loss, theirs[i]!.loss] as const] : []));
      return Math.max(...pairs.map(([a, b]) => Math.abs(a - b) / Math.max(Math.abs(a), TRAIN)));
    });
    expect(Math.max(...worst)).toBeLessThan(TOLERANCE);
    expect(readFileSync(join(folder, 'trainer.js'), 'utf8')).toContain('function net_sparse(x, weights)');
  });
});
