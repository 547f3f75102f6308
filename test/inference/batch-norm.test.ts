/**
 * Batch norm against one written by hand in float64: values, running statistics and gradients; a training whose end is known
 * in closed form; and what becomes of the statistics from step to step.
 */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import type { CheckedModel } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { drawWeights, masksOf, meanWeights, type Posterior, restrict } from '../../src/model/posterior.ts';
import { storedStatistics } from '../../src/model/statistics.ts';
import { drawnWeights } from '../../src/model/weights.ts';
import { posteriorFile } from '../../src/runtime/export/posterior-file.ts';
import { readSafetensors } from '../../src/runtime/export/safetensors.ts';
import { gram, invert, times } from '../helpers/linear-algebra.ts';
import { distribution, guide, type Line, model, network, noLatents, optimizer, output } from '../helpers/models.ts';
import { compute, keyedNoise, numbersOf, openFor, real, runOnce, scalarsAt } from '../helpers/reference.ts';

const MOMENTUM = 0.75;
const EPSILON = 1e-3;
const options = { momentum: MOMENTUM, epsilon: EPSILON };

function normals(count: number, name: string): Float64Array {
  const values = new Float32Array(count);
  fillNormal(childKey(rootKey(5), name), values);
  return Float64Array.from(values);
}

/** By loops over rows and channels: the normalised values, and the moments. */
function byHand(x: Float64Array, scale: Float64Array, shift: Float64Array) {
  const channels = scale.length;
  const n = x.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let i = 0; i < x.length; i++) mean[i % channels]! += x[i]! / n;
  for (let i = 0; i < x.length; i++) variance[i % channels]! += (x[i]! - mean[i % channels]!) ** 2 / n;
  const out = x.map((v, i) => {
    const c = i % channels;
    return ((v - mean[c]!) / Math.sqrt(variance[c]! + EPSILON)) * scale[c]! + shift[c]!;
  });
  return { mean, variance, unbiased: variance.map((v) => (v * n) / (n - 1)), out };
}

function imageModel(shape: readonly number[]): CheckedModel {
  const net = network(shape, [['batch_norm', options, 'bn']]);
  const column = { kind: 'real', shape: net.outputShape } as const;
  const prior = () => distribution('Flat');
  return model({ network: net, prior, column, likelihood: distribution('Normal', output, 1), rows: 4 });
}

const SHAPE = [4, 2, 3, 2];
const x = normals(48, 'x').map((v, i) => 3 * v + (i % 2));
const scale = Float64Array.of(1.5, -0.5);
const shift = Float64Array.of(0.2, 2);
const weighting = normals(48, 'weighting');

/** A weighted sum of the outputs, its gradients, and the statistics after the step. */
async function pass(training: boolean, at = { x, scale, shift }) {
  const density = buildDensity(imageModel(SHAPE.slice(1)));
  const inputs = {
    x: real(at.x, SHAPE),
    'bn.scale': real(at.scale),
    'bn.shift': real(at.shift),
    'bn.statistics.mean': real([0.5, -1]),
    'bn.statistics.variance': real([2, 4]),
    weighting: real(weighting, SHAPE),
  };
  return await compute(inputs, ({ graph: b }, refs) => {
    const read = (path: string) => refs[path]!;
    const source = training ? ({ kind: 'training', stored: read, noise: read } as const) : storedStatistics(read);
    const forward = density.forward(b, drawnWeights(read), refs.x!, source, noLatents);
    const sum = b.sum(b.mul(forward.output, refs.weighting!));
    const [dx, dScale, dShift] = gradients(b, sum, [refs.x!, read('bn.scale'), read('bn.shift')]);
    return {
      out: forward.output,
      sum,
      x: dx!,
      scale: dScale!,
      shift: dShift!,
      ...Object.fromEntries(forward.statistics),
    };
  });
}

