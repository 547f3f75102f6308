/** `SpikeSlab(z, D)` in a guide is D for the slab: what the checker plans is the same, whichever is written. */
import { describe, expect, it } from 'vitest';
import { inferencesOf } from '../../helpers/inferences.ts';

function guideOf(line: string) {
  const text = `data d = csv("d.csv") { x: real[3]; y: real }
network net { input real[3]; fc1 = dense(6); tanh; fc2 = dense(1) }
model m {
  z[fc1.unit] ~ Bernoulli(0.5)
  fc1.* ~ SpikeSlab(z, Normal(0, 1))
  fc2.* ~ Normal(0, 1)
  y ~ Normal(net(x), 0.3)
}
guide { param s[fc1.layer] = 0.1 in (0, inf); fc1.* ~ ${line} }
run r on d { infer sgvb { epochs = 2 } }`;
  const [step] = inferencesOf(text, 20);
  // Places in the text differ.
  return JSON.parse(
    JSON.stringify(step!.guide, (key, value) => (key === 'span' || key === 'start' || key === 'end' ? 0 : value)),
  );
}

describe('a guide of a weight behind a gate', () => {
  it.each([
    ['SpikeSlab(z, Normal(sd = 0.1))', 'Normal(sd = 0.1)'],
    ['SpikeSlab(slab = Delta(), z = z)', 'Delta()'],
    ['SpikeSlab(z, Normal(sd = s))', 'Normal(sd = s)'],
  ])('%s is that of its slab', (whole, slab) => {
    expect(guideOf(whole)).toEqual(guideOf(slab));
    expect(guideOf(whole)).not.toEqual(guideOf('Normal(sd = 0.2)'));
  });
});
