/** Statistics of a batch norm that are taken anew for given weights, against moments computed by hand. */
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/base/data.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { buildDensity } from '../../src/model/density.ts';
import { openMeasuring } from '../../src/runtime/steps/statistics.ts';
import type { RunContext } from '../../src/runtime/steps/step.ts';
import { distribution, model, network, output } from '../helpers/models.ts';
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

describe('statistics taken anew', () => {
  it('average the moments of batches by their rows, without the noise of the training', async () => {
    const x = new Float32Array(ROWS);
    fillNormal(childKey(rootKey(3), 'x'), x);
    const column = { kind: 'real', data: x, scale: [1], offset: [0] } as const;
    const columns = { x: { ...column, name: 'x', shape: [1] }, y: { ...column, name: 'y', shape: [] } };
    const dataset = { splits: { train: { rows: ROWS, columns } } } as unknown as Dataset;
    const density = buildDensity(regression);
    const measuring = await openMeasuring(density, { dataset, executor: reference } as RunContext);
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
