/** KL(guide || prior), which makes the loss minus the evidence lower bound. */
import type { Divergence } from '../divergence.ts';

export const kl: Divergence = {
  name: 'kl',
  doc: 'KL(guide || prior), with which the loss is minus the evidence lower bound',
  argument: null,
  guides: null,
  priors: null,
  drawsPrior: false,
  elements: null,
};
