/**
 * `proximal(sgd(rate))`: a step along the gradient of the likelihood, then the prior's proximal map for a step of the same length
 * (Parikh & Boyd 2014, section 4.2). Under `Laplace` that is the soft threshold, under `GroupLaplace` the group soft threshold: weights
 * and groups are exactly 0. Under `Uniform` it is a projection.
 */
import type { Optimizer } from '../optimizer.ts';
import { sgd } from './sgd.ts';

export const proximal: Optimizer = {
  name: 'proximal',
  doc: 'gradient steps for the likelihood, proximal steps for the prior: `proximal(sgd(0.1))`',
  around: 'sgd',
  takesPrior: true,
  options: sgd.options,
  slots: sgd.slots,
  scalars: sgd.scalars,
  update(b, inputs, options) {
    const step = sgd.update(b, inputs, options);
    if (inputs.prox === null) return step;
    return { ...step, parameter: inputs.prox(step.parameter, inputs.scalar('sgd.rate')) };
  },
};
