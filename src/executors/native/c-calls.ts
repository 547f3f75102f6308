/** Calls of the kernels in C: what runs one, and how much scratch it wants. */
import { invariant } from '../../base/diagnostic.ts';
import { type Shape, sizeOf } from '../../base/host-array.ts';
import type { Graph, OpAttrs, OpName, Sliding, Value } from '../../graph/ir.ts';

export interface CallCode {
  readonly run: string;
  /** An expression in numbers; null for a kernel that wants none. */
  readonly scratch: string | null;
}

interface Operands {
  readonly value: Value;
  readonly shapes: readonly Shape[];
  /** C expressions. */
  readonly inputs: readonly string[];
  readonly output: string;
}

type Row = (operands: Operands) => CallCode;

const matmul: Row = ({ value, shapes, inputs, output }) => {
  const { transposeA, transposeB } = value.attrs as OpAttrs['matmul'];
  const [m, n] = [value.type.shape.at(-2)!, value.type.shape.at(-1)!];
  const k = shapes[0]!.at(transposeA ? -2 : -1)!;
  const batch = sizeOf(value.type.shape.slice(0, -2));
  const flags = `${transposeA ? 1 : 0}, ${transposeB ? 1 : 0}`;
  const sizes = `${flags}, ${m}, ${n}, ${k}`;
  return {
    run: `f->kernels->gemm(${sizes}, ${inputs[0]}, ${inputs[1]}, ${output}, ${batch}, ${m * k}, ${k * n}, ${m * n}, 0, f->scratch);`,
    scratch: `kernels->gemm_scratch(${sizes}, ${batch})`,
  };
};

/** `bp_conv` from the shapes of image, filters and output. */
function convShape(
  image: Shape,
  filter: Shape,
  output: Shape,
  { strides, padding, groups }: OpAttrs['conv2d'],
): string {
  const [n, h, w, c] = image;
  const numbers = [
    n,
    h,
    w,
    c,
    filter[0],
    filter[1],
    filter[3],
    output[1],
    output[2],
    ...strides,
    padding[0][0],
    padding[1][0],
    groups,
  ];
  return `&(bp_conv){${numbers.join(', ')}}`;
}

function convolution(kernel: string, which: string, shapesOf: (o: Operands) => readonly [Shape, Shape, Shape]): Row {
  return (o) => {
    const shape = convShape(...shapesOf(o), o.value.attrs as OpAttrs['conv2d']);
    return {
      run: `f->kernels->${kernel}(${shape}, ${o.inputs[0]}, ${o.inputs[1]}, ${o.output}, f->scratch);`,
      scratch: `kernels->conv_scratch(${shape}, ${which})`,
    };
  };
}

function windowShape(image: Shape, output: Shape, window: readonly number[], { strides, padding }: Sliding): string {
  const [n, h, w, c] = image;
  const numbers = [n, h, w, c, ...window, output[1], output[2], ...strides, padding[0][0], padding[1][0]];
  return `&(bp_window){${numbers.join(', ')}}`;
}

function pool(kernel: string, shapesOf: (o: Operands) => readonly [Shape, Shape]): Row {
  return (o) => {
    const attrs = o.value.attrs as OpAttrs['max_pool'];
    const shape = windowShape(...shapesOf(o), attrs.window, attrs);
    return { run: `f->kernels->${kernel}(${[shape, ...o.inputs, o.output].join(', ')});`, scratch: null };
  };
}

const rows: { readonly [K in OpName]?: Row } = {
  matmul,
  conv2d: convolution('conv2d', 'BP_CONV_FORWARD', (o) => [o.shapes[0]!, o.shapes[1]!, o.value.type.shape]),
  conv2d_input_gradient: convolution('conv2d_input_gradient', 'BP_CONV_INPUT_GRADIENT', (o) => [
    o.value.type.shape,
    o.shapes[1]!,
    o.shapes[0]!,
  ]),
  conv2d_filter_gradient: convolution('conv2d_filter_gradient', 'BP_CONV_FILTER_GRADIENT', (o) => [
    o.shapes[0]!,
    o.value.type.shape,
    o.shapes[1]!,
  ]),
  max_pool: pool('max_pool', (o) => [o.shapes[0]!, o.value.type.shape]),
  max_pool_gradient: pool('max_pool_gradient', (o) => [o.shapes[0]!, o.shapes[1]!]),
  avg_pool: pool('avg_pool', (o) => [o.shapes[0]!, o.value.type.shape]),
  avg_pool_gradient: pool('avg_pool_gradient', (o) => [o.value.type.shape, o.shapes[0]!]),
};

/** `pointer` gives the array of a value as a C expression. */
export function callCode(graph: Graph, id: number, pointer: (value: number) => string): CallCode {
  const value = graph.values[id]!;
  const row = rows[value.op];
  invariant(row !== undefined, `${value.op} is no kernel`);
  return row({
    value,
    shapes: value.inputs.map((i) => graph.values[i]!.type.shape),
    inputs: value.inputs.map(pointer),
    output: pointer(id),
  });
}
