/** Inferences of a part of a model on rows of their own, and predictions by the tangent, as runs: what they find, and that a stop changes nothing. */
import { afterAll, describe, expect, it } from 'vitest';
import { stoppedRuns } from '../helpers/stopped-runs.ts';

const runs = stoppedRuns();
afterAll(() => runs.remove());

const DATA = `
data points = simulate(n = 60, test = 20, seed = 1) {
  x: real[3] ~ Normal(0, 1)
  y: real ~ Normal(x[1] - x[2], 0.5)
  validation = split(train, 40%, seed = 2)
}
network net { input real[3]; fc1 = dense(4); tanh; fc2 = dense(1) }
model m {
  gamma ~ Gamma(3, 0.5)
  * ~ Normal(0, 1)
  y ~ Normal(net(x), 1 / sqrt(gamma))
}
`;

describe('svgd of some sites on other rows', () => {
  const text = `${DATA}
run on points {
  infer svgd { epochs = 3, batch = 12, particles = 3, optimizer = adam(0.02) }
  infer svgd { steps = 12, batch = 10, particles = 3, kernel_per = site, sites = gamma, rows = validation }
  evaluate { rmse, nll }
}
`;

  it('finds the precision that is the most likely one given the residuals of those rows', async () => {
    const one = `${DATA}
run on points {
  infer svgd { epochs = 10, batch = 12, particles = 1, optimizer = adam(0.02) }
  infer svgd { steps = 150, batch = 24, particles = 1, sites = gamma, rows = validation, optimizer = sgd(0.5) }
  found = evaluate on validation { rmse }
}
`;
    const { result } = await runs.run(one);
    const [, second, found] = result.steps;
    const n = 24;
    // The mode of log gamma: a Gamma(3, 0.5) prior, its Jacobian, and n normal residuals.
    const wanted = (3 + n / 2) / (0.5 + (n * found!.metrics.rmse! ** 2) / 2);
    expect(second!.latents[0]!.name).toBe('gamma');
    // Posteriors are kept in single precision.
    expect(second!.latents[0]!.mean / wanted).toBeCloseTo(1, 6);
  });

  it('is the same when it was stopped on the way', async () => {
    const whole = await runs.run(text);
    await runs.expectSame(text, 3, whole);
    await runs.expectSame(text, 8, whole);
  });
});

describe('laplace', () => {
  it.each(['kronecker', 'full, newton = 1'])(
    'predicts by its tangent after a stop as before, %s',
    async (covariance) => {
      const text = `${DATA}
run on points {
  infer laplace { epochs = 4, batch = 12, optimizer = adam(0.02), covariance = ${covariance} }
  evaluate { rmse, nll, samples = 4 }
  prune *.weight where snr < 0.5
  evaluate { rmse, nll, samples = 4 }
}
`;
      const whole = await runs.run(text);
      for (const looks of [2, 8]) await runs.expectSame(text, looks, whole);
      const sampled = await runs.run(text.replace(covariance, `${covariance}, predict = sampled`));
      const [ways, others] = [whole, sampled].map(({ result }) => result.steps[1]!);
      expect(ways!.metrics.nll).not.toBeCloseTo(others!.metrics.nll!, 6);
      expect(String(ways!.details.notes)).toContain('tangent');
      expect(others!.details.notes).toEqual([]);
    },
  );
});
