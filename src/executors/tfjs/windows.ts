/**
 * Convolutions and pools in the kernels that all tfjs backends have: of one group, and pools without padding; `legalize`
 * has spelled all others with these. The kernels read padding as one pair for each axis of the image.
 */
import type { Convolution, Pooling } from '../../graph/ir.ts';
import type { Kit, Lowering } from './kernels.ts';
import type { TensorInfo } from './load.ts';

export function convolve(
  kit: Kit,
  x: TensorInfo,
  filter: TensorInfo,
  { strides, padding }: Pick<Convolution, 'strides' | 'padding'>,
  dilations: readonly number[] = [1, 1],
): TensorInfo {
  return kit.run('Conv2D', { x, filter }, { ...convolutionAttrs(strides, padding), dilations: [...dilations] });
}

function convolutionAttrs(strides: Convolution['strides'], padding: Convolution['padding']) {
  const pad = [[0, 0], [...padding[0]], [...padding[1]], [0, 0]];
  return { strides: [...strides], pad, dataFormat: 'NHWC', dimRoundingMode: 'floor' };
}

function poolAttrs({ window, strides }: Pooling) {
  return { filterSize: [...window], strides: [...strides], pad: 'valid' };
}

export const windowLowerings = {
  conv2d: (kit, [x, w], attrs) => convolve(kit, x!, w!, attrs),
  conv2d_input_gradient: (kit, [dy, filter], { strides, padding, shape }) =>
    kit.run(
      'Conv2DBackpropInput',
      { dy: dy!, filter: filter! },
      { ...convolutionAttrs(strides, padding), inputShape: [...shape] },
    ),
  conv2d_filter_gradient: (kit, [x, dy], { strides, padding, shape }) =>
    kit.run(
      'Conv2DBackpropFilter',
      { x: x!, dy: dy! },
      { ...convolutionAttrs(strides, padding), filterShape: [...shape] },
    ),
  max_pool: (kit, [x], attrs) => kit.run('MaxPool', { x: x! }, poolAttrs(attrs)),
  max_pool_gradient: (kit, [input, output, dy], attrs) =>
    kit.run('MaxPoolGrad', { dy: dy!, input: input!, output: output! }, poolAttrs(attrs)),
  avg_pool: (kit, [x], attrs) => kit.run('AvgPool', { x: x! }, poolAttrs(attrs)),
  // Of its image the kernel reads the shape and the type alone.
  avg_pool_gradient: (kit, [dy], attrs) =>
    kit.run('AvgPoolGrad', { dy: dy!, input: { ...dy!, shape: [...attrs.shape] } }, poolAttrs(attrs)),
} satisfies {
  readonly conv2d: Lowering<'conv2d'>;
  readonly conv2d_input_gradient: Lowering<'conv2d_input_gradient'>;
  readonly conv2d_filter_gradient: Lowering<'conv2d_filter_gradient'>;
  readonly max_pool: Lowering<'max_pool'>;
  readonly max_pool_gradient: Lowering<'max_pool_gradient'>;
  readonly avg_pool: Lowering<'avg_pool'>;
  readonly avg_pool_gradient: Lowering<'avg_pool_gradient'>;
};
