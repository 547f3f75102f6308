/**
 * Stochastic gradient Langevin dynamics (Welling & Teh 2011, eq. 4), with U minus the log joint density and `lr` = epsilon / 2:
 *   w <- w - lr grad U(w) + sqrt(2 lr T) xi,   xi ~ Normal(0, 1).
 * As `lr` goes to 0 the draws come from exp(-U / T). At a finite one a direction of curvature a has the variance
 * T / (a (1 - a lr / 2)), and a batch adds lr / (2 a) times the variance of its gradient.
 */
import type { Dynamics } from '../chain-state.ts';
import { buildChains } from '../chains.ts';
import type { Engine } from '../engine.ts';
import { samplingOptions } from '../sampling-course.ts';

const langevin: Dynamics = {
  slots: [],
  step: (b, { value, gradient, lr, noise }) => ({
    value: b.add(b.sub(value, b.mul(gradient, lr)), b.mul(noise, b.sqrt(b.mul(lr, 2)))),
    slots: {},
  }),
};

export const sgld: Engine = {
  name: 'sgld',
  doc: 'draws of chains that follow the gradient and as much noise as makes the posterior their resting place',
  guides: ['Particles'],
  posterior: 'the draws of its chains',
  withoutParams: 'its chains draw from a posterior, and what is not random has none',
  moveKernels: ['gibbs'],
  objective: {
    doc: 'minus the log joint density at the last state, the mean over the chains',
    instead:
      'its draws come from the posterior itself as `lr` goes to 0 (Welling & Teh 2011, section 3): at a finite one they are too wide by about curvature times `lr` / 2, and by the noise of the batches, and nothing bounds how far a short chain has come',
    weights: [],
  },
  options: samplingOptions,
  build: (request) => buildChains(request, langevin),
};