describe('batch norm by hand', () => {
  it('normalises by the moments of the batch while training, and moves the running ones', async () => {
    const got = await pass(true);
    const hand = byHand(x, scale, shift);
    hand.out.forEach((v, i) => {
      expect(got.out![i]).toBeCloseTo(v, 12);
    });
    [0.5, -1].forEach((before, c) => {
      expect(got['bn.statistics.mean']![c]).toBeCloseTo(MOMENTUM * before + (1 - MOMENTUM) * hand.mean[c]!, 12);
    });
    [2, 4].forEach((before, c) => {
      const after = MOMENTUM * before + (1 - MOMENTUM) * hand.unbiased[c]!;
      expect(got['bn.statistics.variance']![c]).toBeCloseTo(after, 12);
    });
  });

  it('normalises by the stored moments when predicting, and leaves them', async () => {
    const got = await pass(false);
    x.forEach((v, i) => {
      const [mean, variance] = i % 2 === 0 ? [0.5, 2] : [-1, 4];
      const expected = ((v - mean!) / Math.sqrt(variance! + EPSILON)) * scale[i % 2]! + shift[i % 2]!;
      expect(got.out![i]).toBeCloseTo(expected, 12);
    });
    expect(got['bn.statistics.mean']).toBeUndefined();
  });

  it.each(['x', 'scale', 'shift'] as const)('has the gradient of central differences by %s', async (name) => {
    const point = { x, scale, shift };
    const gradient = (await pass(true))[name]!;
    const h = 1e-5;
    for (const i of [0, 1, ...(name === 'x' ? [17, 46] : [])]) {
      const moved = (by: number) => ({ ...point, [name]: point[name].map((v, j) => (j === i ? v + by : v)) });
      const value = async (by: number) => (await pass(true, moved(by))).sum![0]!;
      // Truncation of h^2 and rounding of 1e-15 / h, both near 1e-10.
      expect(((await value(h)) - (await value(-h))) / (2 * h)).toBeCloseTo(gradient[i]!, 7);
    }
  });
});

const N = 24;
const features = normals(2 * N, 'features').map((v, i) => (i % 2 === 0 ? 2 * v + 5 : 0.3 * v - 1));
const targets = normals(N, 'noise').map((v, i) => 0.7 * features[2 * i]! - 4 * features[2 * i + 1]! + 0.1 * v);
const NOISE = 0.5;

function regression(): CheckedModel {
  const lines: Line[] = [
    ['batch_norm', { momentum: 0.5, epsilon: 1e-8 }, 'bn'],
    ['dense', { outputs: 1 }, 'fc'],
  ];
  const column = { kind: 'real', shape: [] } as const;
  const likelihood = distribution('Normal', output, NOISE);
  return model({ network: network([2], lines), prior: () => distribution('Flat'), column, likelihood, rows: N });
}

function engineProgram(name: string, family: 'Delta' | 'Normal', posterior: Posterior | null = null): EngineProgram {
  const checked = regression();
  return engines.get(name)!.build({
    density: buildDensity(checked),
    guide: guide(checked, (site) => (site.startsWith('bn') ? 'Delta' : family)),
    optimizer: optimizer('sgd', 0.05),
    estimator: 'local_reparameterization',
    options: name === 'svgd' ? { particles: 3 } : {},
    schedules: {},
    masks: posterior === null ? new Map() : masksOf(posterior),
    course: { steps: 1000, stepsPerEpoch: 10 },
  });
}

const everyone = { x: real(features, [N, 2]), y: real(targets) };

async function trained(program: EngineProgram, steps: number): Promise<StateArrays> {
  const session = await openFor(program, program.initial(rootKey(1), null));
  const step = await session.compile(program.step(N));
  for (let i = 0; i < steps; i++) {
    const noise = keyedNoise(step.program, rootKey(2), i);
    await session.run(step, [{ batch: everyone, noise, scalars: scalarsAt(program, i, i) }]);
  }
  const state = await session.read();
  session.dispose();
  return state;
}

