/**
 * Stick-breaking: n - 1 real numbers to n positive ones that sum to 1 (Stan reference manual, "unit simplex"). Number k takes the share
 * sigmoid(z_k - log(n - k)) of what the earlier ones left, so that z = 0 gives equal parts.
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { Bijector } from './bijector.ts';

export const simplex: Bijector = {
  name: 'simplex',
  doc: 'shares that sum to 1, by stick-breaking',
  event: 'row',
  range: null,
  free: (n) => n - 1,
  forward(b, z) {
    const { logShares } = broken(b, z);
    return b.exp(b.concat(logShares, z.type.shape.length - 1));
  },
  /** What is left before share k is the sum of the shares from k on. */
  inverse(b, x) {
    const last = x.type.shape.length - 1;
    const n = x.type.shape[last]!;
    const shares = Array.from({ length: n }, (_, k) => column(b, x, k));
    const parts = shares.slice(0, -1).map((share, k) => {
      const rest = shares.slice(k + 1).reduce((sum, s) => b.add(sum, s));
      return b.add(b.sub(b.log(share), b.log(rest)), Math.log(n - 1 - k));
    });
    return b.concat(parts, last);
  },
  /** The Jacobian is triangular: the product of s (1 - s) times what was left. */
  logDetJacobian(b, z) {
    const { logShares, arguments: inner } = broken(b, z);
    const terms = inner.map((a, k) => b.sub(logShares[k]!, b.softplus(a)));
    const total = terms.reduce((sum, t) => b.add(sum, t));
    return b.reshape(total, z.type.shape.slice(0, -1));
  },
};

/** Shares as logarithms, `[..., 1]` each, and what the sigmoids were given. */
function broken(b: GraphBuilder, z: Ref): { readonly logShares: readonly Ref[]; readonly arguments: readonly Ref[] } {
  const n = z.type.shape.at(-1)! + 1;
  const inner = Array.from({ length: n - 1 }, (_, k) => b.sub(column(b, z, k), Math.log(n - 1 - k)));
  const logShares: Ref[] = [];
  let logLeft: Ref = b.mul(inner[0]!, 0);
  for (const a of inner) {
    logShares.push(b.sub(logLeft, b.softplus(b.neg(a))));
    logLeft = b.sub(logLeft, b.softplus(a));
  }
  return { logShares: [...logShares, logLeft], arguments: inner };
}

/** Column k of the last axis, as an axis of 1. */
function column(b: GraphBuilder, x: Ref, k: number): Ref {
  const { shape } = x.type;
  const last = shape.length - 1;
  const begin = shape.map((_, axis) => (axis === last ? k : 0));
  return b.slice(x, begin, [...shape.slice(0, last), 1]);
}
