/**
 * A density of the program's own as a distribution: its expressions are lowered to the graph, whose own differentiation gives their
 * gradients. What the program does not say (moments, a proximal map, closed divergences) it does not have.
 */
import type { Expr } from '../base/expr.ts';
import { sameShape } from '../base/host-array.ts';
import type { GraphBuilder, Operand, Ref } from '../graph/builder.ts';
import type { CheckedDensity } from '../language/check/checked.ts';
import { type Bijector, exp, identity, interval, sigmoid } from './bijectors/index.ts';
import { argument, type Distribution, type Draw, type Term } from './distribution.ts';
import { distribution, inside, within } from './distributions/record.ts';
import { lowerExpression } from './expression.ts';

export function ownDistribution(own: CheckedDensity): Distribution {
  return distribution({
    ...own.signature,
    logDensity(b, x, term) {
      const support = supportOf(b, own, x, term);
      const at = support === null ? x : inside(b, support.inside, x, support.example);
      const log = lowered(b, own.log, term, (name) => (name === own.variable ? at : null));
      const whole = broadcast(b, log, x);
      return support === null ? whole : within(b, support.inside, whole);
    },
    draw: own.draw === null ? null : drawOf(own.draw),
    bijector: (term) => bijectorOf(own, term),
  });
}

/** Parameters are arguments of the term; `known` says what other names are. */
function lowered(b: GraphBuilder, expr: Expr, term: Term, known: (name: string) => Operand | null): Operand {
  return lowerExpression(b, expr, (part) =>
    part.kind === 'name' ? (known(part.name) ?? argument(term, part.name)) : null,
  );
}

function broadcast(b: GraphBuilder, value: Operand, like: Ref): Ref {
  const ref = typeof value === 'number' ? b.constant(value) : value;
  return sameShape(ref.type.shape, like.type.shape) ? ref : b.broadcast(ref, like.type.shape);
}

/** Which elements of `x` are within the support, and a place that is; null where all real numbers are. */
function supportOf(b: GraphBuilder, own: CheckedDensity, x: Ref, term: Term) {
  if (own.ends !== null) {
    const [low, high] = [own.ends.low, own.ends.high].map((end) => lowered(b, end, term, () => null));
    const between = b.and(b.greater(x, low!), b.less(x, high!));
    return { inside: between, example: b.mul(b.add(low!, high!), 0.5) };
  }
  switch (own.signature.support) {
    case 'positive':
      return { inside: b.greater(x, 0), example: 1 };
    case 'nonnegative':
      return { inside: b.greaterEqual(x, 0), example: 1 };
    case 'unit':
      return { inside: b.and(b.greater(x, 0), b.less(x, 1)), example: 0.5 };
    default:
      return null;
  }
}

function bijectorOf(own: CheckedDensity, term: Term): Bijector {
  if (own.ends !== null) return stretched(own.ends, term);
  const { support } = own.signature;
  if (support === 'unit') return sigmoid;
  return support === 'real' ? identity : exp;
}

/** Onto an interval whose ends are expressions of the parameters. */
function stretched({ low, high }: NonNullable<CheckedDensity['ends']>, term: Term): Bijector {
  const at = (b: GraphBuilder) =>
    interval(
      lowered(b, low, term, () => null),
      lowered(b, high, term, () => null),
    );
  return {
    ...interval(0, 1),
    forward: (b, z) => at(b).forward(b, z),
    inverse: (b, x) => at(b).inverse(b, x),
    logDetJacobian: (b, z) => at(b).logDetJacobian(b, z),
  };
}

/** A smooth function of noise, so that gradients by the parameters pass through it. */
function drawOf(draw: Expr): Draw {
  return {
    reparameterised: true,
    emit(b, term, shape, noise) {
      const fresh = new Map<string, Ref>();
      const named = (name: string) => {
        if (name !== 'normal' && name !== 'uniform') return null;
        const known = fresh.get(name) ?? noise(name, shape);
        fresh.set(name, known);
        return known;
      };
      return broadcast(
        b,
        lowered(b, draw, term, named),
        fresh.get('normal') ?? fresh.get('uniform') ?? noise('normal', shape),
      );
    },
  };
}
