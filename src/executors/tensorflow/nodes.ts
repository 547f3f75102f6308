/** Collects the nodes of a graph or of a function. A value is the text by which other nodes name it. */
import type { DType, NumericArray, Shape } from '../../base/host-array.ts';
import { type Attributes, attr, type NodeDef } from './graph-def.ts';

/** What TensorFlow calls the output of an op; inside a function values are named by it. Ops that are not here say `output`. */
const OUTPUTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['Neg', 'Abs', 'Sign', 'Exp', 'Log', 'Log1p', 'Sqrt', 'Square', 'Reciprocal', 'Sigmoid', 'Tanh', 'Floor'].map(
      (op) => [op, 'y'],
    ),
  ),
  ...Object.fromEntries(
    ['AddV2', 'Sub', 'Mul', 'RealDiv', 'Pow', 'Maximum', 'Minimum', 'LogicalAnd', 'LogicalOr'].map((op) => [op, 'z']),
  ),
  ...Object.fromEntries(['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal'].map((op) => [op, 'z'])),
  ...Object.fromEntries(
    ['Sin', 'Cos', 'Lgamma', 'Digamma', 'Expm1', 'Erf', 'LogicalNot', 'Cast', 'Transpose'].map((op) => [op, 'y']),
  ),
  Relu: 'activations',
  Softplus: 'activations',
  MatMul: 'product',
  LogSoftmax: 'logsoftmax',
};

export class Nodes {
  readonly list: NodeDef[] = [];
  readonly #place: 'graph' | 'function';
  readonly #constants = new Map<string, string>();

  constructor(place: 'graph' | 'function') {
    this.#place = place;
  }

  /** Adds a node with one output (or none, of which nobody asks) and gives its value. */
  add(op: string, inputs: readonly string[], attributes: Attributes = {}, name?: string): string {
    return this.addMany(op, inputs, attributes, 1, name)[0]!;
  }

  /** Adds a node whose output is a list and gives its values. */
  addMany(op: string, inputs: readonly string[], attributes: Attributes, count: number, name?: string): string[] {
    const own = name ?? `n${this.list.length}`;
    this.list.push({ name: own, op, input: inputs, attr: attributes });
    return Array.from({ length: count }, (_, i) => {
      if (this.#place === 'function') return `${own}:${OUTPUTS[op] ?? 'output'}:${i}`;
      return i === 0 ? own : `${own}:${i}`;
    });
  }

  real(value: number): string {
    return this.#constant('f32', [], Float32Array.of(value));
  }

  whole(value: number): string {
    return this.#constant('i32', [], Int32Array.of(value));
  }

  wholes(values: readonly number[], shape: Shape = [values.length]): string {
    return this.#constant('i32', shape, Int32Array.from(values));
  }

  reals(values: readonly number[], shape: Shape): string {
    return this.#constant('f32', shape, Float32Array.from(values));
  }

  #constant(dtype: DType, shape: Shape, data: NumericArray): string {
    const bits = [...new Uint8Array(data.buffer)].join();
    const key = `${dtype} ${shape} ${bits}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const value = this.add('Const', [], { dtype: attr.type(dtype), value: attr.tensor(dtype, shape, data) });
    this.#constants.set(key, value);
    return value;
  }
}
