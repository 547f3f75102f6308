/**
 * `GroupLaplace(scale)`: density proportional to exp(-|w| / scale) of the length |w| of a group of d weights, the prior of the group lasso
 * (Yuan & Lin 2006; Raman et al. 2009, eq. 2). The normaliser is Gamma(d / 2) / (2 pi^(d / 2) Gamma(d) scale^d).
 * The group of a weight is its unit or filter, the last index.
 */
import { GAMMA_NOISE, logGammaDraw } from '../../base/samplers/gamma.ts';
import { lgamma } from '../../base/special.ts';
import type { Ref } from '../../graph/builder.ts';
import { identity } from '../bijectors/index.ts';
import { argument } from '../distribution.ts';
import { groupLength, groupSize } from './groups.ts';
import { distribution, param } from './record.ts';

export const groupLaplace = distribution({
  name: 'GroupLaplace',
  doc: 'Laplace distribution of whole units or filters: whole groups are near 0, or not',
  params: [param('scale', 'positive', 1, 'mean length of a group over its number of weights')],
  support: 'real',
  event: 'group',
  roles: ['prior'],
  logDensity(b, x, term) {
    const d = groupSize(x.type.shape);
    const scale = argument(term, 'scale');
    const constant = lgamma(d / 2) - Math.LN2 - (d / 2) * Math.log(Math.PI) - lgamma(d);
    return b.sub(b.sub(constant, b.mul(b.log(scale), d)), b.div(groupLength(b, x), scale));
  },
  draw: {
    reparameterised: false,
    /** A direction, and a length that is Gamma(d, rate = 1 / scale). */
    emit(b, term, shape, noise) {
      const z = noise('normal', shape);
      const groups = shape.slice(-1);
      const noises = GAMMA_NOISE.map((kind) => noise(kind, groups));
      const length = b.exp(logGammaDraw<Ref, Ref>(b, groupSize(shape), noises));
      return b.mul(z, b.mul(b.div(length, groupLength(b, z)), argument(term, 'scale')));
    },
  },
  bijector: () => identity,
  /** Group soft threshold: each group is step / scale shorter, or 0. */
  prox(b, x, step, term) {
    const shrunk = b.sub(1, b.div(b.div(step, argument(term, 'scale')), groupLength(b, x)));
    return b.mul(x, b.relu(shrunk));
  },
});
