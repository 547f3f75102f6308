/**
 * Adam (Kingma & Ba 2015, algorithm 1), with both bias corrections folded into two scalars of the step. The slots hold
 * m / (1 - beta1) and v / (1 - beta2), which saves two operations on every tensor and changes no value in exact arithmetic.
 */
import type { OptionValues } from '../../base/catalogue.ts';
import { binary, call, variable } from '../expressions.ts';
import type { Optimizer } from '../optimizer.ts';

export const adam: Optimizer = {
  name: 'adam',
  doc: 'Adam: steps scaled by running moments of the gradient',
  options: [
    { name: 'rate', type: { kind: 'schedule', min: 0 }, default: 1e-3, required: false, doc: 'learning rate' },
    {
      name: 'beta1',
      type: { kind: 'number', min: 0, max: 1 },
      default: 0.9,
      required: false,
      doc: 'memory of the mean',
    },
    {
      name: 'beta2',
      type: { kind: 'number', min: 0, max: 1 },
      default: 0.999,
      required: false,
      doc: 'memory of the square',
    },
    {
      name: 'epsilon',
      type: { kind: 'number', min: 0, exclusiveMin: true },
      default: 1e-8,
      required: false,
      doc: 'added to the root, against division by 0',
    },
  ],
  slots: () => ['m', 'v'],
  /** With t = step + 1 and c = sqrt((1 - beta2^t) / (1 - beta2)): rate (1 - beta1) / (1 - beta1^t) c, and epsilon c. */
  scalars(rate, options) {
    const { beta1, beta2, epsilon } = settings(options);
    const t = binary(variable('step'), '+', 1);
    const c = call('sqrt', binary(binary(1, '-', binary(beta2, '^', t)), '/', 1 - beta2));
    const first = binary(1 - beta1, '/', binary(1, '-', binary(beta1, '^', t)));
    return { 'adam.rate': binary(binary(rate, '*', first), '*', c), 'adam.epsilon': binary(epsilon, '*', c) };
  },
  update(b, { parameter, gradient, slot, scalar }, options) {
    const { beta1, beta2 } = settings(options);
    const m = b.add(b.mul(slot('m'), beta1), gradient);
    const v = b.add(b.mul(slot('v'), beta2), b.square(gradient));
    const direction = b.div(m, b.add(b.sqrt(v), scalar('adam.epsilon')));
    return { parameter: b.sub(parameter, b.mul(direction, scalar('adam.rate'))), slots: { m, v } };
  },
};

function settings(options: OptionValues) {
  return {
    beta1: Number(options.beta1 ?? 0.9),
    beta2: Number(options.beta2 ?? 0.999),
    epsilon: Number(options.epsilon ?? 1e-8),
  };
}
