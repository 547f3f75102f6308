/**
 * `Mixture(p: D, ...)`: log sum_k p_k D_k(x), folded pair by pair as log(e^a + e^c) = a + softplus(c - a) (Blundell et al. 2015, eq. 7).
 * Its gradient is the responsibility sigmoid(c - a): nothing overflows, in value or slope. The widest component comes first:
 * far out it holds all the mass, so c - a is very negative and a large a never cancels (finite and exact for |x| = 1e4, sd exp(-6)).
 */
import { type Distribution, logDensityOf, type Term } from '../distribution.ts';

export const mixture: Distribution = {
  name: 'Mixture',
  doc: 'weighted mixture of distributions: Mixture(0.5: Normal(0, 1), 0.5: Normal(0, exp(-6)))',
  params: [],
  components: true,
  support: 'real',
  roles: ['prior'],
  proper: true,
  logDensity(b, x, term) {
    const [first, ...rest] = term.components
      .filter((c) => c.weight > 0)
      .sort((p, q) => widthOf(q.term) - widthOf(p.term))
      .map((c) => b.add(logDensityOf(b, x, c.term), Math.log(c.weight)));
    if (first === undefined) throw new Error('internal: a mixture without components');
    return rest.reduce((sum, next) => b.add(sum, b.softplus(b.sub(next, sum))), first);
  },
  likelihood: null,
};

/** The component's scale where it is a number; only the order depends on it. */
function widthOf(term: Term): number {
  const width = term.args.sd ?? term.args.scale;
  return typeof width === 'number' ? width : 0;
}
