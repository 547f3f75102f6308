/** Estimators: pre-activations as weight sampling has them, and less gradient noise from local reparameterisation. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import { engines, estimators } from '../../src/inference/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import type { SiteView } from '../../src/model/guide.ts';
import { normalGuide } from '../../src/model/guides/normal.ts';
import { storedStatistics } from '../../src/model/statistics.ts';
import { StepProgramBuilder } from '../../src/model/step-program.ts';
import { classifier, guide, linearRegression, noLatents, optimizer } from '../helpers/models.ts';
import { keyedNoise, numbersOf, real, runOnce, scalarsAt } from '../helpers/reference.ts';

const MEAN = [0.5, -1, 2, 0.3, 0.2, -0.4];
const LOG_VARIANCE = [-1, -3, 0, -2, -5, -1.5];
const X = [1, -2, 0.5, 0, 0, 0, 3, 1, -1];

/** Pre-activations of `dense(2)` with 3 inputs under an estimator, for noise of step `step`. */
async function draws(kind: string, count: number): Promise<Float64Array[]> {
  const density = buildDensity(classifier([3, 2]));
  const program = new StepProgramBuilder();
  const b = program.graph;
  const inputs = new Map<string, SiteView>();
  for (const site of density.sites) {
    const read = (p: string) =>
      program.state({ name: `${site.path}.${p}`, type: real([], site.shape).type, follows: null });
    inputs.set(site.path, normalGuide.view(b, site, read, null));
  }
  const x = program.batch({ name: 'x', type: real(X, [3, 3]).type });
  const { source } = estimators.get(kind)!.weights(program, 3, (site) => inputs.get(site)!);
  program.info(
    'out',
    density.forward(
      b,
      source,
      x,
      storedStatistics(() => x),
      noLatents,
    ).output,
  );
  const step = program.finish();
  const state = {
    'fc1.weight.mean': real(MEAN, [3, 2]),
    'fc1.weight.log_variance': real(LOG_VARIANCE, [3, 2]),
    'fc1.bias.mean': real([0.1, -0.1]),
    'fc1.bias.log_variance': real([-2, -4]),
  };
  const found: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const feed = { batch: { x: real(X, [3, 3]) }, noise: keyedNoise(step, rootKey(9), i), scalars: {} };
    const [info] = await runOnce(step, state, feed);
    found.push(numbersOf(info).out!);
  }
  return found;
}

describe('estimators', () => {
  it.each(['local_reparameterization', 'flipout', 'shared'])(
    '%s draws pre-activations with the mean and variance of sampled weights',
    async (kind) => {
      const n = 4000;
      const found = await draws(kind, n);
      for (let r = 0; r < 3; r++) {
        for (let u = 0; u < 2; u++) {
          const x = X.slice(3 * r, 3 * r + 3);
          const mean = x.reduce((s, v, j) => s + v * MEAN[2 * j + u]!, [0.1, -0.1][u]!);
          const variance = x.reduce(
            (s, v, j) => s + v * v * Math.exp(LOG_VARIANCE[2 * j + u]!),
            Math.exp([-2, -4][u]!),
          );
          const values = found.map((f) => f[2 * r + u]!);
          const average = values.reduce((s, v) => s + v, 0) / n;
          const spread = values.reduce((s, v) => s + (v - mean) ** 2, 0) / n;
          expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(variance / n));
          // The square of a normal variable has variance 2 sd^4.
          expect(Math.abs(spread - variance)).toBeLessThan(4 * variance * Math.sqrt(2 / n));
        }
      }
    },
  );

  it('local reparameterisation and flipout have far less gradient noise than a shared draw, and all the same mean', async () => {
    const rows = 32;
    const normals = new Float32Array(4 * rows);
    fillNormal(childKey(rootKey(3), 'data'), normals);
    const x = [...normals.slice(0, 3 * rows)];
    const y = [...normals.slice(3 * rows)].map((e, i) => x[3 * i]! - x[3 * i + 2]! + 0.3 * e);
    const n = 1000;
    const gradients = async (kind: string) => {
      const model = linearRegression(3, rows, 0.3, 1);
      const program = engines.get('sgvb')!.build({
        density: buildDensity(model),
        guide: guide(model, () => 'Normal', 0.3),
        optimizer: optimizer('sgd', 1),
        estimator: kind,
        options: {},
        schedules: {},
        masks: new Map(),
        course: { steps: 1000, stepsPerEpoch: 10 },
      });
      const state = program.initial(rootKey(4), null);
      const step = program.step(rows);
      const before = state['fc1.weight.mean']!.data;
      const found: number[][] = [];
      for (let i = 0; i < n; i++) {
        const noise = keyedNoise(step, rootKey(6), i);
        const feed = { batch: { x: real(x, [rows, 3]), y: real(y) }, noise, scalars: scalarsAt(program, 0, 0) };
        const after = (await runOnce(step, state, feed))[1]['fc1.weight.mean']!.data;
        found.push([...before].map((v, j) => v - after[j]!));
      }
      return [0, 1, 2].map((j) => {
        const mean = found.reduce((s, g) => s + g[j]!, 0) / n;
        return { mean, variance: found.reduce((s, g) => s + (g[j]! - mean) ** 2, 0) / n };
      });
    };
    const [local, flipped, shared] = [
      await gradients('local_reparameterization'),
      await gradients('flipout'),
      await gradients('shared'),
    ];
    local.forEach((l, j) => {
      const s = shared[j]!;
      expect(Math.abs(l.mean - s.mean)).toBeLessThan(4 * Math.sqrt((l.variance + s.variance) / n));
      // With 32 rows the noise of rows averages out, about 1 / 32 of the shared variance; 1 / 4 is far outside chance.
      expect(l.variance).toBeLessThan(s.variance / 4);
      const f = flipped[j]!;
      expect(Math.abs(f.mean - s.mean)).toBeLessThan(4 * Math.sqrt((f.variance + s.variance) / n));
      // This gradient is linear in the deviations of the rows, and those of two rows are not correlated here either.
      expect(f.variance).toBeLessThan(s.variance / 4);
    });
  });
});
