/**
 * Lion (Chen et al. 2023, algorithm 2): a step of the same length for every weight, along the sign of
 * beta1 m + (1 - beta1) g, and m <- beta2 m + (1 - beta2) g. Where both are 0 nothing moves. Spreads do not decay.
 */
import type { Optimizer } from '../optimizer.ts';
import { memoryOption, rateOption, settingOf, weightDecayOption } from './settings.ts';

const options = [
  rateOption(1e-4),
  memoryOption('beta1', 0.9, 'weight of the past in the direction'),
  memoryOption('beta2', 0.99, 'memory of the mean'),
  weightDecayOption(0),
];

export const lion: Optimizer = {
  name: 'lion',
  doc: 'Lion: steps of one length, along the sign of a running mean',
  options,
  slots: () => ['m'],
  scalars: (rate) => ({ 'lion.rate': rate }),
  update(b, { parameter, gradient, slot, scalar, of }, given) {
    const [beta1, beta2, decay] = ['beta1', 'beta2', 'weight_decay'].map((n) => settingOf(options, given, n));
    const sign = b.sign(b.add(b.mul(slot('m'), beta1!), b.mul(gradient, 1 - beta1!)));
    const direction = decay === 0 || of === 'spread' ? sign : b.add(sign, b.mul(parameter, decay!));
    const m = b.add(b.mul(slot('m'), beta2!), b.mul(gradient, 1 - beta2!));
    return { parameter: b.sub(parameter, b.mul(direction, scalar('lion.rate'))), slots: { m } };
  },
};
