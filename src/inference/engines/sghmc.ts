/**
 * Stochastic gradient Hamiltonian Monte Carlo (Chen, Fox & Guestrin 2014, eq. 15), with U minus the log joint density, `lr` = eta,
 * `friction` = alpha, and no estimate of the noise of the batches:
 *   v <- (1 - alpha) v - lr grad U(w) + sqrt(2 alpha lr T) xi,   w <- w + v,   xi ~ Normal(0, 1).
 * With alpha = 1 it is `sgld`. At a finite `lr` a direction of curvature a has the variance T / (a (1 - a lr / (4 - 2 alpha))).
 */
import type { Dynamics } from '../chain-state.ts';
import { buildChains } from '../chains.ts';
import type { Engine } from '../engine.ts';
import { samplingOptions } from '../sampling-course.ts';

const hamiltonian = (friction: number): Dynamics => ({
  slots: ['velocity'],
  step(b, { value, gradient, lr, noise, slot }) {
    const kept = b.mul(slot('velocity'), 1 - friction);
    const kick = b.mul(noise, b.sqrt(b.mul(lr, 2 * friction)));
    const velocity = b.add(b.sub(kept, b.mul(gradient, lr)), kick);
    return { value: b.add(value, velocity), slots: { velocity } };
  },
});

export const sghmc: Engine = {
  name: 'sghmc',
  doc: 'draws of chains that move with momentum, friction and noise through the posterior',
  guides: ['Particles'],
  posterior: 'the draws of its chains',
  withoutParams: 'its chains draw from a posterior, and what is not random has none',
  moveKernels: ['gibbs'],
  objective: {
    doc: 'minus the log joint density at the last state, the mean over the chains',
    instead:
      'its draws come from the posterior itself as `lr` goes to 0 (Chen, Fox & Guestrin 2014, theorem 2): the noise of the batches is not subtracted, and nothing bounds how far a short chain has come',
    weights: [],
  },
  options: [
    ...samplingOptions,
    {
      name: 'friction',
      type: { kind: 'number', min: 0, max: 1, exclusiveMin: true },
      default: 0.1,
      required: false,
      doc: 'share of the velocity that a step loses: 1 - the momentum of other libraries',
    },
  ],
  build: (request) => buildChains(request, hamiltonian(Number(request.options.friction ?? 0.1))),
};
