/**
 * Stochastic gradient variational Bayes (Kingma & Welling 2014, eq. 8): minimises
 * (N / rows) * sum of -log likelihood + kl_weight * KL(guide || prior), which at weight 1 is minus an unbiased estimate of the ELBO.
 * Another `divergence`, a `temperature` and an `objective` change what is minimised, and the guarantee report says so (`objective-options.ts`).
 */
import { averageOption } from '../averaging.ts';
import type { Engine } from '../engine.ts';
import { estimators } from '../estimators/index.ts';
import { monteCarloOptions, objectiveOption } from '../objective-options.ts';
import { estimatorOption, trainingOptions } from '../options.ts';
import { buildVariational } from '../variational.ts';

export const sgvb: Engine = {
  name: 'sgvb',
  doc: 'variational inference with reparameterised gradients',
  guides: [
    'Normal',
    'Delta',
    'LogNormal',
    'Bernoulli',
    'LowRankNormal',
    'TruncatedLogNormal',
    'HardConcrete',
    'Ordered',
  ],
  objective: {
    doc: 'minus the evidence lower bound (Kingma & Welling 2014, eq. 3)',
    instead: null,
    weights: ['kl_weight'],
  },
  options: [
    ...trainingOptions,
    estimatorOption(estimators.names),
    {
      name: 'kl_weight',
      type: { kind: 'schedule', min: 0 },
      default: 1,
      required: false,
      doc: 'factor of KL(guide || prior), for warm-up',
    },
    objectiveOption,
    ...monteCarloOptions,
    averageOption,
  ],
  build: (request) => buildVariational(request, 'kl_weight'),
};
