/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2, with the rate in the decay as PyTorch has it):
 * p <- p (1 - rate * weight_decay), then Adam's step. Spreads do not decay: a log variance has no 0 to go to.
 */
import { binary } from '../expressions.ts';
import type { Optimizer } from '../optimizer.ts';
import { adam } from './adam.ts';
import { settingOf, weightDecayOption } from './settings.ts';

const options = [...adam.options, weightDecayOption(1e-2)];

export const adamw: Optimizer = {
  name: 'adamw',
  doc: 'Adam, and weights that shrink by themselves',
  options,
  slots: adam.slots,
  scalars: (rate, given) => ({
    ...adam.scalars(rate, given),
    'adamw.kept': binary(1, '-', binary(rate, '*', settingOf(options, given, 'weight_decay'))),
  }),
  update(b, inputs, given) {
    if (inputs.of === 'spread') return adam.update(b, inputs, given);
    const kept = b.mul(inputs.parameter, inputs.scalar('adamw.kept'));
    return adam.update(b, { ...inputs, parameter: kept }, given);
  },
};