describe('training with batch norm', () => {
  it('ends at least squares, with the moments of the data, whole batches given', async () => {
    const program = engineProgram('map', 'Delta');
    const posterior = program.posterior(await trained(program, 400));
    // A linear layer behind a full-batch norm is linear regression: the fit is that of the normal equations.
    const X = Array.from({ length: N }, (_, i) => [features[2 * i]!, features[2 * i + 1]!, 1]);
    const { inverse } = invert(gram(X));
    const solution = times(
      inverse,
      [0, 1, 2].map((j) => X.reduce((s, row, i) => s + row[j]! * targets[i]!, 0)),
    );
    const squares = X.reduce(
      (s, row, i) => s + (targets[i]! - row.reduce((t, v, j) => t + v * solution[j]!, 0)) ** 2,
      0,
    );
    const least = 0.5 * N * Math.log(2 * Math.PI * NOISE ** 2) + squares / (2 * NOISE ** 2);
    const [info] = await runOnce(program.step(N), program.initial(rootKey(3), posterior), {
      batch: everyone,
      noise: {},
      scalars: scalarsAt(program, 0, 0),
    });
    // The posterior is kept in float32: seven digits of the fit.
    expect(numbersOf(info).nll![0]! - least).toBeLessThan(1e-4);
    expect(numbersOf(info).nll![0]! - least).toBeGreaterThan(-1e-4);
    const hand = byHand(features, Float64Array.of(1, 1), Float64Array.of(0, 0));
    const [mean, variance] = posterior.statistics.map((s) => s.draws[0]!);
    [0, 1].forEach((c) => {
      expect(mean![c]).toBeCloseTo(hand.mean[c]!, 5);
      expect(variance![c]).toBeCloseTo(hand.unbiased[c]!, 5);
    });
  });

  it('predicts with the stored statistics, draw by draw', async () => {
    const program = engineProgram('sgvb', 'Normal');
    const posterior = program.posterior(await trained(program, 30));
    const [info] = await runOnce(buildDensity(regression()).predict(N), meanWeights(posterior), {
      batch: everyone,
      noise: {},
      scalars: {},
    });
    const value = (path: string) => meanWeights(posterior)[path]!.data;
    const expected = Array.from({ length: N }, (_, i) =>
      [0, 1].reduce((sum, c) => {
        const centred = features[2 * i + c]! - value('bn.statistics.mean')[c]!;
        const z = centred / Math.sqrt(value('bn.statistics.variance')[c]! + 1e-8);
        return sum + (z * value('bn.scale')[c]! + value('bn.shift')[c]!) * value('fc.weight')[c]!;
      }, value('fc.bias')[0]!),
    );
    expected.forEach((v, i) => {
      expect(info.mean!.data[i]).toBeCloseTo(v, 10);
    });
  });

  it('keeps statistics over pruning, a new training and the file', async () => {
    const program = engineProgram('sgvb', 'Normal');
    const posterior = program.posterior(await trained(program, 10));
    const pruned = restrict(posterior, { keep: new Map([['fc.weight', Uint8Array.of(1, 0)]]) });
    expect(pruned.statistics).toEqual(posterior.statistics);
    const next = engineProgram('map', 'Delta', pruned).initial(rootKey(9), pruned);
    const { tensors } = readSafetensors(posteriorFile(pruned), 'posterior');
    for (const { path, draws } of posterior.statistics) {
      expect([...next[path]!.data]).toEqual([...draws[0]!]);
      expect(tensors.get(path)!.data).toEqual(draws[0]);
    }
  });

  it('gives each particle statistics of its own', async () => {
    const program = engineProgram('svgd', 'Delta');
    const posterior = program.posterior(await trained(program, 5));
    // The layer stands first: all particles see the same inputs.
    const hand = byHand(features, Float64Array.of(1, 1), Float64Array.of(0, 0));
    const [mean] = posterior.statistics;
    expect(mean!.draws).toHaveLength(3);
    expect(mean!.draws[2]![0]).toBeCloseTo((1 - 0.5 ** 5) * hand.mean[0]!, 5);
    const drawn = drawWeights(posterior, 1, () => rootKey(1));
    expect(drawn['bn.statistics.variance']!.data).toBe(posterior.statistics[1]!.draws[1]);
  });
});
