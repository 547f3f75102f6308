/** What a step is called where it is shown and kept: what was written, on one line, in the order of the kinds of options. */
import { expect, it } from 'vitest';
import { inferencesOf } from '../../helpers/inferences.ts';

const program = (infer: string) => `data d = csv("d.csv") { x: real[3]; y: real }
network net { input real[3]; fc = dense(2); relu; out = dense(1) }
model m {
  param rho = 1 in [0.1, 10]
  z[fc.unit] ~ Bernoulli(0.5)
  gate fc.unit with z
  * ~ Normal(0, rho)
  y ~ Normal(net(x), 1)
}
run on d { ${infer} }`;

it.each([
  'infer sgvb { epochs = 4, batch = 5, optimizer of fc.weight = sgd(0.1), estimator of z = ste }',
  'infer sgvb { epochs = 4, batch = 5, move rho = 0.9 * rho every 2 epochs }',
  'infer sgvb { epochs = 4, batch = 5, every 2 epochs { prune *.weight by magnitude lowest 10% } }',
])('%s', (written) => {
  expect(inferencesOf(program(written), 5)[0]!.text).toBe(written);
});
