/** Options that engines which train by steps have in common; each engine's record lists them beside its own. */
import type { OptionSpec } from '../base/catalogue.ts';
import { clippingOptions } from './clipping.ts';

/** Length and batch. Of `epochs` and `steps` one must be given. */
export const courseOptions: readonly OptionSpec[] = [
  {
    name: 'epochs',
    type: { kind: 'duration', unit: 'epochs' },
    default: null,
    required: false,
    doc: 'length of the training in passes over the rows; or `steps`',
  },
  {
    name: 'steps',
    type: { kind: 'duration', unit: 'steps' },
    default: null,
    required: false,
    doc: 'length of the training in updates; or `epochs`',
  },
  {
    name: 'batch',
    type: { kind: 'choice', values: ['all'], number: { min: 1, whole: true } },
    default: 100,
    required: false,
    doc: 'rows in each step; `all`: every training row',
  },
];

/** Length, batch, and how parameters follow the gradient. */
export const trainingOptions: readonly OptionSpec[] = [
  ...courseOptions,
  {
    name: 'optimizer',
    type: { kind: 'optimizer' },
    default: null,
    required: false,
    doc: 'how parameters follow the gradient; `adam(1e-3)` when left out',
  },
  ...clippingOptions,
];

/** How the weights' randomness enters a step; the first name is the default. */
export function estimatorOption(names: readonly string[]): OptionSpec {
  return {
    name: 'estimator',
    type: { kind: 'choice', values: names },
    default: names[0] ?? null,
    required: false,
    doc: 'how gradients go through random weights',
  };
}
