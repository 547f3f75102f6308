/** The joint density of small models against numbers worked out by hand. */
import { describe, expect, it } from 'vitest';
import { f32 } from '../../src/base/host-array.ts';
import { buildDensity } from '../../src/model/density.ts';
import { layers } from '../../src/model/index.ts';
import { storedStatistics } from '../../src/model/statistics.ts';
import { drawnWeights } from '../../src/model/weights.ts';
import { classifier, distribution, linearRegression, model, network, noLatents, output } from '../helpers/models.ts';
import { classes, compute, numbersOf, real, runOnce } from '../helpers/reference.ts';

describe('layers', () => {
  it('infer shapes and parameters', () => {
    expect(layers.get('dense')!.infer([[784]], { outputs: 300 })).toEqual({
      ok: true,
      output: [300],
      parameters: [
        { role: 'weight', shape: [784, 300], fanIn: 784, initialiser: 'kaiming', counts: 'weight', byName: false },
        { role: 'bias', shape: [300], fanIn: 784, initialiser: 'zero', counts: 'bias', byName: false },
      ],
      statistics: [],
      multiplyAdds: 235_200,
    });
    expect(layers.get('flatten')!.infer([[28, 28, 1]], {})).toMatchObject({ ok: true, output: [784] });
  });

  it('ask for flatten where a dense layer gets an image', () => {
    const shape = layers.get('dense')!.infer([[28, 28, 1]], { outputs: 3 });
    expect(shape).toMatchObject({ ok: false, hint: expect.stringContaining('flatten') });
  });

  it('compute what they are called', async () => {
    const lines = [['flatten'], ['tanh'], ['identity'], ['relu'], ['softplus'], ['sigmoid']] as const;
    const density = buildDensity(
      model({
        network: network([2, 1], lines),
        prior: () => distribution('Flat'),
        column: { kind: 'real', shape: [2] },
        likelihood: distribution('Normal', output, 1),
        rows: 1,
      }),
    );
    const { out } = await compute({ x: real([0.5, -0.4], [1, 2, 1]) }, ({ graph: b }, { x }) => ({
      out: density.forward(
        b,
        drawnWeights(() => x!),
        x!,
        storedStatistics(() => x!),
        noLatents,
      ).output,
    }));
    const expected = [0.5, -0.4].map((x) => 1 / (1 + Math.exp(-Math.log1p(Math.exp(Math.max(Math.tanh(x), 0))))));
    expected.forEach((v, i) => {
      expect(out![i]).toBeCloseTo(v, 12);
    });
  });
});

describe('density', () => {
  it('sums the log prior over a site', async () => {
    const density = buildDensity(classifier([2, 2], distribution('Normal', 1, 2)));
    const site = density.sites[0]!;
    const { prior } = await compute({ w: real([1, 3, -1, 2], [2, 2]) }, ({ graph: b }, { w }) => ({
      prior: density.logPrior(b, site, w!, noLatents),
    }));
    const expected = -0.5 * (0 + 1 + 1 + 0.25) - 4 * (Math.log(2) + 0.5 * Math.log(2 * Math.PI));
    expect(prior![0]).toBeCloseTo(expected, 12);
  });

  it('predicts with a two-layer classifier as the formula says', async () => {
    const density = buildDensity(classifier([2, 2, 3]));
    const program = density.predict(2);
    const state = {
      'fc1.weight': real([1, -1, 2, 0.5], [2, 2]),
      'fc1.bias': real([0.1, -0.2]),
      'fc2.weight': real([1, 0, -1, 0.5, 2, 0.25], [2, 3]),
      'fc2.bias': real([0, 0.3, -0.1]),
    };
    const rows = [
      [0.5, -1],
      [2, 1],
    ] as const;
    const batch = { x: real(rows.flat(), [2, 2]), y: classes([2, 1]) };
    const [info] = await runOnce(program, state, { batch, noise: {}, scalars: {} });
    const { log_likelihood, probabilities } = numbersOf(info);
    rows.forEach(([a, c], r) => {
      const h = [Math.max(a + 2 * c + 0.1, 0), Math.max(-a + 0.5 * c - 0.2, 0)] as const;
      const z = [h[0] + 0.5 * h[1], 2 * h[1] + 0.3, -h[0] + 0.25 * h[1] - 0.1];
      const total = z.reduce((s, v) => s + Math.exp(v), 0);
      z.forEach((v, k) => {
        expect(probabilities![r * 3 + k]).toBeCloseTo(Math.exp(v) / total, 12);
      });
      expect(log_likelihood![r]).toBeCloseTo(z[[2, 1][r]!]! - Math.log(total), 12);
    });
    expect(program.state.map((s) => s.follows)).toEqual(density.sites.map((s) => s.path));
    expect(program.info.map((i) => [i.name, i.type.shape])).toEqual([
      ['log_likelihood', [2]],
      ['probabilities', [2, 3]],
    ]);
  });

  it('treats `[rows, 1]` beside a column of plain numbers as `[rows]`', async () => {
    const density = buildDensity(linearRegression(2, 3, 0.5, 1));
    expect(density.batch(3)).toEqual([
      { name: 'x', type: f32([3, 2]) },
      { name: 'y', type: f32([3]) },
    ]);
    const program = density.predict(3);
    const state = { 'fc1.weight': real([1, 2], [2, 1]), 'fc1.bias': real([0.5]) };
    const batch = { x: real([1, 0, 0, 1, 1, 1], [3, 2]), y: real([1, 2, 3]) };
    const [info] = await runOnce(program, state, { batch, noise: {}, scalars: {} });
    const { log_likelihood, mean, sd } = numbersOf(info);
    expect([...mean!]).toEqual([1.5, 2.5, 3.5]);
    expect([...sd!]).toEqual([0.5, 0.5, 0.5]);
    expect(log_likelihood![0]).toBeCloseTo(-0.5 - Math.log(0.5) - 0.5 * Math.log(2 * Math.PI), 12);
  });
});
