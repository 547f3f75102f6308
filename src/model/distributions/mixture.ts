/**
 * `Mixture(p: D, ...)`: log sum_k p_k D_k(x), folded pair by pair as max(a, c) + log(1 + exp(-|a - c|)). No term ever
 * overflows or cancels, in value and in gradient: finite for |x| = 1e4 beside a component of sd exp(-6) (Blundell et al. 2015, eq. 7).
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import { type Distribution, logDensityOf } from '../distribution.ts';

export const mixture: Distribution = {
  name: 'Mixture',
  doc: 'weighted mixture of distributions: Mixture(0.5: Normal(0, 1), 0.5: Normal(0, exp(-6)))',
  params: [],
  components: true,
  support: 'real',
  roles: ['prior'],
  proper: true,
  logDensity(b, x, term) {
    const logs = term.components
      .filter((c) => c.weight > 0)
      .map((c) => b.add(logDensityOf(b, x, c.term), Math.log(c.weight)));
    const [first, ...rest] = logs;
    if (first === undefined) throw new Error('internal: a mixture without components');
    return rest.reduce((sum, next) => logAddExp(b, sum, next), first);
  },
  likelihood: null,
};

/** log(exp a + exp c). */
function logAddExp(b: GraphBuilder, a: Ref, c: Ref): Ref {
  return b.add(b.max(a, c), b.log1p(b.exp(b.neg(b.abs(b.sub(a, c))))));
}
