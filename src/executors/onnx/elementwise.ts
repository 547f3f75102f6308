/**
 * Ops that act on each number alone: they run in whatever order of axes their operands have. ONNX Runtime 1.30 has slow
 * kernels for Softplus (5-10 ns an element) and for Where with a scalar; the rows here go around them.
 */
import type { DType } from '../../base/host-array.ts';
import type { OpName } from '../../graph/ir.ts';
import type { Lowering } from './lowering.ts';
import { ELEMENT } from './model-proto.ts';
import type { Nodes } from './nodes.ts';

export type ElementwiseName = Extract<
  OpName,
  | 'neg'
  | 'abs'
  | 'sign'
  | 'exp'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'square'
  | 'reciprocal'
  | 'sigmoid'
  | 'softplus'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'relu'
  | 'step'
  | 'floor'
  | 'erf'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'max'
  | 'min'
  | 'greater'
  | 'greater_equal'
  | 'less'
  | 'less_equal'
  | 'equal'
  | 'and'
  | 'or'
  | 'not'
  | 'select'
  | 'cast'
>;

/** A row for an op that ONNX has under another name. */
const named =
  (opType: string): ((nodes: Nodes, inputs: readonly string[]) => string) =>
  (nodes, inputs) =>
    nodes.add(opType, inputs);

const cast = (nodes: Nodes, x: string, dtype: DType) => nodes.add('Cast', [x], { to: ELEMENT[dtype] });

/**
 * log(1 + x). What rounding takes from u = 1 + x is found again as x - (u - 1) and adds (x - (u - 1)) / u to the logarithm;
 * clipped, since at infinity and -1 there is nothing to add.
 */
const log1p: Lowering<'log1p'> = (nodes, [x]) => {
  const one = nodes.real(1);
  const inner = nodes.add('Clip', [x!, nodes.real(-0.99), nodes.real(2 ** 24)]);
  const rounded = nodes.add('Add', [inner, one]);
  const lost = nodes.add('Sub', [inner, nodes.add('Sub', [rounded, one])]);
  const log = nodes.add('Log', [nodes.add('Add', [x!, one])]);
  return nodes.add('Add', [log, nodes.add('Div', [lost, rounded])]);
};

/** max(x, 0) + log(1 + exp(-|x|)). */
const softplus: Lowering<'softplus'> = (nodes, [x], _attrs, type, types) => {
  const decay = nodes.add('Exp', [nodes.add('Neg', [nodes.add('Abs', [x!])])]);
  return nodes.add('Add', [nodes.add('Max', [x!, nodes.real(0)]), log1p(nodes, [decay], {}, type, types)]);
};

/** The kernel counts NaN as positive; a comparison does not. */
const step: Lowering<'step'> = (nodes, [x]) => cast(nodes, nodes.add('Greater', [x!, nodes.real(0)]), 'f32');

export const elementwise = {
  neg: named('Neg'),
  abs: named('Abs'),
  sign: named('Sign'),
  exp: named('Exp'),
  log: named('Log'),
  log1p,
  sqrt: named('Sqrt'),
  square: (nodes, [x]) => nodes.add('Mul', [x!, x!]),
  reciprocal: named('Reciprocal'),
  sigmoid: named('Sigmoid'),
  softplus,
  sin: named('Sin'),
  cos: named('Cos'),
  tanh: named('Tanh'),
  relu: named('Relu'),
  step,
  floor: named('Floor'),
  erf: named('Erf'),
  add: named('Add'),
  sub: named('Sub'),
  mul: named('Mul'),
  div: named('Div'),
  pow: named('Pow'),
  max: named('Max'),
  min: named('Min'),
  greater: named('Greater'),
  greater_equal: named('GreaterOrEqual'),
  less: named('Less'),
  less_equal: named('LessOrEqual'),
  equal: named('Equal'),
  and: named('And'),
  or: named('Or'),
  not: named('Not'),
  select: named('Where'),
  cast: (nodes, [x], { dtype }) => cast(nodes, x!, dtype),
} satisfies { readonly [K in ElementwiseName]: Lowering<K> };
