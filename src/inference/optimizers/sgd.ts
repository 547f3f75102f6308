/**
 * Stochastic gradient descent, with momentum as PyTorch has it: velocity <- momentum * velocity + gradient, and a step
 * along the velocity, or along gradient + momentum * velocity when `nesterov` (Sutskever et al. 2013).
 */
import type { OptionValues } from '../../base/catalogue.ts';
import type { Optimizer } from '../optimizer.ts';

export const sgd: Optimizer = {
  name: 'sgd',
  doc: 'stochastic gradient descent, with momentum if wanted',
  options: [
    { name: 'rate', type: { kind: 'schedule', min: 0 }, default: null, required: true, doc: 'learning rate' },
    {
      name: 'momentum',
      type: { kind: 'number', min: 0, max: 1 },
      default: 0,
      required: false,
      doc: 'share of the last step that is kept',
    },
    { name: 'nesterov', type: { kind: 'boolean' }, default: false, required: false, doc: "Nesterov's look ahead" },
  ],
  slots: (options) => (momentumOf(options) === 0 ? [] : ['velocity']),
  scalars: (rate) => ({ 'sgd.rate': rate }),
  update(b, { parameter, gradient, slot, scalar }, options) {
    const momentum = momentumOf(options);
    const rate = scalar('sgd.rate');
    if (momentum === 0) return { parameter: b.sub(parameter, b.mul(gradient, rate)), slots: {} };
    const velocity = b.add(b.mul(slot('velocity'), momentum), gradient);
    const direction = options.nesterov === true ? b.add(gradient, b.mul(velocity, momentum)) : velocity;
    return { parameter: b.sub(parameter, b.mul(direction, rate)), slots: { velocity } };
  },
};

function momentumOf(options: OptionValues): number {
  return Number(options.momentum ?? 0);
}
