/** Everything that a program may name: the registries of all rooms in one catalogue. */
import type { Catalogue } from '../base/catalogue.ts';
import { functions } from '../base/functions.ts';
import { augmentations, corruptions, readers } from '../data/index.ts';
import { metrics } from '../evaluation/index.ts';
import { engines, estimators, gateEstimators, moveKernels, optimizers } from '../inference/index.ts';
import { distributions, divergences, layers } from '../model/index.ts';
import { criteria } from '../pruning/index.ts';
import { exporters } from './export/index.ts';

export const catalogue: Catalogue = {
  functions,
  layers,
  distributions,
  engines,
  optimizers,
  estimators,
  gateEstimators,
  moveKernels,
  divergences,
  criteria,
  metrics,
  readers,
  corruptions,
  augmentations,
  exporters,
};
