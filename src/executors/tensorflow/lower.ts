/** How each op is spelled in TensorFlow's: one row for each. Axes and layouts are TensorFlow's own already. */
import type { DType, TensorType } from '../../base/host-array.ts';
import type { Graph, OpAttrs, OpName } from '../../graph/ir.ts';
import { type Expansions, legalize } from '../../graph/transforms/legalize.ts';
import { specialFunctions } from '../expansions.ts';
import { convolutions } from './convolutions.ts';
import { type Attributes, attr } from './graph-def.ts';
import type { Lowering } from './lowering.ts';
import type { Nodes } from './nodes.ts';

type Plain = (
  nodes: Nodes,
  inputs: readonly string[],
  attrs: unknown,
  type: TensorType,
  types: readonly TensorType[],
) => string;

/** Ops that are bound from outside, or spelled with others before. */
const ABSENT = null;

/** What TensorFlow lacks of the special functions. */
const { log_normal_cdf, normal_quantile } = specialFunctions;
const expansions: Expansions = { log_normal_cdf, normal_quantile };

const REAL: Attributes = { T: attr.type('f32') };
const WHOLES = attr.type('i32');

/** An op that TensorFlow has as it is; all its inputs are of one type. */
const named =
  (op: string): Plain =>
  (nodes, inputs, _attrs, _type, types) =>
    nodes.add(op, inputs, { T: attr.type(types[0]!.dtype) });

/** Ops on truth values have no type to declare. */
const logical =
  (op: string): Plain =>
  (nodes, inputs) =>
    nodes.add(op, inputs);

function cast(nodes: Nodes, x: string, from: DType, to: DType): string {
  return nodes.add('Cast', [x], { SrcT: attr.type(from), DstT: attr.type(to) });
}

const matmul: Lowering<'matmul'> = (nodes, inputs, { transposeA, transposeB }, type) => {
  const [a, b] = [attr.truth(transposeA), attr.truth(transposeB)];
  return type.shape.length === 2
    ? nodes.add('MatMul', inputs, { ...REAL, transpose_a: a, transpose_b: b })
    : nodes.add('BatchMatMulV2', inputs, { ...REAL, adj_x: a, adj_y: b });
};

const reduction =
  (op: string): Lowering<'sum' | 'reduce_max'> =>
  (nodes, [x], { axes, keep }) =>
    nodes.add(op, [x!, nodes.wholes(axes)], { ...REAL, Tidx: WHOLES, keep_dims: attr.truth(keep) });

export const lowerings = {
  ...convolutions,
  input: ABSENT,
  constant: (nodes, _inputs, { value }) => nodes.real(value),
  neg: named('Neg'),
  abs: named('Abs'),
  sign: named('Sign'),
  exp: named('Exp'),
  log: named('Log'),
  log1p: named('Log1p'),
  sqrt: named('Sqrt'),
  square: named('Square'),
  reciprocal: named('Reciprocal'),
  sigmoid: named('Sigmoid'),
  softplus: named('Softplus'),
  sin: named('Sin'),
  cos: named('Cos'),
  tanh: named('Tanh'),
  relu: named('Relu'),
  step: (nodes, [x]) => cast(nodes, nodes.add('Greater', [x!, nodes.real(0)], REAL), 'bool', 'f32'),
  floor: named('Floor'),
  lgamma: named('Lgamma'),
  digamma: named('Digamma'),
  expm1: named('Expm1'),
  erf: named('Erf'),
  log_normal_cdf: ABSENT,
  normal_quantile: ABSENT,
  add: named('AddV2'),
  sub: named('Sub'),
  mul: named('Mul'),
  div: named('RealDiv'),
  pow: named('Pow'),
  max: named('Maximum'),
  min: named('Minimum'),
  greater: named('Greater'),
  greater_equal: named('GreaterEqual'),
  less: named('Less'),
  less_equal: named('LessEqual'),
  equal: named('Equal'),
  and: logical('LogicalAnd'),
  or: logical('LogicalOr'),
  not: logical('LogicalNot'),
  select: (nodes, inputs, _attrs, type) => nodes.add('SelectV2', inputs, { T: attr.type(type.dtype) }),
  cast: (nodes, [x], { dtype }, _type, [from]) => cast(nodes, x!, from!.dtype, dtype),
  matmul,
  transpose: (nodes, [x], { perm }, { dtype }) =>
    nodes.add('Transpose', [x!, nodes.wholes(perm)], { T: attr.type(dtype), Tperm: WHOLES }),
  reshape: (nodes, [x], { shape }, { dtype }) =>
    nodes.add('Reshape', [x!, nodes.wholes(shape)], { T: attr.type(dtype), Tshape: WHOLES }),
  broadcast: (nodes, [x], { shape }, { dtype }) =>
    nodes.add('BroadcastTo', [x!, nodes.wholes(shape)], { T: attr.type(dtype), Tidx: WHOLES }),
  sum: reduction('Sum'),
  reduce_max: reduction('Max'),
  log_softmax: named('LogSoftmax'),
  one_hot: (nodes, [x], { depth }) =>
    nodes.add('OneHot', [x!, nodes.whole(depth), nodes.real(1), nodes.real(0)], {
      ...REAL,
      TI: WHOLES,
      axis: attr.whole(-1),
    }),
  concat: (nodes, parts, { axis }, { dtype }) =>
    nodes.add('ConcatV2', [...parts, nodes.whole(axis)], {
      N: attr.whole(parts.length),
      T: attr.type(dtype),
      Tidx: WHOLES,
    }),
  slice: (nodes, [x], { begin, size }, { dtype }) =>
    nodes.add('Slice', [x!, nodes.wholes(begin), nodes.wholes(size)], { T: attr.type(dtype), Index: WHOLES }),
} satisfies { readonly [K in OpName]: Lowering<K> | typeof ABSENT };

/** Adds the nodes of a graph whose inputs are there under the given names; gives the names of its outputs. */
export function lowerGraph(whole: Graph, nodes: Nodes, inputs: ReadonlyMap<string, string>): Map<string, string> {
  const graph = legalize(whole, expansions);
  const names: string[] = [];
  for (const value of graph.values) {
    const row = lowerings[value.op] as Plain | null;
    const given = value.inputs.map((i) => names[i]!);
    const types = value.inputs.map((i) => graph.values[i]!.type);
    names.push(
      row === null
        ? inputs.get((value.attrs as OpAttrs['input']).name)!
        : row(nodes, given, value.attrs, value.type, types),
    );
  }
  return new Map([...graph.outputs].map(([name, id]) => [name, names[id]!]));
}
