/** What an emitter takes and refuses: every registered record has its entry, every project its packages, in the same bytes each time. */
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import type { DerivedRequest } from '../../src/base/data.ts';
import { functions } from '../../src/base/functions.ts';
import { type EmitRequest, emitTfjs, gatherInputs } from '../../src/emit/index.ts';
import {
  criteriaRefused,
  criteria as emittedCriteria,
  metrics as emittedMetrics,
} from '../../src/emit/tfjs/criteria.ts';
import { readers as emittedReaders, readersRefused } from '../../src/emit/tfjs/data.ts';
import {
  distributionsRefused,
  distributions as emittedDistributions,
  guides as emittedGuides,
  guidesRefused,
} from '../../src/emit/tfjs/distributions.ts';
import {
  engines as emittedEngines,
  estimators as emittedEstimators,
  optimizers as emittedOptimizers,
  enginesRefused,
  estimatorsRefused,
  optimizersRefused,
} from '../../src/emit/tfjs/engines.ts';
import { emittedFunctions } from '../../src/emit/tfjs/expressions.ts';
import { layers as emittedLayers, layersRefused } from '../../src/emit/tfjs/layers.ts';
import { emittedFormats } from '../../src/emit/tfjs/steps.ts';
import type { PlanStep, RunPlan } from '../../src/language/check/checked.ts';
import { guides } from '../../src/model/guides/index.ts';
import { catalogue } from '../../src/runtime/index.ts';
import { memoryFiles } from '../data/files.ts';
import { call, classifier, distribution, guide, HERE, name, optimizer } from '../helpers/models.ts';
import { templates } from './project.ts';

/** Names that a program may use, and those that emitted projects have. */
const tables: readonly (readonly [what: string, registered: Iterable<string>, emitted: readonly string[]])[] = [
  ['functions', functions.names, emittedFunctions],
  ['layers', catalogue.layers.names, [...Object.keys(emittedLayers), ...layersRefused]],
  // Guides alone: they have no density.
  [
    'distributions',
    catalogue.distributions.names.filter((n) => !['Delta', 'LowRankNormal'].includes(n)),
    [...Object.keys(emittedDistributions), ...distributionsRefused],
  ],
  ['guides', guides.names, [...Object.keys(emittedGuides), ...guidesRefused]],
  ['engines', catalogue.engines.names, [...Object.keys(emittedEngines), ...enginesRefused]],
  ['estimators', catalogue.estimators.names, [...Object.keys(emittedEstimators), ...estimatorsRefused]],
  ['optimizers', catalogue.optimizers.names, [...Object.keys(emittedOptimizers), ...optimizersRefused]],
  ['criteria', catalogue.criteria.names, [...Object.keys(emittedCriteria), ...criteriaRefused]],
  ['metrics', catalogue.metrics.names, Object.keys(emittedMetrics)],
  ['readers', catalogue.readers.names, [...Object.keys(emittedReaders), ...readersRefused]],
  ['exporters', catalogue.exporters.names, emittedFormats],
];

describe('tables by catalogue names', () => {
  it.each(tables)('%s are whole', (_, registered, emitted) => {
    expect([...emitted].sort()).toEqual([...registered].sort());
  });
});

const deriving = (plan: RunPlan, ...derived: readonly DerivedRequest[]): RunPlan => ({
  ...plan,
  data: { ...plan.data, derived },
});

const model = classifier([2, 3, 2], distribution('Normal', 0, 1), distribution('Flat'));
const base = { index: 1, stream: 1, seed: null, name: null, job: null, from: null, text: 'a step', span: HERE };
const infer: PlanStep = {
  ...base,
  kind: 'infer',
  engine: 'sgvb',
  model,
  split: 'train',
  guide: guide(model, () => 'Normal'),
  length: { unit: 'epochs', count: 1 },
  batch: 10,
  optimizer: optimizer('adam', 0.01),
  optimizers: {},
  estimator: 'local_reparameterization',
  options: {},
  schedules: {},
  every: [],
  moves: [],
};

