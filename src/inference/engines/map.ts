/**
 * Maximum a posteriori: minimises (N / rows) * sum of -log likelihood - prior_weight * log prior, by point estimates.
 * It is `sgvb` under Delta guides, whose divergence is -log prior.
 */
import type { OptionSpec } from '../../base/catalogue.ts';
import { averageOption } from '../averaging.ts';
import type { Engine } from '../engine.ts';
import { trainingOptions } from '../options.ts';
import { buildVariational } from '../variational.ts';

export const priorWeightOption: OptionSpec = {
  name: 'prior_weight',
  type: { kind: 'schedule', min: 0 },
  default: 1,
  required: false,
  doc: 'factor of -log prior',
};

export const map: Engine = {
  name: 'map',
  doc: 'point estimates at the highest posterior density',
  guides: ['Delta'],
  holds: ['binary', 'nested'],
  objective: {
    doc: 'minus the log joint density at one point',
    instead:
      'its loss is a density at a point, and no expectation under a guide: the highest point says nothing of the mass around it',
    weights: ['prior_weight'],
  },
  options: [...trainingOptions, priorWeightOption, averageOption],
  build: (request) => buildVariational(request, 'prior_weight'),
};
