/** The evaluation room's face: metrics, and the predictive that data metrics look at. */
import { registry } from '../base/registry.ts';
import type { Metric } from './metric.ts';
import { brier } from './metrics/brier.ts';
import { compression } from './metrics/compression.ts';
import { ece } from './metrics/ece.ts';
import { error } from './metrics/error.ts';
import { flops } from './metrics/flops.ts';
import { kept } from './metrics/kept.ts';
import { logLikelihood } from './metrics/log-likelihood.ts';
import { nll } from './metrics/nll.ts';
import { rmse } from './metrics/rmse.ts';
import { sparsity } from './metrics/sparsity.ts';
import { weights } from './metrics/weights.ts';

/** The metrics. A new one: one file in `metrics/`, one line here. */
export const metrics = registry<Metric>([
  error,
  nll,
  logLikelihood,
  brier,
  ece,
  rmse,
  kept,
  sparsity,
  compression,
  weights,
  flops,
]);

export { type Predictive, predictive } from './predictive.ts';
export { hasOtherUnits, inFileUnits } from './units.ts';
