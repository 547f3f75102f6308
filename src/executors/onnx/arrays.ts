/** Products, reductions and ops that move numbers about. */
import type { OpName } from '../../graph/ir.ts';
import type { Lowering } from './lowering.ts';
import { ELEMENT } from './model-proto.ts';
import { MICROSOFT } from './nodes.ts';

export type ArrayName = Extract<
  OpName,
  | 'matmul'
  | 'transpose'
  | 'reshape'
  | 'broadcast'
  | 'sum'
  | 'reduce_max'
  | 'log_softmax'
  | 'one_hot'
  | 'concat'
  | 'slice'
>;

/** Gemm and ONNX Runtime's own FusedMatMul take transposed operands as they lie. */
const matmul: Lowering<'matmul'> = (nodes, inputs, { transposeA, transposeB }, type) => {
  if (!transposeA && !transposeB) return nodes.add('MatMul', inputs);
  const [transA, transB] = [Number(transposeA), Number(transposeB)];
  return type.shape.length === 2
    ? nodes.add('Gemm', inputs, { transA, transB })
    : nodes.add('FusedMatMul', inputs, { transA, transB }, MICROSOFT);
};

/** By comparison with 0 ... depth - 1: OneHot itself counts negative indices from the end. */
const oneHot: Lowering<'one_hot'> = (nodes, [indices], { depth }, type) => {
  const column = nodes.add('Unsqueeze', [indices!, nodes.wholes([type.shape.length - 1])]);
  return nodes.add('Cast', [nodes.add('Equal', [column, nodes.range(depth)])], { to: ELEMENT.f32 });
};

const slice: Lowering<'slice'> = (nodes, [x], { begin, size }, _type, [whole]) => {
  const cut = begin.flatMap((b, axis) => (size[axis] === whole!.shape[axis] ? [] : [{ axis, b }]));
  const ends = cut.map(({ axis, b }) => b + size[axis]!);
  return nodes.add('Slice', [
    x!,
    nodes.wholes(cut.map(({ b }) => b)),
    nodes.wholes(ends),
    nodes.wholes(cut.map(({ axis }) => axis)),
  ]);
};

export const arrays = {
  matmul,
  transpose: (nodes, inputs, { perm }) => nodes.add('Transpose', inputs, { perm }),
  reshape: (nodes, [x], { shape }) => nodes.add('Reshape', [x!, nodes.wholes(shape)]),
  broadcast: (nodes, [x], { shape }) => nodes.add('Expand', [x!, nodes.wholes(shape)]),
  sum: (nodes, [x], { axes, keep }) => nodes.add('ReduceSum', [x!, nodes.wholes(axes)], { keepdims: Number(keep) }),
  reduce_max: (nodes, [x], { axes, keep }) => nodes.add('ReduceMax', [x!], { axes, keepdims: Number(keep) }),
  log_softmax: (nodes, inputs) => nodes.add('LogSoftmax', inputs, { axis: -1 }),
  one_hot: oneHot,
  concat: (nodes, inputs, { axis }) => nodes.add('Concat', inputs, { axis }),
  slice,
} satisfies { readonly [K in ArrayName]: Lowering<K> };
