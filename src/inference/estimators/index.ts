/** The estimators. A new one: one file, one line here; the first is the default. */
import { registry } from '../../base/registry.ts';
import type { Estimator } from '../estimator.ts';
import { flipout } from './flipout.ts';
import { localReparameterization } from './local-reparameterization.ts';
import { shared } from './shared.ts';

export const estimators = registry<Estimator>([localReparameterization, flipout, shared]);
