/** Estimators for latents of 0 and 1. A new one: one file, one line here; the first is the default. */
import { registry } from '../../base/registry.ts';
import type { GateEstimator } from '../gate-estimator.ts';
import { arm } from './arm.ts';
import { exact } from './exact.ts';
import { exactDifference } from './exact-difference.ts';
import { gumbel } from './gumbel.ts';
import { hardConcrete } from './hard-concrete.ts';
import { reinforce } from './reinforce.ts';
import { ste } from './ste.ts';

export const gateEstimators = registry<GateEstimator>([
  gumbel,
  ste,
  hardConcrete,
  arm,
  reinforce,
  exactDifference,
  exact,
]);
