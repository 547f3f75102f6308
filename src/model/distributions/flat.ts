/** `Flat()`: density 1 everywhere, improper: "no prior", said on purpose. */
import type { Distribution } from '../distribution.ts';

export const flat: Distribution = {
  name: 'Flat',
  doc: 'density 1 everywhere: no prior, on purpose; improper',
  params: [],
  components: false,
  support: 'real',
  roles: ['prior'],
  proper: false,
  /** One 0 for all elements: it broadcasts, and sums to 0 whatever their number. */
  logDensity: (b) => b.constant(0),
  likelihood: null,
};
