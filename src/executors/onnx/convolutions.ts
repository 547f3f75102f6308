/**
 * Convolutions and pools, which ONNX Runtime has channels-first. Its inference build has no gradient kernels: the gradient by
 * the image is a transposed convolution, that by the filters a convolution of transposed operands (the rows of the batch are
 * its channels), and that of a pool a comparison with the enlarged result, since pooling with indices is ten times slower.
 */
import { type Shape, sizeOf, type TensorType } from '../../base/host-array.ts';
import type { OpAttrs, OpName, Pooling } from '../../graph/ir.ts';
import { placesInside } from '../../graph/ops/window.ts';
import { channelsFirst, type Laid } from './layout.ts';
import { ELEMENT } from './model-proto.ts';
import type { Nodes } from './nodes.ts';

export type ConvolutionName = Extract<
  OpName,
  | 'conv2d'
  | 'conv2d_input_gradient'
  | 'conv2d_filter_gradient'
  | 'max_pool'
  | 'max_pool_gradient'
  | 'avg_pool'
  | 'avg_pool_gradient'
>;

/** As a `Lowering`, with operands in any order of axes; the result is channels-first, that of the filter gradient as given. */
export type ConvolutionRow<K extends OpName> = (
  nodes: Nodes,
  inputs: readonly Laid[],
  attrs: OpAttrs[K],
  type: TensorType,
  types: readonly TensorType[],
) => string;

/** Filters `[kh, kw, C, K]` as `[K, C, kh, kw]`. */
const FILTERS_FIRST = [3, 2, 0, 1];
/** `[N, C, H, W]` as `[C, N, H, W]`. */
const ROWS_AS_CHANNELS = [1, 0, 2, 3];

type Padding = OpAttrs['conv2d']['padding'];

/** All beginnings, then all ends. */
const pads = (padding: Padding): readonly number[] => [padding[0]![0], padding[1]![0], padding[0]![1], padding[1]![1]];

const pooling = ({ window, strides, padding }: Pooling) => ({ kernel_shape: window, strides, pads: pads(padding) });

const conv2d: ConvolutionRow<'conv2d'> = (nodes, [x, w], { strides, padding, groups }) =>
  nodes.add('Conv', [x!.channelsFirst(nodes), w!.permuted(nodes, FILTERS_FIRST)], {
    strides,
    pads: pads(padding),
    group: groups,
  });

/** What a transposed convolution must add at the end of each axis to reach the image's size: what the stride left over. */
function leftOver(image: Shape, grid: Shape, window: readonly number[], strides: readonly number[], padding: Padding) {
  return [0, 1].map((i) => {
    const [before, behind] = padding[i]!;
    return image[i + 1]! - ((grid[i + 1]! - 1) * strides[i]! + window[i]! - before - behind);
  });
}

const inputGradient: ConvolutionRow<'conv2d_input_gradient'> = (nodes, [grad, w], attrs, type, [gradType, wType]) => {
  const { strides, padding, groups } = attrs;
  return nodes.add('ConvTranspose', [grad!.channelsFirst(nodes), w!.permuted(nodes, FILTERS_FIRST)], {
    strides,
    pads: pads(padding),
    group: groups,
    output_padding: leftOver(type.shape, gradType!.shape, wType!.shape, strides, padding),
  });
};

const filterGradient: ConvolutionRow<'conv2d_filter_gradient'> = (nodes, [x, grad], attrs, type) => {
  const { strides, padding, groups } = attrs;
  const [height, width, channels, filters] = type.shape as readonly [number, number, number, number];
  const images = nodes.add('Transpose', [x!.channelsFirst(nodes)], { perm: ROWS_AS_CHANNELS });
  const grads = nodes.add('Transpose', [grad!.channelsFirst(nodes)], { perm: ROWS_AS_CHANNELS });
  const parts = Array.from({ length: groups }, (_, group) => {
    const own = (name: string, count: number) => (groups === 1 ? name : rows(nodes, name, group * count, count));
    const found = nodes.add('Conv', [own(images, channels), own(grads, filters / groups)], {
      dilations: strides,
      pads: pads(padding),
    });
    // Where the stride left a rest, the sum has places that no filter has.
    return rows(nodes, rows(nodes, found, 0, height, 2), 0, width, 3);
  });
  // `[C, K, kh, kw]` each.
  const whole = groups === 1 ? parts[0]! : nodes.add('Concat', parts, { axis: 1 });
  return nodes.add('Transpose', [whole], { perm: [2, 3, 0, 1] });
};

