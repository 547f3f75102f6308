/** Statistics of a batch norm that are taken anew for given weights, against moments computed by hand. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/base/data.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import type { PlanEvaluate } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import type { Posterior } from '../../src/model/posterior.ts';
import { readSafetensors } from '../../src/runtime/export/safetensors.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadSource, runPlan, silentReporter } from '../../src/runtime/index.ts';
import { evaluateStep } from '../../src/runtime/steps/evaluate.ts';
import { openMeasuring } from '../../src/runtime/steps/statistics.ts';
import type { RunContext } from '../../src/runtime/steps/step.ts';
import { distribution, HERE, model, network, output } from '../helpers/models.ts';
import { real } from '../helpers/reference.ts';

/** More than one batch of a thousand, and a short one. */
const ROWS = 1300;
const BATCHES = [1000, 300];

const regression = model({
  network: network(
    [1],
    [
      ['dropout', { rate: 0.5 }],
      ['batch_norm', { momentum: 0.9, epsilon: 1e-3 }, 'bn'],
      ['dense', { outputs: 1 }, 'fc'],
    ],
  ),
  prior: () => distribution('Normal', 0, 1),
  column: { kind: 'real', shape: [] },
  likelihood: distribution('Normal', output, 1),
  rows: ROWS,
});

/** The same rows in both splits; the answers are the inputs. */
function datasetOf(rows: number): Dataset {
  const x = new Float32Array(rows);
  fillNormal(childKey(rootKey(3), 'x'), x);
  const column = { kind: 'real', data: x, scale: [1], offset: [0] } as const;
  const columns = { x: { ...column, name: 'x', shape: [1] }, y: { ...column, name: 'y', shape: [] } };
  return { splits: { train: { rows, columns }, test: { rows, columns } } } as unknown as Dataset;
}

/** One weight, and a batch norm behind it. */
const scaled = model({
  network: network(
    [1],
    [
      ['dense', { outputs: 1, bias: false }, 'fc'],
      ['batch_norm', { momentum: 0.9, epsilon: 1e-3 }, 'bn'],
    ],
  ),
  prior: () => distribution('Flat'),
  column: { kind: 'real', shape: [] },
  likelihood: distribution('Normal', output, 1),
  rows: 50,
});

describe('statistics taken anew', () => {
  it('average the moments of batches by their rows, without the noise of the training', async () => {
    const x = new Float32Array(ROWS);
    fillNormal(childKey(rootKey(3), 'x'), x);
    const column = { kind: 'real', data: x, scale: [1], offset: [0] } as const;
    const columns = { x: { ...column, name: 'x', shape: [1] }, y: { ...column, name: 'y', shape: [] } };
    const dataset = { splits: { train: { rows: ROWS, columns } } } as unknown as Dataset;
    const density = buildDensity(regression);
    const measuring = await openMeasuring(density, { dataset, executor: reference, host: nodeHost() } as RunContext);
    const weights = Object.fromEntries(density.sites.map((s) => [s.path, real(new Float64Array(1).fill(2), s.shape)]));
    const found = await measuring.measure(weights);
    measuring.dispose();
    let [mean, variance, first] = [0, 0, 0];
    for (const n of BATCHES) {
      const part = [...x.subarray(first, first + n)];
      const centre = part.reduce((s, v) => s + v, 0) / n;
      mean += (centre * n) / ROWS;
      variance += ((part.reduce((s, v) => s + (v - centre) ** 2, 0) / (n - 1)) * n) / ROWS;
      first += n;
    }
    // Kept in float32.
    expect(found['bn.statistics.mean']!.data[0]).toBeCloseTo(mean, 6);
    expect(found['bn.statistics.variance']!.data[0]).toBeCloseTo(variance, 6);
  });
});

