/**
 * Convolutions and pools. TensorFlow's layouts are those of the graph, and it has a kernel for each gradient. On processors its
 * convolutions know no groups in their gradients, so groups are convolved one by one; its mean pool knows no padding.
 */
import type { Shape, TensorType } from '../../base/host-array.ts';
import type { OpAttrs, OpName, Pooling } from '../../graph/ir.ts';
import { placesInside } from '../../graph/ops/window.ts';
import { type Attributes, attr } from './graph-def.ts';
import type { Lowering } from './lowering.ts';
import type { Nodes } from './nodes.ts';

type ConvolutionName = Extract<
  OpName,
  | 'conv2d'
  | 'conv2d_input_gradient'
  | 'conv2d_filter_gradient'
  | 'max_pool'
  | 'max_pool_gradient'
  | 'avg_pool'
  | 'avg_pool_gradient'
>;

type Padding = OpAttrs['conv2d']['padding'];

const REAL: Attributes = { T: attr.type('f32') };

const isPadded = (padding: Padding) => padding.some(([before, behind]) => before > 0 || behind > 0);

function padded(padding: Padding): Attributes {
  if (!isPadded(padding)) return { padding: attr.word('VALID') };
  return { padding: attr.word('EXPLICIT'), explicit_paddings: attr.wholes([0, 0, ...padding.flat(), 0, 0]) };
}

const strided = (strides: readonly number[]) => ({ strides: attr.wholes([1, ...strides, 1]) });

function windowed({ window, strides }: Pooling): Attributes {
  return { ...REAL, ...strided(strides), ksize: attr.wholes([1, ...window, 1]) };
}

function slice(nodes: Nodes, x: string, begin: readonly number[], size: readonly number[]): string {
  return nodes.add('Slice', [x, nodes.wholes(begin), nodes.wholes(size)], { ...REAL, Index: attr.type('i32') });
}

/** The last axes of the operands cut into groups, `body` for each, its results side by side. */
function byGroups(
  nodes: Nodes,
  groups: number,
  inputs: readonly string[],
  types: readonly TensorType[],
  body: (parts: readonly string[]) => string,
): string {
  if (groups === 1) return body(inputs);
  const results = Array.from({ length: groups }, (_, group) =>
    body(
      inputs.map((x, i) => {
        const size = types[i]!.shape.map((n, axis) => (axis === 3 ? n / groups : n));
        return slice(nodes, x, [0, 0, 0, group * size[3]!], size);
      }),
    ),
  );
  return nodes.add('ConcatV2', [...results, nodes.whole(3)], {
    ...REAL,
    N: attr.whole(groups),
    Tidx: attr.type('i32'),
  });
}

const inGroup = (shape: Shape, groups: number) => shape.map((n, axis) => (axis === 3 ? n / groups : n));

/** How many times larger a mean over its places inside the image is than one over the whole window: `[1, h, w, 1]`. */
function coverage(nodes: Nodes, image: Shape, grid: Shape, attrs: Pooling): string {
  const [down, across] = ([1, 2] as const).map((axis) =>
    placesInside(image, grid[axis]!, axis, attrs).map((inside) => attrs.window[axis - 1]! / inside),
  );
  const factors = down!.flatMap((a) => across!.map((b) => a * b));
  return nodes.reals(factors, [1, down!.length, across!.length, 1]);
}

/** The image's shape with its padding. */
const grown = (image: Shape, padding: Padding) =>
  image.map((n, axis) => (axis === 1 || axis === 2 ? n + padding[axis - 1]![0] + padding[axis - 1]![1] : n));

const avgPool: Lowering<'avg_pool'> = (nodes, [x], attrs, type, [image]) => {
  const pool = (name: string) => nodes.add('AvgPool', [name], { ...windowed(attrs), padding: attr.word('VALID') });
  if (!isPadded(attrs.padding)) return pool(x!);
  const margins = nodes.wholes([0, 0, ...attrs.padding.flat(), 0, 0], [4, 2]);
  const around = nodes.add('Pad', [x!, margins], { ...REAL, Tpaddings: attr.type('i32') });
  return nodes.add('Mul', [pool(around), coverage(nodes, image!.shape, type.shape, attrs)], REAL);
};

const avgPoolGradient: Lowering<'avg_pool_gradient'> = (nodes, [grad], attrs, { shape }, [upper]) => {
  const back = (name: string, image: Shape) =>
    nodes.add('AvgPoolGrad', [nodes.wholes(image), name], { ...windowed(attrs), padding: attr.word('VALID') });
  if (!isPadded(attrs.padding)) return back(grad!, shape);
  const scaled = nodes.add('Mul', [grad!, coverage(nodes, shape, upper!.shape, attrs)], REAL);
  const begin = [0, attrs.padding[0]![0], attrs.padding[1]![0], 0];
  return slice(nodes, back(scaled, grown(shape, attrs.padding)), begin, shape);
};

export const convolutions = {
  conv2d: (nodes, inputs, { strides, padding, groups }, _type, types) =>
    byGroups(nodes, groups, inputs, types, (parts) =>
      nodes.add('Conv2D', parts, { ...REAL, ...strided(strides), ...padded(padding) }),
    ),
  conv2d_input_gradient: (nodes, inputs, { strides, padding, groups, shape }, _type, types) =>
    byGroups(nodes, groups, inputs, types, ([grad, w]) =>
      nodes.add('Conv2DBackpropInput', [nodes.wholes(inGroup(shape, groups)), w!, grad!], {
        ...REAL,
        ...strided(strides),
        ...padded(padding),
      }),
    ),
  conv2d_filter_gradient: (nodes, inputs, { strides, padding, groups, shape }, _type, types) =>
    byGroups(nodes, groups, inputs, types, ([x, grad]) =>
      nodes.add('Conv2DBackpropFilter', [x!, nodes.wholes(inGroup(shape, groups)), grad!], {
        ...REAL,
        ...strided(strides),
        ...padded(padding),
      }),
    ),
  max_pool: (nodes, inputs, attrs) => nodes.add('MaxPool', inputs, { ...windowed(attrs), ...padded(attrs.padding) }),
  max_pool_gradient: (nodes, inputs, attrs) =>
    nodes.add('MaxPoolGrad', inputs, { ...windowed(attrs), ...padded(attrs.padding) }),
  avg_pool: avgPool,
  avg_pool_gradient: avgPoolGradient,
} satisfies { readonly [K in ConvolutionName]: Lowering<K> };
