/** `Flat()`: density 1 everywhere, improper: "no prior", said on purpose. */
import { identity } from '../bijectors/index.ts';
import { distribution } from './record.ts';

export const flat = distribution({
  name: 'Flat',
  doc: 'density 1 everywhere: no prior, on purpose; improper',
  params: [],
  support: 'real',
  roles: ['prior'],
  proper: false,
  /** One 0 for all elements: it broadcasts, and sums to 0 whatever their number. */
  logDensity: (b) => b.constant(0),
  bijector: () => identity,
  prox: (_, x) => x,
});