function rows(nodes: Nodes, name: string, first: number, count: number, axis = 0): string {
  return nodes.add('Slice', [name, nodes.wholes([first]), nodes.wholes([first + count]), nodes.wholes([axis])]);
}

/** Every number of the image lies in exactly one window. */
function tiles(image: Shape, { window, strides, padding }: Pooling): boolean {
  return [0, 1].every(
    (i) =>
      window[i] === strides[i] && image[i + 1]! % strides[i]! === 0 && padding[i]![0] === 0 && padding[i]![1] === 0,
  );
}

/** Each number as many times as its window has places. */
function enlarged(nodes: Nodes, name: string, window: readonly number[]): string {
  const scales = nodes.reals([1, 1, ...window], [4]);
  return nodes.add('Resize', [name, '', scales], {
    mode: { word: 'nearest' },
    coordinate_transformation_mode: { word: 'asymmetric' },
    nearest_mode: { word: 'floor' },
  });
}

const maxPoolGradient: ConvolutionRow<'max_pool_gradient'> = (nodes, [x, y, grad], attrs, type) => {
  const [image, pooled, upper] = [x!.channelsFirst(nodes), y!.channelsFirst(nodes), grad!.channelsFirst(nodes)];
  if (tiles(type.shape, attrs)) {
    const hit = nodes.add('Equal', [image, enlarged(nodes, pooled, attrs.window)]);
    const marks = nodes.add('Cast', [hit], { to: ELEMENT.f32 });
    // All that tie share the gradient: the black border of an image must not count once for each place of a window.
    const part = nodes.add('AveragePool', [marks], pooling(attrs));
    const count = nodes.add('Mul', [part, nodes.real(attrs.window[0] * attrs.window[1])]);
    return nodes.add('Mul', [marks, enlarged(nodes, nodes.add('Div', [upper, count]), attrs.window)]);
  }
  const size = sizeOf(type.shape);
  const [, indices] = nodes.addMany('MaxPool', [image], 2, pooling(attrs));
  const flat = (name: string) => nodes.add('Reshape', [name, nodes.wholes([-1])]);
  const zeros = nodes.add('Expand', [nodes.real(0), nodes.wholes([size])]);
  const spread = nodes.add('ScatterElements', [zeros, flat(indices!), flat(upper)], { reduction: { word: 'add' } });
  return nodes.add('Reshape', [spread, nodes.wholes(channelsFirst(type.shape))]);
};

const avgPoolGradient: ConvolutionRow<'avg_pool_gradient'> = (nodes, [grad], attrs, type, [gradType]) => {
  const upper = grad!.channelsFirst(nodes);
  const { window, strides, padding } = attrs;
  if (tiles(type.shape, attrs)) {
    return enlarged(nodes, nodes.add('Mul', [upper, nodes.real(1 / (window[0]! * window[1]!))]), window);
  }
  const channels = type.shape[3]!;
  const share = nodes.add('Div', [upper, coverage(nodes, type.shape, gradType!.shape, attrs)]);
  const ones = nodes.add('Expand', [nodes.real(1), nodes.wholes([channels, 1, ...window])]);
  return nodes.add('ConvTranspose', [share, ones], {
    strides,
    pads: pads(padding),
    group: channels,
    output_padding: leftOver(type.shape, gradType!.shape, window, strides, padding),
  });
};

/** `[1, 1, h, w]`: how many places of each window lie inside the image. */
function coverage(nodes: Nodes, image: Shape, grid: Shape, attrs: Pooling): string {
  const [down, across] = ([1, 2] as const).map((axis) => placesInside(image, grid[axis]!, axis, attrs));
  const counts = down!.flatMap((a) => across!.map((b) => a * b));
  return nodes.reals(counts, [1, 1, down!.length, across!.length]);
}

export const convolutions = {
  conv2d,
  conv2d_input_gradient: inputGradient,
  conv2d_filter_gradient: filterGradient,
  max_pool: (nodes, [x], attrs) => nodes.add('MaxPool', [x!.channelsFirst(nodes)], pooling(attrs)),
  max_pool_gradient: maxPoolGradient,
  avg_pool: (nodes, [x], attrs) => nodes.add('AveragePool', [x!.channelsFirst(nodes)], pooling(attrs)),
  avg_pool_gradient: avgPoolGradient,
} satisfies { readonly [K in ConvolutionName]: ConvolutionRow<K> };
