/** Layers of images against numbers worked out by hand, and published networks against their published sizes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import { sizeOf } from '../../src/base/host-array.ts';
import { buildDensity } from '../../src/model/density.ts';
import { layers } from '../../src/model/index.ts';
import { storedStatistics } from '../../src/model/statistics.ts';
import { drawnWeights } from '../../src/model/weights.ts';
import { checkText } from '../helpers/golden.ts';
import { distribution, type Line, model, network, noLatents, output } from '../helpers/models.ts';
import { compute, type Numbers, real } from '../helpers/reference.ts';

function shapeOf(kind: string, input: readonly number[], options: OptionValues) {
  const inferred = layers.get(kind)!.infer([input], options);
  return inferred.ok ? inferred.output : inferred.problem;
}

/** The output of one line for one example; parameters by role. */
async function outputOf(line: Line, input: readonly number[], x: Numbers, parameters: Record<string, Numbers> = {}) {
  const net = network(input, [line]);
  const density = buildDensity(
    model({
      network: net,
      prior: () => distribution('Flat'),
      column: { kind: 'real', shape: net.outputShape },
      likelihood: distribution('Normal', output, 1),
      rows: 1,
    }),
  );
  const values = net.layers[0]!.parameters.map((p) => [`p/${p.role}`, real(parameters[p.role]!, p.shape)] as const);
  const inputs = { x: real(x, [1, ...input]), ...Object.fromEntries(values) };
  const { out } = await compute(inputs, ({ graph: b }, refs) => {
    const weights = drawnWeights((path) => refs[`p/${path.split('.').at(-1)}`]!);
    return {
      out: density.forward(
        b,
        weights,
        refs.x!,
        storedStatistics(() => refs.x!),
        noLatents,
      ).output,
    };
  });
  return [...out!];
}

describe('shapes of windows', () => {
  it.each<[string, readonly number[], OptionValues, readonly number[] | string]>([
    ['conv2d', [28, 28, 1], { filters: 20, size: 5, stride: 1, padding: 'valid' }, [24, 24, 20]],
    ['conv2d', [32, 32, 3], { filters: 16, size: 3, stride: 1, padding: 'same' }, [32, 32, 16]],
    ['conv2d', [32, 32, 16], { filters: 8, size: 3, stride: 2, padding: 'same' }, [16, 16, 8]],
    ['conv2d', [5, 7, 2], { filters: 1, size: 3, stride: 2, padding: 1 }, [3, 4, 1]],
    ['max_pool', [24, 24, 20], { size: 2, padding: 'valid' }, [12, 12, 20]],
    ['max_pool', [7, 7, 3], { size: 3, stride: 2, padding: 'same' }, [4, 4, 3]],
    ['avg_pool', [7, 7, 3], { size: 2, padding: 'valid' }, [3, 3, 3]],
    ['global_avg_pool', [7, 5, 3], {}, [3]],
    [
      'conv2d',
      [2, 2, 1],
      { filters: 1, size: 3, stride: 1 },
      expect.stringContaining('3 by 3 over an image of 2 by 2'),
    ],
    ['max_pool', [4], { size: 2 }, expect.stringContaining('needs an image')],
    ['max_pool', [4, 4, 1], { size: 2, padding: 2 }, expect.stringContaining('padding alone')],
  ])('%s over %j with %j', (kind, input, options, expected) => {
    expect(shapeOf(kind, input, options)).toEqual(expected);
  });
});

describe('values', () => {
  const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

  it('conv2d adds the window, filter by filter, and the bias', async () => {
    const line: Line = ['conv2d', { filters: 2, size: 2, stride: 1, padding: 'valid' }, 'c'];
    // Filters [[1, 0], [0, 2]] and [[0, 1], [-1, 0]], last axis the filters.
    const weight = [1, 0, 0, 1, 0, -1, 2, 0];
    expect(await outputOf(line, [3, 3, 1], image, { weight, bias: [0.5, 10] })).toEqual([
      ...[1 + 10 + 0.5, 2 - 4 + 10, 2 + 12 + 0.5, 3 - 5 + 10],
      ...[4 + 16 + 0.5, 5 - 7 + 10, 5 + 18 + 0.5, 6 - 8 + 10],
    ]);
  });

  it('conv2d without a bias has none, and `same` puts the odd pixel at the end', async () => {
    const line: Line = ['conv2d', { filters: 1, size: 2, stride: 1, padding: 'same', bias: false }, 'c'];
    expect(await outputOf(line, [2, 2, 1], [1, 2, 3, 4], { weight: [1, 1, 1, 1] })).toEqual([10, 6, 7, 4]);
    expect(network([2, 2, 1], [line]).layers[0]!.parameters.map((p) => p.role)).toEqual(['weight']);
  });

  it('pools look at each window', async () => {
    const options = { size: 2, stride: 1, padding: 'valid' };
    expect(await outputOf(['max_pool', options], [3, 3, 1], image)).toEqual([5, 6, 8, 9]);
    expect(await outputOf(['avg_pool', options], [3, 3, 1], image)).toEqual([3, 4, 6, 7]);
    expect(await outputOf(['global_avg_pool'], [3, 3, 1], image)).toEqual([5]);
    // Padding is no part of the mean: the corner window holds the 1 alone.
    const padded = await outputOf(['avg_pool', { size: 2, stride: 2, padding: 1 }], [3, 3, 1], image);
    expect(padded).toEqual([1, 2.5, 5.5, 7]);
  });
});

describe('published networks', () => {
  const text = readFileSync(join(import.meta.dirname, '../golden/good/residual-cifar.bprune'), 'utf8');
  const { result } = checkText('p', text);
  const countOf = (name: string) => {
    const net = result.networks.find((n) => n.name === name)!;
    const parameters = net.layers.flatMap((l) => l.parameters);
    const sum = (counts: string) => parameters.reduce((n, p) => n + (p.counts === counts ? sizeOf(p.shape) : 0), 0);
    return {
      weights: sum('weight'),
      all: sum('weight') + sum('bias'),
      multiplyAdds: net.layers.reduce((n, l) => n + l.multiplyAdds, 0),
    };
  };

  it('LeNet-5 of Caffe: 431,080 parameters, 430,500 of them weights', () => {
    expect(countOf('lenet5')).toEqual({ weights: 430_500, all: 431_080, multiplyAdds: 2_293_000 });
  });

  it('ResNet-20 for CIFAR (He et al. 2016, projections where the width changes): 0.27 M parameters, 40.8 M multiply-adds', () => {
    expect(countOf('resnet20')).toEqual({ weights: 270_896, all: 272_474, multiplyAdds: 40_813_184 });
  });
});
