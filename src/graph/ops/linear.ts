/** Matrix products, reductions and the stable softmax. */
import { invariant } from '../../base/diagnostic.ts';
import { formatShape, sameShape, type TensorType } from '../../base/host-array.ts';
import type { Ref } from '../builder.ts';
import type { OpName } from '../ir.ts';
import { elementByElement, reduction, repeated } from './batching.ts';
import { reducedShape } from './broadcasting.ts';
import type { BatchRule, OpRecord } from './op.ts';

type LinearName = Extract<OpName, 'matmul' | 'sum' | 'reduce_max' | 'log_softmax'>;

function inferReduction(
  inputs: readonly TensorType[],
  attrs: { readonly axes: readonly number[]; readonly keep: boolean },
): TensorType {
  const [x] = inputs;
  invariant(x?.dtype === 'f32', 'a real value expected');
  const ascending = attrs.axes.every((a, i) => a >= 0 && a < x.shape.length && (i === 0 || a > attrs.axes[i - 1]!));
  invariant(ascending, `axes [${attrs.axes}] do not fit ${formatShape(x.shape)}`);
  return { dtype: 'f32', shape: reducedShape(x.shape, attrs.axes, attrs.keep) };
}

/**
 * A matrix that all copies share makes one product of theirs: the copies of the other operand stand under each other or side by
 * side. On wasm one product takes a seventh of the time of 20 small ones, turning the copies included; elsewhere no more.
 */
const batchMatmul: BatchRule<'matmul'> = ({ b, copies, inputs, attrs }) => {
  const [x, y] = [inputs[0]!, inputs[1]!];
  if (!y.batched && y.ref.type.shape.length === 2) {
    const upright = attrs.transposeA ? b.transpose(x.ref) : x.ref;
    const [, rows, inner] = upright.type.shape;
    const product = b.matmul(b.reshape(upright, [copies * rows!, inner!]), y.ref, { transposeB: attrs.transposeB });
    return b.reshape(product, [copies, rows!, product.type.shape[1]!]);
  }
  if (!x.batched && x.ref.type.shape.length === 2) {
    const turned = attrs.transposeB ? y.ref : b.transpose(y.ref, [1, 0, 2]);
    const [first, second, third] = turned.type.shape as readonly [number, number, number];
    const flat = attrs.transposeB ? [first * second, third] : [first, second * third];
    const product = b.matmul(x.ref, b.reshape(turned, flat), attrs);
    const [rows, columns] = product.type.shape as readonly [number, number];
    return b.transpose(b.reshape(product, [rows, copies, columns / copies]), [1, 0, 2]);
  }
  return b.matmul(repeated(b, x, copies), repeated(b, y, copies), attrs);
};

export const linearOps = {
  matmul: {
    doc: '[..., m, k] x [..., k, n]; the flags transpose the last two axes first',
    infer: ([x, y], { transposeA, transposeB }) => {
      invariant(
        x?.dtype === 'f32' && y?.dtype === 'f32' && x.shape.length >= 2 && x.shape.length === y.shape.length,
        'two real matrices expected',
      );
      const lead = x.shape.slice(0, -2);
      const [m, k] = transposeA ? [x.shape.at(-1)!, x.shape.at(-2)!] : [x.shape.at(-2)!, x.shape.at(-1)!];
      const [l, n] = transposeB ? [y.shape.at(-1)!, y.shape.at(-2)!] : [y.shape.at(-2)!, y.shape.at(-1)!];
      invariant(
        k === l && sameShape(lead, y.shape.slice(0, -2)),
        `${formatShape(x.shape)} and ${formatShape(y.shape)} do not multiply`,
      );
      return { dtype: 'f32', shape: [...lead, m, n] };
    },
    vjp: ({ b, inputs, grad, attrs: { transposeA: ta, transposeB: tb } }) => {
      const [x, y] = [inputs[0]!, inputs[1]!];
      const dx = ta
        ? b.matmul(y, grad, { transposeA: tb, transposeB: true })
        : b.matmul(grad, y, { transposeA: false, transposeB: !tb });
      const dy = tb
        ? b.matmul(grad, x, { transposeA: true, transposeB: ta })
        : b.matmul(x, grad, { transposeA: !ta, transposeB: false });
      return [dx, dy];
    },
    batch: batchMatmul,
  },
  sum: {
    doc: 'sum over axes',
    infer: inferReduction,
    vjp: ({ b, inputs, grad, attrs }) => {
      const shape = inputs[0]!.type.shape;
      return [b.broadcast(b.reshape(grad, reducedShape(shape, attrs.axes, true)), shape)];
    },
    batch: reduction('sum'),
  },
  reduce_max: {
    doc: 'largest over axes; the gradient is shared by all that tie',
    infer: inferReduction,
    vjp: ({ b, inputs, output, grad, attrs }) => {
      const x: Ref = inputs[0]!;
      const kept = reducedShape(x.type.shape, attrs.axes, true);
      const hit = b.cast(b.equal(x, b.reshape(output, kept)), 'f32');
      const share = b.div(b.reshape(grad, kept), b.sum(hit, attrs.axes, true));
      return [b.mul(hit, share)];
    },
    batch: reduction('reduce_max'),
  },
  log_softmax: {
    doc: 'x - log sum exp x over the last axis, stable',
    infer: ([x]) => {
      invariant(x?.dtype === 'f32' && x.shape.length >= 1, 'a real value with an axis expected');
      return x;
    },
    vjp: ({ b, output, grad }) => {
      const last = [output.type.shape.length - 1];
      return [b.sub(grad, b.mul(b.exp(output), b.sum(grad, last, true)))];
    },
    batch: elementByElement('log_softmax'),
  },
} satisfies { readonly [K in LinearName]: OpRecord<K> };
