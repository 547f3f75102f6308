/** `Dirichlet(concentration)`: rows of shares that sum to 1; log density sum_k (a_k - 1) log x_k + lgamma(sum a) - sum lgamma(a_k). */
import { GAMMA_NOISE, logGammaDraw } from '../../base/samplers/gamma.ts';
import type { Ref } from '../../graph/builder.ts';
import { simplex } from '../bijectors/index.ts';
import { argument, type Moments } from '../distribution.ts';
import { distribution, param } from './record.ts';
import { rowOf } from './rows.ts';

const moments: Moments = {
  mean(b, term) {
    const a = rowOf(argument(term, 'concentration'));
    return b.div(a, b.sum(a));
  },
  variance(b, term) {
    const total = b.sum(rowOf(argument(term, 'concentration')));
    const mean = moments.mean(b, term);
    return b.div(b.mul(mean, b.sub(1, mean)), b.add(total, 1));
  },
};

export const dirichlet = distribution({
  name: 'Dirichlet',
  doc: 'shares that sum to 1',
  params: [param('concentration', 'vector', null, 'pull of each share towards 1')],
  support: 'simplex',
  event: 'row',
  roles: ['prior'],
  needs: 'latents that are shares',
  logDensity(b, x, term) {
    const a = rowOf(argument(term, 'concentration'));
    const constant = b.sub(b.lgamma(b.sum(a)), b.sum(b.lgamma(a)));
    return b.add(b.sum(b.mul(b.sub(a, 1), b.log(x)), [x.type.shape.length - 1]), constant);
  },
  draw: {
    reparameterised: false,
    /** Gamma draws over their sum. */
    emit(b, term, shape, noise) {
      const noises = GAMMA_NOISE.map((kind) => noise(kind, shape));
      return b.exp(b.logSoftmax(logGammaDraw<Ref, Ref>(b, argument(term, 'concentration'), noises)));
    },
  },
  moments,
  bijector: () => simplex,
});
