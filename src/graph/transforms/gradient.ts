/**
 * Reverse-mode differentiation, graph to graph: the gradient is built from ops that can be differentiated again, and so forward
 * mode is reverse mode done twice.
 */
import { invariant } from '../../base/diagnostic.ts';
import { sameShape } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../builder.ts';
import { opRecord } from '../ops/index.ts';

/** The gradients of the scalar `y` by each of `xs`, appended to the builder. Zeros where `y` does not depend on `x`. */
export function gradients(b: GraphBuilder, y: Ref, xs: readonly Ref[]): Ref[] {
  invariant(y.type.shape.length === 0 && y.type.dtype === 'f32', 'only a real scalar has a gradient');
  return pullback(b, y, b.constant(1), xs);
}

/** `cotangent`, of the shape of `y`, times the Jacobian of `y` by each of `xs`. The cotangent itself is not differentiated. */
export function pullback(b: GraphBuilder, y: Ref, cotangent: Ref, xs: readonly Ref[]): Ref[] {
  invariant(sameShape(y.type.shape, cotangent.type.shape), 'a cotangent has the shape of its value');
  const reaches = dependents(b, y, xs);
  const grads = new Map<number, Ref>([[y.id, cotangent]]);
  for (let id = y.id; id >= 0; id--) {
    const grad = grads.get(id);
    if (grad === undefined || !reaches[id]) continue;
    const value = b.value(id);
    const record = opRecord(value.op);
    if (record.vjp === null) continue;
    const inputs = value.inputs.map((i) => ({ id: i, type: b.value(i).type }));
    const parts = b.at(value.origin, () =>
      record.vjp!({ b, inputs, output: { id, type: value.type }, grad, attrs: value.attrs }),
    );
    parts.forEach((part, i) => {
      const target = value.inputs[i]!;
      if (part === null || !reaches[target]) return;
      const sum = grads.get(target);
      grads.set(target, sum === undefined ? part : b.add(sum, part));
    });
  }
  return xs.map((x) => grads.get(x.id) ?? b.full(x.type.shape, 0));
}

/**
 * The Jacobian of `y` by `xs` times `tangents`, one of the shape of each of `xs`; in the shape of `y`. With u of that shape, J' u is
 * linear in u, so that the gradient of <J' u, v> by u is J v, whatever u is (Townsend 2017, "A new trick for calculating Jacobian
 * vector products"). The way back itself is in no result, so that nothing of it is computed.
 */
export function pushforward(b: GraphBuilder, y: Ref, xs: readonly Ref[], tangents: readonly Ref[]): Ref {
  const reached = xs.flatMap((x, i) => (dependsOn(b, y, x) ? [{ x, tangent: tangents[i]! }] : []));
  if (reached.length === 0) return b.full(y.type.shape, 0);
  const u = b.placeholder(y.type);
  const back = pullback(
    b,
    y,
    u,
    reached.map(({ x }) => x),
  );
  const along = reached.map(({ tangent }, i) => b.sum(b.mul(back[i]!, tangent)));
  return gradients(
    b,
    along.reduce((sum, next) => b.add(sum, next)),
    [u],
  )[0]!;
}

/** True where the value of `y` needs `x`. */
export function dependsOn(b: GraphBuilder, y: Ref, x: Ref): boolean {
  return dependents(b, y, [x])[y.id] === true;
}

/** Which values up to `y` depend on one of `xs`: nothing else needs a gradient. */
function dependents(b: GraphBuilder, y: Ref, xs: readonly Ref[]): boolean[] {
  const wanted = new Set(xs.map((x) => x.id));
  const reaches: boolean[] = [];
  for (let id = 0; id <= y.id; id++) reaches.push(wanted.has(id) || b.value(id).inputs.some((i) => reaches[i]));
  return reaches;
}
