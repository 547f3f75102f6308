/** Padded convolutions and pools, for libraries that have plain ones alone. */
import type { Shape } from '../base/host-array.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { Padding, Pooling } from '../graph/ir.ts';
import { alongAxis } from '../graph/ops/window.ts';
import type { Expansions } from '../graph/transforms/legalize.ts';

/** `length` places of an axis from `start` on, which may lie before the first; one number stands where `x` has none. */
export function portion(b: GraphBuilder, x: Ref, axis: number, start: number, length: number, value = 0): Ref {
  const { shape } = x.type;
  const sized = (n: number): Shape => shape.map((m, i) => (i === axis ? n : m));
  const [from, to] = [Math.max(start, 0), Math.min(start + length, shape[axis]!)];
  const inside = b.slice(
    x,
    shape.map((_, i) => (i === axis ? from : 0)),
    sized(to - from),
  );
  const filling = (n: number) => (n > 0 ? [b.full(sized(n), value)] : []);
  const before = from - start;
  return b.concat([...filling(before), inside, ...filling(length - before - (to - from))], axis);
}

const NONE: Padding = [
  [0, 0],
  [0, 0],
];

const isPadded = ({ padding }: { readonly padding: Padding }) => padding.flat().some((n) => n > 0);

function paddedShape(shape: Shape, padding: Padding): Shape {
  return shape.map((n, axis) => (axis === 1 || axis === 2 ? n + padding[axis - 1]![0] + padding[axis - 1]![1] : n));
}

/** The image with a frame of one number. */
function framed(b: GraphBuilder, x: Ref, padding: Padding, value: number): Ref {
  const shape = paddedShape(x.type.shape, padding);
  return ([1, 2] as const).reduce(
    (image, axis) => portion(b, image, axis, -padding[axis - 1]![0], shape[axis]!, value),
    x,
  );
}

/** The image within its frame. */
function unframed(b: GraphBuilder, x: Ref, padding: Padding, shape: Shape): Ref {
  return b.slice(x, [0, padding[0][0], padding[1][0], 0], shape);
}

/** Each pooled number times the area of its window over the window's area inside the image. */
function perPlaceInside(b: GraphBuilder, pooled: Ref, image: Shape, { window, strides, padding }: Pooling): Ref {
  return ([1, 2] as const).reduce((scaled, axis) => {
    const [width, stride, before] = [window[axis - 1]!, strides[axis - 1]!, padding[axis - 1]![0]];
    const factors = Array.from({ length: pooled.type.shape[axis]! }, (_, i) => {
      const start = i * stride - before;
      return width / (Math.min(start + width, image[axis]!) - Math.max(start, 0));
    });
    return b.mul(scaled, alongAxis(b, factors, axis));
  }, pooled);
}

/** The frame is never the largest of a window, and a mean over a frame of zeros lacks a known factor. */
export const poolsWithoutPadding: Expansions = {
  max_pool: (b, [x], attrs) =>
    b.maxPool(framed(b, x!, attrs.padding, Number.NEGATIVE_INFINITY), { ...attrs, padding: NONE }),
  max_pool_gradient: (b, [x, y, grad], attrs) => {
    const image = framed(b, x!, attrs.padding, Number.NEGATIVE_INFINITY);
    const whole = b.maxPoolGradient(image, y!, grad!, { ...attrs, padding: NONE });
    return unframed(b, whole, attrs.padding, x!.type.shape);
  },
  avg_pool: (b, [x], attrs) => {
    const mean = b.avgPool(framed(b, x!, attrs.padding, 0), { ...attrs, padding: NONE });
    return isPadded(attrs) ? perPlaceInside(b, mean, x!.type.shape, attrs) : mean;
  },
  avg_pool_gradient: (b, [grad], attrs) => {
    const plain = { ...attrs, padding: NONE };
    if (!isPadded(attrs)) return b.avgPoolGradient(grad!, attrs.shape, plain);
    const scaled = perPlaceInside(b, grad!, attrs.shape, attrs);
    const whole = b.avgPoolGradient(scaled, paddedShape(attrs.shape, attrs.padding), plain);
    return unframed(b, whole, attrs.padding, attrs.shape);
  },
};

/** The gradients of a padded convolution are those of a plain one over the framed image. */
export const convolutionGradientsWithoutPadding: Expansions = {
  conv2d_input_gradient: (b, [grad, w], attrs) => {
    const plain = { ...attrs, padding: NONE };
    const whole = b.conv2dInputGradient(grad!, w!, paddedShape(attrs.shape, attrs.padding), plain);
    return unframed(b, whole, attrs.padding, attrs.shape);
  },
  conv2d_filter_gradient: (b, [x, grad], attrs) =>
    b.conv2dFilterGradient(framed(b, x!, attrs.padding, 0), grad!, attrs.shape, { ...attrs, padding: NONE }),
};
