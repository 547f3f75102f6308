/** The networks of `models/`: each file is right, and its parameters and multiply-adds are those that papers print. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../src/base/host-array.ts';
import type { CheckedNetwork } from '../../src/language/check/checked.ts';
import { checkText } from '../helpers/golden.ts';

const MODELS = join(import.meta.dirname, '../../models');
const files = readdirSync(MODELS).filter((name) => name.endsWith('.bprune'));

const IMAGES = (shape: string, call: string) => `
data rows = simulate(n = 60, test = 20) { x: image[${shape}] ~ Normal(0, 1); y: class[10] ~ Categorical(logits = 0) }
model m(net) { *.weight ~ Normal(0, 1); *.bias ~ Flat(); y ~ Categorical(logits = net(x)) }
run for m(${call}) on rows { infer map { epochs = 1 } }
`;

const TABLE = (width: number, call: string) => `
data rows = simulate(n = 60, test = 20) { x: real[${width}] ~ Normal(0, 1); y: real ~ Normal(0, 1) }
model m(net) { * ~ Normal(0, 1); y ~ Normal(net(x), 1) }
run for m(${call}) on rows { infer map { epochs = 1 } }
`;

function networkOf(file: string, rest: string): CheckedNetwork {
  const { result, diagnostics } = checkText(file, readFileSync(join(MODELS, file), 'utf8') + rest);
  // Networks of the file that this program does not use are no mistake.
  expect(diagnostics.filter((d) => d.code !== 'BP2019').map((d) => d.message)).toEqual([]);
  const [step] = result.runs[0]!.steps;
  if (step?.kind !== 'infer') throw new Error('the program has no inference');
  return step.model.network;
}

function countOf({ layers }: CheckedNetwork) {
  const parameters = layers.flatMap((l) => l.parameters);
  const sum = (counts: string) => parameters.reduce((n, p) => n + (p.counts === counts ? sizeOf(p.shape) : 0), 0);
  return {
    weights: sum('weight'),
    all: sum('weight') + sum('bias'),
    multiplyAdds: layers.reduce((n, l) => n + l.multiplyAdds, 0),
  };
}

const MNIST = '28, 28, 1';
const CIFAR = '32, 32, 3';

/** The convolutions and batch norms of two projections, which the networks of He et al. with option A do not have. */
const PROJECTIONS = { parameters: 16 * 32 + 32 * 64 + 2 * (32 + 64), multiplyAdds: 2 * 16 * 16 * 16 * 32 };

/** To as many digits as a paper prints. */
const rounded = (n: number, digits: number) => Number(n.toPrecision(digits));

describe('networks of models/', () => {
  it.each(files)('%s is right by itself', (file) => {
    const { diagnostics } = checkText(file, readFileSync(join(MODELS, file), 'utf8'));
    expect(diagnostics.map((d) => d.message)).toEqual([]);
  });

  // Blundell et al. 2015, Table 1: 500k, 1.3m and 2.4m weights.
  it.each([
    ['mlp400', 477_600, 1, 500_000],
    ['mlp800', 1_275_200, 2, 1_300_000],
    ['mlp1200', 2_392_800, 2, 2_400_000],
    ['mlp(units = 400)', 477_600, 1, 500_000],
    ['deep_mlp([400, 400])', 477_600, 1, 500_000],
  ])('%s has %i weights', (call, weights, digits, published) => {
    const { weights: found, multiplyAdds } = countOf(networkOf('mlp.bprune', IMAGES(MNIST, call)));
    expect(found).toBe(weights);
    expect(rounded(found, digits)).toBe(published);
    expect(multiplyAdds).toBe(weights);
  });

  it('LeNet-300-100: 267K parameters, 532K flops (Han et al. 2015, Table 3)', () => {
    const found = countOf(networkOf('lenet-300-100.bprune', IMAGES(MNIST, 'lenet300')));
    expect(found).toEqual({ weights: 266_200, all: 266_610, multiplyAdds: 266_200 });
    expect([rounded(found.all, 3), rounded(2 * found.multiplyAdds, 3)]).toEqual([267_000, 532_000]);
  });

  it('LeNet-5 of Caffe: 431K parameters, 4586K flops (Han et al. 2015, Table 4)', () => {
    const found = countOf(networkOf('lenet5.bprune', IMAGES(MNIST, 'lenet5')));
    expect(found).toEqual({ weights: 430_500, all: 431_080, multiplyAdds: 2_293_000 });
    expect([rounded(found.all, 3), rounded(2 * found.multiplyAdds, 4)]).toEqual([431_000, 4_586_000]);
  });

  // Liu et al. 2017 and many others: 14.7 M; Li et al. 2017, Table 1: 3.13e8 multiply-adds.
  it('VGG-16 for CIFAR: 14.7 M parameters, 3.13e8 multiply-adds', () => {
    const found = countOf(networkOf('vgg16.bprune', IMAGES(CIFAR, 'vgg16')));
    expect(rounded(found.all, 3)).toBe(14_700_000);
    expect(rounded(found.multiplyAdds, 3)).toBe(313_000_000);
    // 13 convolutions, the dense layer, and a scale and a shift for 4,224 filters.
    expect(found).toEqual({ weights: 14_715_584, all: 14_724_042, multiplyAdds: 313_201_664 });
  });

  // He et al. 2016, Table 6: 0.27, 0.46 and 0.85 M, without projections; multiply-adds of ResNet-56: 1.25e8 (Li et al. 2017, Table 1).
  it.each([
    ['resnet20', 269_722, 270_000, 40_551_040],
    ['resnet32', 464_154, 460_000, 68_862_592],
    ['resnet56', 853_018, 850_000, 125_485_696],
    ['resnet(n = 9)', 853_018, 850_000, 125_485_696],
  ])('%s has %i parameters and two projections', (call, parameters, published, multiplyAdds) => {
    const found = countOf(networkOf('resnet.bprune', IMAGES(CIFAR, call)));
    expect(found.all - PROJECTIONS.parameters).toBe(parameters);
    expect(rounded(parameters, 2)).toBe(published);
    expect(found.multiplyAdds - PROJECTIONS.multiplyAdds).toBe(multiplyAdds);
  });

  // Hernandez-Lobato & Adams 2015, section 5: one hidden layer of 50 units, 100 for Protein and Year.
  it.each([
    ['hidden50', 13, 50],
    ['hidden100', 90, 100],
    ['hidden50(units = 20)', 6, 20],
  ])('%s on %i columns has %i hidden units', (call, width, units) => {
    const found = countOf(networkOf('uci.bprune', TABLE(width, call)));
    const weights = (width + 1) * units;
    expect(found).toEqual({ weights, all: weights + units + 1, multiplyAdds: weights });
  });
});
