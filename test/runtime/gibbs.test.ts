/** Runs whose chains draw latents of 0 and 1: stopped and resumed, pruned by inclusion, inside and behind the training, and after other engines. */
import { afterAll, describe, expect, it } from 'vitest';
import { stoppedRuns } from '../helpers/stopped-runs.ts';

const program = (steps: string) => `
data points = simulate(n = 40, test = 10, seed = 1) { x: real[4] ~ Normal(0, 1); y: real ~ Normal(2 * x[1] - x[2], 0.5) }
network net { input real[4]; fc1 = dense(6); tanh; fc2 = dense(1) }
model m {
  pi ~ Beta(1, 3)
  z[*.weight] ~ Bernoulli(pi)
  *.weight ~ Normal(0, if z then 1 else 0.05)
  *.bias ~ Normal(0, 1)
  y ~ Normal(net(x), 0.5)
}
run on points { ${steps} }
`;
const CHAINS = 'epochs = 8, batch = 15, lr = 0.01 / N, chains = 2';
const MOVE = 'move z by gibbs every 1 epoch';

describe('a run with `move z by gibbs`', () => {
  const runs = stoppedRuns();
  afterAll(() => runs.remove());

  it.each([
    `infer sghmc { ${CHAINS}, ${MOVE} }; prune *.weight where inclusion < 0.5; infer map { epochs = 2 }; evaluate { rmse, kept }`,
    `infer sgld { ${CHAINS}, move z by gibbs every 4 steps, every 3 epochs { prune *.weight where inclusion < 0.2 } }; evaluate { rmse, kept, samples = 4 }`,
    `infer sgvb { epochs = 2 }; infer sghmc { ${CHAINS}, ${MOVE} }; evaluate { rmse, samples = 4 }`,
    `infer sghmc { ${CHAINS}, ${MOVE} }; prune *.weight where inclusion < 0.5; infer sghmc { ${CHAINS}, ${MOVE} }; evaluate { rmse, kept, samples = 4 }`,
  ])('is the same when it was stopped on the way: %s', async (steps) => {
    const text = program(steps);
    const whole = await runs.run(text);
    expect(whole.result.status).toBe('finished');
    await runs.expectSame(text, 7, whole);
  });

  it('prunes some of the weights, and says of a single latent how probable it is', async () => {
    const { result } = await runs.run(
      program(
        `infer sghmc { ${CHAINS}, ${MOVE} }; prune *.weight where inclusion < 0.5; evaluate { kept, samples = 4 }`,
      ),
    );
    expect(result.steps[0]!.latents.map((latent) => latent.name)).toEqual(['pi']);
    expect(result.steps[1]!.metrics.kept).toBeGreaterThan(0);
    expect(result.steps[1]!.metrics.kept).toBeLessThan(1);
  });
});
