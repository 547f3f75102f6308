/** A graph of single numbers as a function on the host, in double precision: for the few values that are wanted outside of programs. */
import { invariant } from '../base/diagnostic.ts';
import { foldBinary, foldUnary, isFoldableBinary, isFoldableUnary } from './fold.ts';
import type { Graph, OpAttrs, Value } from './ir.ts';

type Compute = (values: Float64Array) => number;

/** Truth values are 0 and 1. */
const LOGIC: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  greater: (x, y) => x > y,
  greater_equal: (x, y) => x >= y,
  less: (x, y) => x < y,
  less_equal: (x, y) => x <= y,
  equal: (x, y) => x === y,
  and: (x, y) => x !== 0 && y !== 0,
  or: (x, y) => x !== 0 || y !== 0,
};

/** The only output, from the inputs in their order. All values of the graph are scalars. */
export function hostFunction(graph: Graph): (inputs: readonly number[]) => number {
  const order = [...graph.inputs.keys()];
  const [output] = graph.outputs.values();
  invariant(graph.outputs.size === 1, 'a function has one output');
  const values = new Float64Array(graph.values.length);
  const computed = graph.values.flatMap((value, id) =>
    value.op === 'input' ? [] : [{ id, compute: computeOf(value) }],
  );
  return (inputs) => {
    order.forEach((name, i) => {
      values[graph.inputs.get(name)!] = inputs[i]!;
    });
    for (const { id, compute } of computed) values[id] = compute(values);
    return values[output!]!;
  };
}

function computeOf({ op, inputs, attrs, type }: Value): Compute {
  invariant(type.shape.length === 0, 'only single numbers are computed on the host');
  const [x, y, z] = inputs as readonly [number, number, number];
  if (op === 'constant') {
    const { value } = attrs as OpAttrs['constant'];
    return () => value;
  }
  if (isFoldableUnary(op)) return (values) => foldUnary(op, values[x]!);
  if (isFoldableBinary(op)) return (values) => foldBinary(op, values[x]!, values[y]!);
  const logic = LOGIC[op];
  if (logic !== undefined) return (values) => Number(logic(values[x]!, values[y]!));
  if (op === 'not') return (values) => 1 - values[x]!;
  if (op === 'select') return (values) => (values[x] !== 0 ? values[y]! : values[z]!);
  if (op === 'cast') return (values) => values[x]!;
  throw new Error(`internal: \`${op}\` is not computed on the host`);
}
