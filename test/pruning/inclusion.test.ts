/** The probability that a weight is there, from gates of weights, units, inputs and layers. */
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../src/base/host-array.ts';
import type { Posterior, SitePosterior } from '../../src/model/posterior.ts';
import { inclusionOf } from '../../src/pruning/index.ts';
import { inferencesOf } from '../helpers/inferences.ts';

const [step] = inferencesOf(
  `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc = dense(3); mid = dense(2); out = dense(1) }
model m {
  z[fc.unit] ~ Bernoulli(0.4)
  gate fc.unit with z
  t[fc.input] ~ Bernoulli(0.4)
  gate fc.input with t
  s[mid.weight] ~ Bernoulli(0.5)
  mid.weight ~ SpikeSlab(s, Normal(0, 1))
  w[out.layer] ~ Bernoulli(0.5)
  out.weight ~ SpikeSlab(w, Normal(0, 1))
  fc.* ~ Normal(0, 1)
  mid.bias, out.bias ~ Normal(0, 1)
  y ~ Normal(net(x), 1)
}
run on d { infer sgvb { steps = 1 } }`,
  2,
);
const { model } = step!;

const probabilities: Readonly<Record<string, readonly number[]>> = {
  'z[fc.unit]': [0.5, 0.25, 1],
  't[fc.input]': [0.5, 0.125],
  's[mid.weight]': [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
  'w[out.layer]': [0.75],
};

const posterior: Posterior = {
  kind: 'posterior',
  statistics: [],
  sites: model.sites.map(({ path, layer, shape, parameter }): SitePosterior => {
    const p = probabilities[path];
    const mean = Float32Array.from(p ?? new Array(sizeOf(shape)).fill(0));
    const family = p === undefined ? 'Normal' : 'Bernoulli';
    return { path, layer, counts: parameter.counts, shape, family, mean, sd: mean, mask: null };
  }),
};

describe('inclusion', () => {
  it.each([
    ['fc.weight', [0.25, 0.125, 0.5, 0.0625, 0.03125, 0.125]],
    ['fc.bias', [0.5, 0.25, 1]],
    ['mid.weight', [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]],
    ['mid.bias', [1, 1]],
    ['out.weight', [0.75, 0.75]],
  ])('of %s multiplies its gates', (path, expected) => {
    const found = inclusionOf(model, posterior, path);
    // Single precision.
    found.forEach((p, i) => {
      expect(p).toBeCloseTo(expected[i]!, 6);
    });
    expect(found.length).toBe(expected.length);
  });
});
