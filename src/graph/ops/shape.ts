/** Ops that make or move values without computing: inputs, constants, shapes, parts. */
import { invariant } from '../../base/diagnostic.ts';
import { formatShape, type Shape, sizeOf, type TensorType } from '../../base/host-array.ts';
import type { Ref } from '../builder.ts';
import type { OpName } from '../ir.ts';
import { elementByElement, repeated, stretchable } from './batching.ts';
import { broadcastShapes, unbroadcast } from './broadcasting.ts';
import type { OpRecord } from './op.ts';

type ShapeName = Extract<
  OpName,
  'input' | 'constant' | 'transpose' | 'reshape' | 'broadcast' | 'concat' | 'slice' | 'one_hot'
>;

function only(inputs: readonly TensorType[]): TensorType {
  const [x] = inputs;
  invariant(inputs.length === 1 && x !== undefined, 'one value expected');
  return x;
}

export const shapeOps = {
  input: {
    doc: 'a named input of the graph; its type stands with the value',
    infer: () => invariant(false, 'the type of an input is declared, not inferred') as never,
    vjp: null,
    batch: { refused: 'the caller says which inputs are batched' },
  },
  constant: {
    doc: 'one number',
    infer: () => ({ dtype: 'f32', shape: [] }),
    vjp: null,
    batch: { refused: 'it has no inputs, so all copies share it' },
  },
  transpose: {
    doc: 'axes in another order: axis i of the result is axis perm[i] of x',
    infer: (inputs, { perm }) => {
      const x = only(inputs);
      invariant(
        [...perm].sort((a, b) => a - b).every((p, i) => p === i) && perm.length === x.shape.length,
        `[${perm}] is no order of ${formatShape(x.shape)}`,
      );
      return { dtype: x.dtype, shape: perm.map((p) => x.shape[p]!) };
    },
    vjp: ({ b, grad, attrs }) => [
      b.transpose(
        grad,
        attrs.perm.map((_, i) => attrs.perm.indexOf(i)),
      ),
    ],
    batch: ({ b, inputs, attrs }) => b.transpose(inputs[0]!.ref, [0, ...attrs.perm.map((p) => p + 1)]),
  },
  reshape: {
    doc: 'the same elements in row-major order under another shape',
    infer: (inputs, { shape }) => {
      const x = only(inputs);
      invariant(sizeOf(shape) === sizeOf(x.shape), `${formatShape(x.shape)} does not reshape to ${formatShape(shape)}`);
      return { dtype: x.dtype, shape };
    },
    vjp: ({ b, inputs, grad }) => [b.reshape(grad, inputs[0]!.type.shape)],
    batch: ({ b, copies, inputs, attrs }) => b.reshape(inputs[0]!.ref, [copies, ...attrs.shape]),
  },
  broadcast: {
    doc: 'stretched to a shape',
    infer: (inputs, { shape }) => {
      const x = only(inputs);
      invariant(
        formatShape(broadcastShapes(x.shape, shape)) === formatShape(shape),
        `${formatShape(x.shape)} does not broadcast to ${formatShape(shape)}`,
      );
      return { dtype: x.dtype, shape };
    },
    vjp: ({ b, inputs, grad }) => [unbroadcast(b, grad, inputs[0]!.type.shape)],
    batch: ({ b, copies, inputs, attrs: { shape } }) =>
      b.broadcast(stretchable(b, inputs[0]!.ref, shape.length), [copies, ...shape]),
  },
  concat: {
    doc: 'parts one after the other along an axis',
    infer: (inputs, { axis }) => {
      const [first] = inputs;
      invariant(first !== undefined && axis >= 0 && axis < first.shape.length, 'parts with that axis expected');
      const fits = (t: TensorType) =>
        t.dtype === first.dtype &&
        t.shape.length === first.shape.length &&
        t.shape.every((n, i) => i === axis || n === first.shape[i]);
      invariant(inputs.every(fits), 'parts that differ only along the axis expected');
      const total = inputs.reduce((n, t) => n + t.shape[axis]!, 0);
      return { dtype: first.dtype, shape: first.shape.map((n, i) => (i === axis ? total : n)) };
    },
    vjp: ({ b, inputs, grad, attrs }) => {
      let start = 0;
      return inputs.map((part) => {
        const begin = grad.type.shape.map((_, i) => (i === attrs.axis ? start : 0));
        start += part.type.shape[attrs.axis]!;
        return b.slice(grad, begin, part.type.shape);
      });
    },
    batch: ({ b, copies, inputs, attrs }) => {
      const parts = inputs.map((part) => repeated(b, part, copies));
      return b.concat(parts, attrs.axis + 1);
    },
  },
  slice: {
    doc: 'the block of the given size that begins at `begin`',
    infer: (inputs, { begin, size }) => {
      const x = only(inputs);
      const inside = x.shape.every((n, i) => begin[i]! >= 0 && size[i]! >= 0 && begin[i]! + size[i]! <= n);
      invariant(
        begin.length === x.shape.length && size.length === x.shape.length && inside,
        `slice [${begin}] + [${size}] leaves ${formatShape(x.shape)}`,
      );
      return { dtype: x.dtype, shape: size };
    },
    vjp: ({ b, inputs, grad, attrs }) => {
      const whole = inputs[0]!.type.shape;
      const padAxis = (g: Ref, axis: number): Ref => {
        const sized = (n: number): Shape => g.type.shape.map((m, i) => (i === axis ? n : m));
        const before = attrs.begin[axis]!;
        const after = whole[axis]! - before - attrs.size[axis]!;
        const parts = [
          ...(before > 0 ? [b.full(sized(before), 0)] : []),
          g,
          ...(after > 0 ? [b.full(sized(after), 0)] : []),
        ];
        return parts.length === 1 ? g : b.concat(parts, axis);
      };
      return [whole.reduce((g, _, axis) => padAxis(g, axis), grad)];
    },
    batch: ({ b, copies, inputs, attrs }) => b.slice(inputs[0]!.ref, [0, ...attrs.begin], [copies, ...attrs.size]),
  },
  one_hot: {
    doc: 'indices (from 0) to rows of zeros and a one',
    infer: (inputs, { depth }) => {
      const x = only(inputs);
      invariant(x.dtype === 'i32', 'i32 indices expected');
      return { dtype: 'f32', shape: [...x.shape, depth] };
    },
    vjp: null,
    batch: elementByElement('one_hot'),
  },
} satisfies { readonly [K in ShapeName]: OpRecord<K> };