describe('statistics at the draws of SWAG', () => {
  const program = (momentum: number, collect: string) => `
data points = simulate(n = 60, test = 20, seed = 1) { x: real[2] ~ Normal(0, 1); y: real ~ Normal(x[1], 0.5) }
network net { input real[2]; fc1 = dense(4); bn = batch_norm(momentum = ${momentum}); relu; fc2 = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 0.5) }
run on points {
  infer swag { steps = 9, batch = 30, rank = 5, optimizer = sgd(0.05), collect_every = ${collect} }
  evaluate on test { nll, samples = 3 }
}
`;

  it('are used by evaluate for every draw, whatever training left', async () => {
    // At a momentum of 1 the running statistics stay what they were at the start, and whoever reads them predicts nonsense.
    const [moving, still] = await Promise.all([0.9, 1].map((momentum) => runText(program(momentum, '1 step'))));
    expect(still!.result.steps[1]!.metrics).toEqual(moving!.result.steps[1]!.metrics);
  });

  it('are those of each draw: behind a batch norm nobody sees how large the weights are', async () => {
    const rmseOf = async (spread: number) => {
      const site = (path: string, value: number, own: number) => {
        const part = { mean: Float32Array.of(value), own: Float32Array.of(own), columns: [] };
        const base = {
          path,
          layer: path.split('.')[0]!,
          counts: 'weight',
          mean: part.mean,
          sd: part.own,
          mask: null,
        } as const;
        return { ...base, shape: path === 'fc.weight' ? [1, 1] : [1], family: 'LowRankNormal', parts: [part] } as const;
      };
      const sites = [site('fc.weight', 20, spread), site('bn.scale', 1, 0), site('bn.shift', 0, 0)];
      // What belongs to the mean: 20 times inputs of variance 1.
      const statistics = [
        { path: 'bn.statistics.mean', shape: [1], draws: [Float32Array.of(0)] },
        { path: 'bn.statistics.variance', shape: [1], draws: [Float32Array.of(400)] },
      ];
      const metrics = [{ metric: 'rmse', key: 'rmse', split: 'test' }];
      const place = { index: 1, name: null, from: null, text: '', span: HERE };
      const step = { kind: 'evaluate', ...place, model: scaled, split: 'test', metrics, samples: 3, of: 'draws' };
      const posterior: Posterior = { kind: 'posterior', sites, statistics };
      const context = {
        dataset: datasetOf(50),
        executor: reference,
        host: nodeHost(),
        reporter: silentReporter,
        seed: 1,
      };
      const record = { metrics: async () => undefined };
      const { result } = await evaluateStep.run(step as unknown as PlanEvaluate, { posterior }, {
        ...context,
        record,
      } as unknown as RunContext);
      return result.metrics.rmse!;
    };
    // Epsilon is 1e-3 of variances near 400; the draws lie between 5 and 35.
    expect(await rmseOf(5)).toBeCloseTo(await rmseOf(0), 4);
  });

  it('belong to iterates that are taken down after every so many steps', async () => {
    const { posterior } = await runText(program(0.9, '4 steps'));
    // After 4 and 8 of 9 steps: two columns of five.
    expect(posterior.get('fc1.weight.parts.columns')!.type.shape).toEqual([1, 2, 2, 4]);
  });
});

/** Runs a program of one run, in a folder that is gone afterwards. */
async function runText(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'bprune-statistics-'));
  try {
    const host = nodeHost();
    const { checked, source, diagnostics } = await loadSource(
      host,
      { name: join(folder, 'm.bprune'), text },
      new Map(),
    );
    expect(diagnostics).toEqual([]);
    const out = join(folder, 'out');
    const request = { plan: checked.runs[0]!, source, executor: reference, reason: 'test', checkpointEvery: null };
    const flags = { seed: 3, settings: new Map(), out, overwrite: false, logSteps: 0, version: '0', argv: [] };
    const result = await runPlan({ ...request, ...flags }, host, silentReporter);
    const bytes = new Uint8Array(readFileSync(join(out, 'posterior.safetensors')));
    return { result, posterior: readSafetensors(bytes, 'posterior').tensors };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
