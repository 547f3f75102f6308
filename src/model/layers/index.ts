/** The layer kinds that a network may use. A new kind: one file, one line here. */
import { registry } from '../../base/registry.ts';
import type { Layer } from '../layer.ts';
import { add } from './add.ts';
import { avgPool } from './avg-pool.ts';
import { batchNorm } from './batch-norm.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { flatten } from './flatten.ts';
import { globalAvgPool } from './global-avg-pool.ts';
import { identity } from './identity.ts';
import { maxPool } from './max-pool.ts';
import { relu } from './relu.ts';
import { sigmoid } from './sigmoid.ts';
import { softplus } from './softplus.ts';
import { tanh } from './tanh.ts';

export const layers = registry<Layer>([
  ...[dense, conv2d, batchNorm, maxPool, avgPool, globalAvgPool, flatten, add],
  ...[relu, tanh, sigmoid, softplus, identity],
]);
