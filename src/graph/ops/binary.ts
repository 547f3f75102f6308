/** Ops of two or three values with broadcasting, comparisons and logic. */
import { invariant } from '../../base/diagnostic.ts';
import type { DType, TensorType } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../builder.ts';
import type { OpName } from '../ir.ts';
import { elementByElement } from './batching.ts';
import { broadcastShapes, unbroadcast } from './broadcasting.ts';
import type { OpRecord } from './op.ts';

type Arithmetic = Extract<OpName, 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'max' | 'min'>;
type Comparison = Extract<OpName, 'greater' | 'greater_equal' | 'less' | 'less_equal' | 'equal'>;

function inferPair(inputs: readonly TensorType[], operand: DType | null, result: DType): TensorType {
  const [x, y] = inputs;
  invariant(
    inputs.length === 2 && x !== undefined && y !== undefined && x.dtype === y.dtype,
    'two values of one type expected',
  );
  invariant(operand === null || x.dtype === operand, `${operand} values expected, not ${x.dtype}`);
  return { dtype: result, shape: broadcastShapes(x.shape, y.shape) };
}

/** Gradients before the sums over stretched axes. */
type PairGradient = (b: GraphBuilder, x: Ref, y: Ref, grad: Ref, output: Ref) => readonly [Ref, Ref];

function arithmetic<K extends Arithmetic>(op: K, doc: string, gradient: PairGradient): OpRecord<K> {
  return {
    doc,
    infer: (inputs) => inferPair(inputs, 'f32', 'f32'),
    vjp: ({ b, inputs, grad, output }) => {
      const [x, y] = [inputs[0]!, inputs[1]!];
      const [dx, dy] = gradient(b, x, y, grad, output);
      return [unbroadcast(b, dx, x.type.shape), unbroadcast(b, dy, y.type.shape)];
    },
    batch: elementByElement(op),
  };
}

function comparison<K extends Comparison>(op: K, doc: string): OpRecord<K> {
  return { doc, infer: (inputs) => inferPair(inputs, null, 'bool'), vjp: null, batch: elementByElement(op) };
}

function logic<K extends 'and' | 'or'>(op: K, doc: string): OpRecord<K> {
  return { doc, infer: (inputs) => inferPair(inputs, 'bool', 'bool'), vjp: null, batch: elementByElement(op) };
}

/** The gradient goes to the side that was taken, to the first at a tie. */
function chosen(b: GraphBuilder, grad: Ref, firstTaken: Ref): readonly [Ref, Ref] {
  const first = b.cast(firstTaken, 'f32');
  return [b.mul(grad, first), b.mul(grad, b.sub(1, first))];
}

export const binaryOps = {
  add: arithmetic('add', 'x + y', (_, __, ___, grad) => [grad, grad]),
  sub: arithmetic('sub', 'x - y', (b, _, __, grad) => [grad, b.neg(grad)]),
  mul: arithmetic('mul', 'x y', (b, x, y, grad) => [b.mul(grad, y), b.mul(grad, x)]),
  div: arithmetic('div', 'x / y', (b, _, y, grad, output) => {
    const dx = b.div(grad, y);
    return [dx, b.neg(b.mul(dx, output))];
  }),
  pow: arithmetic('pow', 'x^y for x >= 0', (b, x, y, grad, output) => [
    b.mul(grad, b.mul(y, b.pow(x, b.sub(y, 1)))),
    b.mul(grad, b.mul(output, b.log(b.select(b.greater(x, 0), x, 1)))),
  ]),
  max: arithmetic('max', 'the larger', (b, x, y, grad) => chosen(b, grad, b.greaterEqual(x, y))),
  min: arithmetic('min', 'the smaller', (b, x, y, grad) => chosen(b, grad, b.lessEqual(x, y))),
  greater: comparison('greater', 'x > y'),
  greater_equal: comparison('greater_equal', 'x >= y'),
  less: comparison('less', 'x < y'),
  less_equal: comparison('less_equal', 'x <= y'),
  equal: comparison('equal', 'x = y, exactly'),
  and: logic('and', 'both'),
  or: logic('or', 'either'),
  not: {
    doc: 'the opposite',
    infer: ([x]) => {
      invariant(x?.dtype === 'bool', 'a bool expected');
      return x;
    },
    vjp: null,
    batch: elementByElement('not'),
  },
  select: {
    doc: 'x where the condition holds, else y; broadcasting',
    infer: ([condition, x, y]) => {
      invariant(
        condition?.dtype === 'bool' && x !== undefined && y?.dtype === x.dtype,
        'a bool and two values of one type expected',
      );
      return { dtype: x.dtype, shape: broadcastShapes(condition.shape, broadcastShapes(x.shape, y.shape)) };
    },
    vjp: ({ b, inputs, grad }) => {
      const [condition, x, y] = [inputs[0]!, inputs[1]!, inputs[2]!];
      return [
        null,
        unbroadcast(b, b.select(condition, grad, 0), x.type.shape),
        unbroadcast(b, b.select(condition, 0, grad), y.type.shape),
      ];
    },
    batch: elementByElement('select'),
  },
  cast: {
    doc: 'another type; towards i32 by truncation, towards bool by x != 0',
    infer: ([x], { dtype }) => {
      invariant(x !== undefined, 'one value expected');
      return { dtype, shape: x.shape };
    },
    vjp: null,
    batch: elementByElement('cast'),
  },
} satisfies { readonly [K in Arithmetic | Comparison | 'and' | 'or' | 'not' | 'select' | 'cast']: OpRecord<K> };
