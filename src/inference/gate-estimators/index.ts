/** Estimators for latents of 0 and 1. A new one: one file, one line here; the first is the default. */
import { registry } from '../../base/registry.ts';
import type { GateEstimator } from '../gate-estimator.ts';
import { gumbel } from './gumbel.ts';
import { ste } from './ste.ts';

export const gateEstimators = registry<GateEstimator>([gumbel, ste]);
