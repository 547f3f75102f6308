/**
 * `Mixture(p: D, ...)`: log sum_k p_k D_k(x), folded pair by pair as log(e^a + e^c) = a + softplus(c - a) (Blundell et al. 2015, eq. 7).
 * Its gradient is the responsibility sigmoid(c - a): nothing overflows, in value or slope. The widest component comes first:
 * far out it holds all the mass, so c - a is very negative and a large a never cancels (finite and exact for |x| = 1e4, sd exp(-6)).
 */
import type { GraphBuilder, Operand, Ref } from '../../graph/builder.ts';
import { identity } from '../bijectors/index.ts';
import { type Draw, logDensityOf, type Moments, type Term } from '../distribution.ts';
import { distribution } from './record.ts';

/** The component whose share of the unit interval holds a uniform number. Draws jump with the shares, so there is no gradient by them. */
const draw: Draw = {
  reparameterised: false,
  emit(b, term, shape, noise) {
    const u = noise('uniform', shape);
    let value: Ref | null = null;
    let upTo = 1;
    for (const { weight, term: part } of [...term.components].reverse()) {
      const own = part.distribution.draw!.emit(b, part, shape, noise);
      value = value === null ? own : b.select(b.less(u, upTo), own, value);
      upTo -= weight;
    }
    return value!;
  },
};

/** The mean over components of a number of each. */
function average(b: GraphBuilder, term: Term, of: (part: Term) => Operand): Ref {
  const parts = term.components.map((c) => b.mul(of(c.term), c.weight));
  return parts.reduce((sum, next) => b.add(sum, next));
}

const moments: Moments = {
  mean: (b, term) => average(b, term, (part) => part.distribution.moments!.mean(b, part)),
  variance(b, term) {
    const second = average(b, term, (part) => {
      const own = part.distribution.moments!;
      return b.add(own.variance(b, part), b.square(own.mean(b, part)));
    });
    return b.sub(second, b.square(moments.mean(b, term)));
  },
};

export const mixture = distribution({
  name: 'Mixture',
  doc: 'weighted mixture of distributions: Mixture(0.5: Normal(0, 1), 0.5: Normal(0, exp(-6)))',
  params: [],
  components: true,
  support: 'real',
  roles: ['prior'],
  logDensity(b, x, term) {
    const [first, ...rest] = term.components
      .filter((c) => c.weight > 0)
      .sort((p, q) => widthOf(q.term) - widthOf(p.term))
      .map((c) => b.add(logDensityOf(b, x, c.term), Math.log(c.weight)));
    if (first === undefined) throw new Error('internal: a mixture without components');
    return rest.reduce((sum, next) => b.add(sum, b.softplus(b.sub(next, sum))), first);
  },
  draw,
  moments,
  bijector: () => identity,
});

/** The component's scale where it is a number; only the order depends on it. */
function widthOf(term: Term): number {
  const width = term.args.sd ?? term.args.scale;
  return typeof width === 'number' ? width : 0;
}
