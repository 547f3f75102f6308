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
  logDensity: (b, x) => b.full(x.type.shape, 0),
  likelihood: null,
};
