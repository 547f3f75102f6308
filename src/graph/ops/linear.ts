/** Matrix products, reductions and the stable softmax. */
import { invariant } from '../../base/diagnostic.ts';
import { formatShape, sameShape, type TensorType } from '../../base/host-array.ts';
import type { Ref } from '../builder.ts';
import type { OpName } from '../ir.ts';
import { reducedShape } from './broadcasting.ts';
import type { OpRecord } from './op.ts';

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
  },
  sum: {
    doc: 'sum over axes',
    infer: inferReduction,
    vjp: ({ b, inputs, grad, attrs }) => {
      const shape = inputs[0]!.type.shape;
      return [b.broadcast(b.reshape(grad, reducedShape(shape, attrs.axes, true)), shape)];
    },
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
  },
} satisfies { readonly [K in LinearName]: OpRecord<K> };
