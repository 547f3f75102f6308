/**
 * Two-dimensional convolutions (cross-correlations) of images `[N, H, W, C]` with filters `[kh, kw, C / groups, K]`. The three ops are
 * the trilinear form sum grad[n, p, q, k] x[n, p s + i, q s + j, c] w[i, j, c, k] with one factor left out, so they are closed
 * under differentiation: the gradient of each is made of the other two.
 */
import { invariant } from '../../base/diagnostic.ts';
import { formatShape, type Shape, sameShape, type TensorType } from '../../base/host-array.ts';
import type { OpAttrs, OpName } from '../ir.ts';
import { convolutionBatching } from './convolution-batching.ts';
import type { OpRecord } from './op.ts';
import { isImage, windowGrid } from './window.ts';

type ConvolutionName = Extract<OpName, 'conv2d' | 'conv2d_input_gradient' | 'conv2d_filter_gradient'>;

/** The shape of `conv2d` of an image and a filter of these shapes. */
function convolved(image: Shape, filter: Shape, attrs: OpAttrs['conv2d']): Shape {
  const [height, width, channels, filters] = filter as readonly [number, number, number, number];
  const grid = windowGrid(image, [height, width], attrs);
  invariant(
    image[3] === channels * attrs.groups && filters % attrs.groups === 0,
    `filters ${formatShape(filter)} in ${attrs.groups} groups do not fit ${formatShape(image)}`,
  );
  return [image[0]!, ...grid, filters];
}

/** The type of a gradient of shape `shape`, where the convolution of `image` and `filter` must have the shape of `grad`. */
function back(grad: TensorType, image: Shape, filter: Shape, shape: Shape, attrs: OpAttrs['conv2d']): TensorType {
  const whole = convolved(image, filter, attrs);
  invariant(
    sameShape(whole, grad.shape),
    `a gradient of ${formatShape(whole)} expected, not ${formatShape(grad.shape)}`,
  );
  return { dtype: 'f32', shape };
}

export const convolutionOps = {
  conv2d: {
    doc: 'an image and filters: each output is a filter laid over one place, summed',
    infer: ([x, w], attrs) => {
      invariant(isImage(x) && isImage(w), 'an image and filters expected');
      return { dtype: 'f32', shape: convolved(x.shape, w.shape, attrs) };
    },
    vjp: ({ b, inputs, grad, attrs }) => {
      const [x, w] = [inputs[0]!, inputs[1]!];
      return [
        b.conv2dInputGradient(grad, w, x.type.shape, attrs),
        b.conv2dFilterGradient(x, grad, w.type.shape, attrs),
      ];
    },
    batch: convolutionBatching.conv2d,
  },
  conv2d_input_gradient: {
    doc: 'the gradient of conv2d by its image: the transposed convolution',
    infer: ([grad, w], attrs) => {
      invariant(isImage(grad) && isImage(w), 'a gradient and filters expected');
      return back(grad, attrs.shape, w.shape, attrs.shape, attrs);
    },
    vjp: ({ b, inputs, grad, attrs }) => {
      const [upper, w] = [inputs[0]!, inputs[1]!];
      return [b.conv2d(grad, w, attrs), b.conv2dFilterGradient(grad, upper, w.type.shape, attrs)];
    },
    batch: convolutionBatching.conv2d_input_gradient,
  },
  conv2d_filter_gradient: {
    doc: 'the gradient of conv2d by its filters',
    infer: ([x, grad], attrs) => {
      invariant(isImage(x) && isImage(grad), 'an image and a gradient expected');
      return back(grad, x.shape, attrs.shape, attrs.shape, attrs);
    },
    vjp: ({ b, inputs, grad, attrs }) => {
      const [x, upper] = [inputs[0]!, inputs[1]!];
      return [b.conv2dInputGradient(upper, grad, x.type.shape, attrs), b.conv2d(x, grad, attrs)];
    },
    batch: convolutionBatching.conv2d_filter_gradient,
  },
} satisfies { readonly [K in ConvolutionName]: OpRecord<K> };
