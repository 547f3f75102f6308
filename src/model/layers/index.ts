/** The layer kinds that a network may use. A new kind: one file, one line here. */
import { registry } from '../../base/registry.ts';
import type { Layer } from '../layer.ts';
import { add } from './add.ts';
import { dense } from './dense.ts';
import { flatten } from './flatten.ts';
import { identity } from './identity.ts';
import { relu } from './relu.ts';
import { sigmoid } from './sigmoid.ts';
import { softplus } from './softplus.ts';
import { tanh } from './tanh.ts';

export const layers = registry<Layer>([dense, add, flatten, relu, tanh, sigmoid, softplus, identity]);
