/**
 * RMSprop (Tieleman & Hinton 2012, lecture 6.5, slide 29): steps divided by the root of a running mean of squared gradients,
 * which begins at 0; epsilon is added to the root, and momentum follows the divided gradient, as PyTorch has them.
 */
import type { Optimizer } from '../optimizer.ts';
import { epsilonOption, memoryOption, rateOption, settingOf } from './settings.ts';

const options = [
  rateOption(1e-2),
  memoryOption('decay', 0.99, 'memory of the squares'),
  memoryOption('momentum', 0, 'share of the last step that is kept'),
  epsilonOption(1e-8),
];

export const rmsprop: Optimizer = {
  name: 'rmsprop',
  doc: 'RMSprop: steps scaled by the gradients of late',
  options,
  slots: (given) => (settingOf(options, given, 'momentum') === 0 ? ['squares'] : ['squares', 'velocity']),
  scalars: (rate) => ({ 'rmsprop.rate': rate }),
  update(b, { parameter, gradient, slot, scalar }, given) {
    const [decay, momentum, epsilon] = ['decay', 'momentum', 'epsilon'].map((n) => settingOf(options, given, n));
    const squares = b.add(b.mul(slot('squares'), decay!), b.mul(b.square(gradient), 1 - decay!));
    const scaled = b.div(gradient, b.add(b.sqrt(squares), epsilon!));
    const velocity = momentum === 0 ? scaled : b.add(b.mul(slot('velocity'), momentum!), scaled);
    const after = b.sub(parameter, b.mul(velocity, scalar('rmsprop.rate')));
    return { parameter: after, slots: momentum === 0 ? { squares } : { squares, velocity } };
  },
};
