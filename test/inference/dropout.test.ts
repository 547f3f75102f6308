/** Dropout: what it keeps, that every row and every particle has noise of its own, and that predictions know nothing of it. */
import { describe, expect, it } from 'vitest';
import { rootKey } from '../../src/base/keys.ts';
import { engines } from '../../src/inference/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import { drawnWeights } from '../../src/model/weights.ts';
import { distribution, guide, model, network, noLatents, optimizer, output } from '../helpers/models.ts';
import { compute, keyedNoise, openFor, real, scalarsAt } from '../helpers/reference.ts';

const RATE = 0.25;
const ROWS = 6;
const TRAINING_ROWS = 60;
const SD = 0.5;

const regression = model({
  network: network(
    [3],
    [
      ['dropout', { rate: RATE }, 'drop'],
      ['dense', { outputs: 1 }, 'fc1'],
    ],
  ),
  prior: () => distribution('Flat'),
  column: { kind: 'real', shape: [] },
  likelihood: distribution('Normal', output, SD),
  rows: TRAINING_ROWS,
});
const density = buildDensity(regression);
const x = Array.from({ length: ROWS * 3 }, (_, i) => Math.sin(1.7 * i + 0.3));
const y = Array.from({ length: ROWS }, (_, i) => Math.cos(i));

/** Minus the log likelihood of the data set, by the formula, for weights `w`, a bias and the noise of the rows. */
function nllOf(w: readonly number[], bias: number, noise: readonly number[]): number {
  const logs = y.map((target, row) => {
    const kept = w.map((weight, j) => {
      const at = 3 * row + j;
      return noise[at]! >= RATE ? (weight * x[at]!) / (1 - RATE) : 0;
    });
    const error = (target - kept.reduce((sum, v) => sum + v, bias)) / SD;
    return -0.5 * error ** 2 - Math.log(SD) - 0.5 * Math.log(2 * Math.PI);
  });
  return (-TRAINING_ROWS * logs.reduce((sum, v) => sum + v)) / ROWS;
}

function build(name: string) {
  const engine = engines.get(name)!;
  const family = name === 'svgd' ? 'Particles' : 'Delta';
  const request = {
    ...{ density, guide: guide(regression, () => family), optimizer: optimizer('sgd', 0.1) },
    ...{ estimator: 'local_reparameterization', options: { particles: 4 }, schedules: {}, masks: new Map() },
    course: { steps: 1000, stepsPerEpoch: 10 },
  };
  return engine.build(request);
}

describe('dropout', () => {
  it('keeps numbers as often as it says, divided by how often, and gradients with them', async () => {
    const size = 20_000;
    const wide = buildDensity({ ...regression, network: network([size], [['dropout', { rate: RATE }, 'drop']]) });
    const [spec] = wide.noise;
    expect(spec).toEqual({ name: 'drop.keep', path: ['drop', 'keep'], kind: 'uniform', shape: [size] });
    const program = { noise: [{ ...spec!, type: { dtype: 'f32', shape: [1, size] } }] } as never;
    const noise = keyedNoise(program, rootKey(3), 0)['drop.keep']!;
    const { out } = await compute({ x: real(new Array(size).fill(2), [1, size]), noise }, ({ graph: b }, refs) => ({
      out: wide.forward(
        b,
        drawnWeights(() => refs.x!),
        refs.x!,
        { kind: 'training', stored: () => refs.x!, noise: () => refs.noise! },
        noLatents,
      ).output,
    }));
    const kept = out!.filter((v) => v !== 0);
    expect([...new Set(kept)]).toEqual([2 / (1 - RATE)]);
    // 4 standard errors of a share.
    expect(Math.abs(kept.length / size - (1 - RATE))).toBeLessThan(4 * Math.sqrt((RATE * (1 - RATE)) / size));
  });

  it.each(['map', 'sgvb', 'svgd'])('is drawn for each row by %s, and for each particle', async (name) => {
    const program = build(name);
    const step = program.step(ROWS);
    const copies = name === 'svgd' ? 4 : 1;
    expect(step.noise.map((n) => [n.name, n.kind, n.type.shape])).toEqual([
      ['drop.keep', 'uniform', name === 'svgd' ? [4, ROWS, 3] : [ROWS, 3]],
    ]);
    const start = program.initial(rootKey(1), null);
    const session = await openFor(program, start);
    const noise = keyedNoise(step, rootKey(5), 0);
    const batch = { x: real(x, [ROWS, 3]), y: real(y) };
    const [info] = await session.run(await session.compile(step), [
      { batch, noise, scalars: scalarsAt(program, 0, 0) },
    ]);
    const slot = name === 'svgd' ? 'particles' : 'mean';
    const [weights, biases] = ['weight', 'bias'].map((role) => start[`fc1.${role}.${slot}`]!.data);
    const drawn = [...noise['drop.keep']!.data];
    const expected = Array.from({ length: copies }, (_, i) =>
      nllOf([...weights!.slice(3 * i, 3 * i + 3)], biases![i]!, drawn.slice(3 * ROWS * i, 3 * ROWS * (i + 1))),
    );
    // Float64 sums of a few dozen terms.
    expect(info!.nll!.data[0]).toBeCloseTo(expected.reduce((sum, v) => sum + v) / copies, 8);
  });

  it('leaves predictions alone', () => {
    const program = density.predict(ROWS);
    expect(program.noise).toEqual([]);
    expect(program.graph.values.map((v) => v.op)).not.toContain('greater_equal');
  });
});
