/**
 * Gradients of convolutions and pools on wasm (4.22), which has no kernel for that of the filters and slow ones for the others:
 * the fast kernel is Conv2D, so they are spelled as convolutions. Input gradient 118 -> 29 ms, max pool 25 -> 8 ms in a small VGG.
 */
import { sameShape } from '../../base/host-array.ts';
import type { OpName } from '../../graph/ir.ts';
import { chain, type Lowering } from './kernels.ts';
import { convolve, windowLowerings } from './windows.ts';

/** With stride 1: the gradient, convolved with the filters turned by half a circle, channels and filters swapped. */
const inputGradient: Lowering<'conv2d_input_gradient'> = (kit, inputs, attrs) => {
  const [grad, w] = [inputs[0]!, inputs[1]!];
  const { strides, padding } = attrs;
  const around = padding.map((pair, axis) => pair.map((n) => w.shape[axis]! - 1 - n));
  if (!sameShape(strides, [1, 1]) || around.flat().some((n) => n < 0)) {
    return windowLowerings.conv2d_input_gradient(kit, [grad, w], attrs);
  }
  return chain(kit, (keep) => {
    const turned = keep(kit.run('Reverse', { x: w }, { dims: [0, 1] }));
    const filter = keep(kit.run('Transpose', { x: turned }, { perm: [0, 1, 3, 2] }));
    return convolve(kit, grad, filter, { strides, padding: around as unknown as typeof padding });
  });
};

/**
 * A convolution in which images and channels change places, and the gradient is the filter: it is laid over the image at each place
 * of the window, with gaps as wide as the strides. Rows and columns that no window reached add places, which are cut off.
 */
const filterGradient: Lowering<'conv2d_filter_gradient'> = (kit, inputs, { strides, padding, shape }) =>
  chain(kit, (keep) => {
    const image = keep(kit.run('Transpose', { x: inputs[0]! }, { perm: [3, 1, 2, 0] }));
    const filter = keep(kit.run('Transpose', { x: inputs[1]! }, { perm: [1, 2, 0, 3] }));
    const places = keep(convolve(kit, image, filter, { strides: [1, 1], padding }, strides));
    const turned = kit.run('Transpose', { x: places }, { perm: [1, 2, 0, 3] });
    if (sameShape(turned.shape, shape)) return turned;
    return kit.run('Slice', { x: keep(turned) }, { begin: [0, 0, 0, 0], size: [...shape] });
  });

/** For windows side by side: the largest, stretched over their windows, tell where they stand; those that tie share the gradient. */
const maxPoolGradient: Lowering<'max_pool_gradient'> = (kit, inputs, attrs) => {
  const [x, y, grad] = [inputs[0]!, inputs[1]!, inputs[2]!];
  const { window, strides } = attrs;
  const size = [y.shape[1]! * window[0], y.shape[2]! * window[1]];
  if (!sameShape(window, strides) || !sameShape(size, x.shape.slice(1, 3))) {
    return windowLowerings.max_pool_gradient(kit, [x, y, grad], attrs);
  }
  return chain(kit, (keep) => {
    const stretchOver = (images: typeof y) =>
      keep(kit.run('ResizeNearestNeighbor', { images }, { size, alignCorners: false, halfPixelCenters: true }));
    const hits = keep(kit.run('Equal', { a: x, b: stretchOver(y) }));
    const marks = keep(kit.run('Cast', { x: hits }, { dtype: 'float32' }));
    const part = keep(windowLowerings.avg_pool(kit, [marks], attrs));
    const count = keep(kit.run('Multiply', { a: part, b: kit.scalar(window[0] * window[1]) }));
    const share = keep(kit.run('RealDiv', { a: grad, b: count }));
    return kit.run('Multiply', { a: marks, b: stretchOver(share) });
  });
};

export const wasmWindowLowerings = {
  conv2d_input_gradient: inputGradient,
  conv2d_filter_gradient: filterGradient,
  max_pool_gradient: maxPoolGradient,
} satisfies { readonly [K in OpName]?: Lowering<K> };
