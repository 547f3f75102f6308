/** Pools over windows of images `[N, H, W, C]`, each channel alone. Padding is no part of the image: it is never the largest and not counted. */
import { invariant } from '../../base/diagnostic.ts';
import { formatShape, type Shape, sameShape, type TensorType } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../builder.ts';
import type { OpName, Pooling } from '../ir.ts';
import { pooledByRow } from './convolution-batching.ts';
import type { OpRecord } from './op.ts';
import { alongAxis, isImage, placesInside, windowGrid } from './window.ts';

type PoolingName = Extract<OpName, 'max_pool' | 'max_pool_gradient' | 'avg_pool' | 'avg_pool_gradient'>;

function pooled(image: Shape, attrs: Pooling): TensorType {
  const { window, padding } = attrs;
  invariant(
    padding.every((pair, axis) => pair.every((n) => n < window[axis]!)),
    `padding must be smaller than the window ${formatShape(window)}`,
  );
  return { dtype: 'f32', shape: [image[0]!, ...windowGrid(image, window, attrs), image[3]!] };
}

function expectPooled(image: Shape, grad: TensorType, attrs: Pooling): void {
  const { shape } = pooled(image, attrs);
  invariant(
    sameShape(shape, grad.shape),
    `a gradient of ${formatShape(shape)} expected, not ${formatShape(grad.shape)}`,
  );
}

/** The sum over each window: the mean times how much of the window lies on the image. */
function sumPool(b: GraphBuilder, x: Ref, attrs: Pooling): Ref {
  const mean = b.avgPool(x, attrs);
  const counts = ([1, 2] as const).map((axis) => placesInside(x.type.shape, mean.type.shape[axis]!, axis, attrs));
  return b.mul(b.mul(mean, alongAxis(b, counts[0]!, 1)), alongAxis(b, counts[1]!, 2));
}

/**
 * For each window the element of `u` where `x` is largest: the transpose of `max_pool_gradient` as a linear map of `grad`. Windows
 * that do not touch each other are read at once, as the sum over each window of `u` at the marked places; windows that overlap
 * belong to different classes by their row and column modulo the number of windows that share a place.
 */
function takeAtMaximum(b: GraphBuilder, x: Ref, y: Ref, u: Ref, attrs: Pooling): Ref {
  const [rows, columns] = [y.type.shape[1]!, y.type.shape[2]!];
  const shared = attrs.window.map((n, i) => Math.ceil(n / attrs.strides[i]!));
  const everyNth = (count: number, n: number, rest: number, axis: 1 | 2) =>
    alongAxis(
      b,
      Array.from({ length: count }, (_, i) => Number(i % n === rest)),
      axis,
    );
  const parts: Ref[] = [];
  for (let row = 0; row < Math.min(shared[0]!, rows); row++) {
    for (let column = 0; column < Math.min(shared[1]!, columns); column++) {
      const chosen = b.mul(everyNth(rows, shared[0]!, row, 1), everyNth(columns, shared[1]!, column, 2));
      const marks = b.maxPoolGradient(x, y, b.broadcast(chosen, y.type.shape), attrs);
      parts.push(b.mul(sumPool(b, b.mul(marks, u), attrs), chosen));
    }
  }
  return parts.reduce((sum, part) => b.add(sum, part));
}

export const poolingOps = {
  max_pool: {
    doc: 'the largest of each window',
    infer: ([x], attrs) => {
      invariant(isImage(x), 'an image expected');
      return pooled(x.shape, attrs);
    },
    vjp: ({ b, inputs, output, grad, attrs }) => [b.maxPoolGradient(inputs[0]!, output, grad, attrs)],
    batch: pooledByRow('max_pool'),
  },
  max_pool_gradient: {
    doc: 'of x, y = max_pool x and grad: each number of grad goes to the place in its window where x is y; at a tie to one, or shared by all of them',
    infer: ([x, y, grad], attrs) => {
      invariant(isImage(x) && isImage(y) && isImage(grad), 'three images expected');
      expectPooled(x.shape, y, attrs);
      expectPooled(x.shape, grad, attrs);
      return x;
    },
    // Where the largest stand does not change with a small change of x.
    vjp: ({ b, inputs, grad, attrs }) => [null, null, takeAtMaximum(b, inputs[0]!, inputs[1]!, grad, attrs)],
    batch: pooledByRow('max_pool_gradient'),
  },
  avg_pool: {
    doc: 'the mean of each window over its part inside the image',
    infer: ([x], attrs) => {
      invariant(isImage(x), 'an image expected');
      return pooled(x.shape, attrs);
    },
    vjp: ({ b, inputs, grad, attrs }) => [b.avgPoolGradient(grad, inputs[0]!.type.shape, attrs)],
    batch: pooledByRow('avg_pool'),
  },
  avg_pool_gradient: {
    doc: 'the gradient of avg_pool: each number of grad is shared by its window',
    infer: ([grad], attrs) => {
      invariant(isImage(grad), 'a gradient expected');
      expectPooled(attrs.shape, grad, attrs);
      return { dtype: 'f32', shape: attrs.shape };
    },
    vjp: ({ b, grad, attrs }) => [b.avgPool(grad, attrs)],
    batch: pooledByRow('avg_pool_gradient'),
  },
} satisfies { readonly [K in PoolingName]: OpRecord<K> };