function planOf(steps: readonly PlanStep[], reader = 'csv', options: OptionValues = { path: 'a.csv' }): RunPlan {
  const data = {
    name: 'table',
    reader,
    options,
    columns: [
      { name: 'x', type: { kind: 'real', shape: [2] } as const, options: {}, span: HERE },
      { name: 'y', type: { kind: 'class', classes: 2 } as const, options: {}, span: HERE },
    ],
    seen: [],
    derived: [],
    readerSpan: HERE,
    span: HERE,
  };
  return { kind: 'run-plan', name: 'my Run', data, steps, tables: [], span: HERE };
}

async function emit(plan: RunPlan, inputs: EmitRequest['inputs'] = { packages: [], files: [] }) {
  const source = { name: 'dir/main.bprune', text: '/// A title.\n' };
  return emitTfjs({ plan, source, seed: 5, templates: await templates(), inputs });
}

async function filesOf(...args: Parameters<typeof emit>): Promise<ReadonlyMap<string, string>> {
  const emitted = await emit(...args);
  if (!emitted.ok) throw new Error(JSON.stringify(emitted.diagnostics));
  return new Map(emitted.files.map(({ path, content }) => [path, String(content)]));
}

describe('what has no counterpart', () => {
  const cases: readonly (readonly [what: string, plan: RunPlan])[] = [
    ...enginesRefused.map((engine) => [`the engine \`${engine}\``, planOf([{ ...infer, engine }])] as const),
    ...optimizersRefused.map(
      (o) => [`the optimizer \`${o}\``, planOf([{ ...infer, optimizer: { ...infer.optimizer, name: o } }])] as const,
    ),
    ['the option `clip_norm` of `sgvb`', planOf([{ ...infer, options: { clip_norm: 1 } }])],
    ['the estimator `flipout`', planOf([{ ...infer, estimator: 'flipout' }])],
    ['the reader `simulate`', planOf([infer], 'simulate', { n: 200, seed: 1 })],
    ['the reader `parquet`', planOf([infer], 'parquet')],
    ['the export format `onnx`', planOf([infer, { ...base, kind: 'export', index: 2, model, formats: ['onnx'] }])],
    [
      'the criterion `hessian`',
      planOf([
        infer,
        {
          ...base,
          kind: 'prune',
          index: 2,
          model,
          sites: ['fc1.weight'],
          rule: { kind: 'where', predicate: name('hessian') },
        },
      ]),
    ],
    ['`only`', deriving(planOf([infer]), { kind: 'classes', column: 'y', classes: [1, 0], span: HERE })],
    // A name that every JavaScript object answers to.
    ['the estimator `constructor`', planOf([{ ...infer, estimator: 'constructor' }])],
  ];

  it.each(cases)('%s is refused by name', async (what, plan) => {
    const emitted = await emit(plan);
    if (emitted.ok) throw new Error('nothing was refused');
    expect(emitted.diagnostics.map((d) => [d.code, d.message])).toEqual([
      ['BP8501', `${what} cannot be compiled to a standalone trainer`],
    ]);
  });
});

