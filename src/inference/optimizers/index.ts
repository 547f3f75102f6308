/** The optimizers. A new one: one file, one line here. */
import { registry } from '../../base/registry.ts';
import type { Optimizer } from '../optimizer.ts';
import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { dualAveraging } from './dual-averaging.ts';
import { lion } from './lion.ts';
import { proximal } from './proximal.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

export const optimizers = registry<Optimizer>([adam, sgd, adagrad, adamw, rmsprop, lion, proximal, dualAveraging]);