describe('the project', () => {
  it('is the same each time', async () => {
    expect(await filesOf(planOf([infer]))).toEqual(await filesOf(planOf([infer])));
  });

  it('pins its packages, without addresses', async () => {
    const files = await filesOf(planOf([infer]));
    const manifest = JSON.parse(files.get('package.json')!) as { name: string; dependencies: Record<string, string> };
    const lock = JSON.parse(files.get('package-lock.json')!) as {
      packages: Record<string, { version: string; integrity?: string; dependencies?: Record<string, string> }>;
    };
    expect(manifest.name).toBe('table-my-run');
    for (const [name, version] of Object.entries(manifest.dependencies)) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(lock.packages[`node_modules/${name}`]!.version).toBe(version);
    }
    const { '': root, ...locked } = lock.packages;
    expect(root!.dependencies).toEqual(manifest.dependencies);
    for (const [path, entry] of Object.entries(locked)) expect(entry.integrity, path).toMatch(/^sha512-/);
    expect(files.get('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/registry/);
  });

  it('depends on the packages that hold its data', async () => {
    const disk = memoryFiles({
      '/modules/digits/package.json': JSON.stringify({ version: '1.2.3', dependencies: { bits: '^2.0.0' } }),
      '/modules/bits/package.json': JSON.stringify({ version: '2.0.1' }),
    });
    const plan = planOf([infer], 'csv', { path: 'npm:digits/data/a.csv' });
    const { inputs, diagnostics } = await gatherInputs(plan, disk, '/program/main.bprune');
    expect(diagnostics).toEqual([]);
    const files = await filesOf(plan, inputs);
    const manifest = JSON.parse(files.get('package.json')!) as { dependencies: Record<string, string> };
    expect(manifest.dependencies.digits).toBe('1.2.3');
    expect(manifest.dependencies.bits).toBeUndefined();
    const lock = JSON.parse(files.get('package-lock.json')!) as { packages: Record<string, unknown> };
    expect(lock.packages['node_modules/digits']).toEqual({ version: '1.2.3', dependencies: { bits: '^2.0.0' } });
    expect(lock.packages['node_modules/bits']).toEqual({ version: '2.0.1' });
  });

  it('names a data package that is not installed', async () => {
    const plan = planOf([infer], 'csv', { path: 'npm:digits/a.csv' });
    const { diagnostics } = await gatherInputs(plan, memoryFiles({}), '/program/main.bprune');
    expect(diagnostics.map((d) => [d.code, d.message])).toEqual([
      ['BP8502', 'the npm package `digits` is not installed, so its version is not known'],
    ]);
  });

  it('takes along what lies below the program and is small, and nothing else', async () => {
    const disk = memoryFiles({
      '/program/data/a.csv': 'x',
      '/program/../b.csv': 'y',
      '/program/big.csv': new Uint8Array(4_000_001),
    });
    const gathered = async (path: string) => {
      const { inputs } = await gatherInputs(planOf([infer], 'csv', { path }), disk, '/program/main.bprune');
      return inputs.files.map((file) => file.path);
    };
    expect(await gathered('./data/a.csv')).toEqual(['data/a.csv']);
    for (const path of ['../b.csv', '/program/data/a.csv', 'big.csv', 'data', 'none.csv']) {
      expect(await gathered(path), path).toEqual([]);
    }
  });

  it('never replaces its own files by data', async () => {
    const file = { path: 'trainer.js', content: 'evil' };
    expect((await filesOf(planOf([infer]), { packages: [], files: [file] })).get('trainer.js')).not.toBe('evil');
  });

  it('keeps what functions call their own apart from what they use', async () => {
    const likelihood = { ...model.likelihood, distribution: distribution('Categorical', call('weights', name('x'))) };
    const clashing = { ...model, name: 'key', network: { ...model.network, name: 'weights' }, likelihood };
    const plan = planOf([{ ...infer, model: clashing }]);
    const text = (await filesOf({ ...plan, data: { ...plan.data, name: 'rows' } })).get('trainer.js')!;
    expect(text).toContain('let rows_2 = readCsv(');
    expect(text).toContain('function weights_2(x, weights) {');
    expect(text).toContain('return key_2({ weights, guides: views, x, y });');
  });

  it('has one function for trainings that read the same', async () => {
    const again = [2, 3].map((index) => ({ ...infer, index, stream: index }));
    const other = { ...infer, index: 4, stream: 4, batch: 5 };
    const text = (await filesOf(planOf([infer, ...again, other]))).get('trainer.js')!;
    expect([...text.matchAll(/infer_\d\(.*\)/g)].map(String)).toEqual([
      'infer_1(before, index)',
      'infer_4(before, index)',
      'infer_1(null, 1)',
      'infer_1(posterior_1, 2)',
      'infer_1(posterior_2, 3)',
      'infer_4(posterior_3, 4)',
    ]);
  });

  it('holds no path of this machine', async () => {
    const files = await filesOf(planOf([infer]));
    for (const [path, text] of files) expect(text, path).not.toContain(process.cwd());
    expect(files.get('trainer.js')).toContain(' * A title.\n * Compiled from the run `my Run` of main.bprune.');
  });
});
