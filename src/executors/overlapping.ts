/**
 * The gradient of a max pool with windows that overlap or leave gaps, for libraries that have it for windows side by side
 * alone. Windows fall into classes by their row and column modulo the number of windows that share a place; those of one
 * class do not touch, so cut out of the image they lie side by side. At a tie they share the gradient.
 */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { OpAttrs } from '../graph/ir.ts';
import { portion } from './padding.ts';

interface Cut {
  readonly start: number;
  readonly count: number;
  readonly stride: number;
  readonly width: number;
}

/** `count` pieces of an image's rows or columns, `stride` apart: the axis becomes two, `[count, width]`. */
function cutOut(b: GraphBuilder, x: Ref, axis: number, { start, count, stride, width }: Cut): Ref {
  const whole = portion(b, x, axis, start, count * stride);
  const { shape } = whole.type;
  const parted = b.reshape(whole, [...shape.slice(0, axis), count, stride, ...shape.slice(axis + 1)]);
  return portion(b, parted, axis + 1, 0, width);
}

/** The reverse: pieces back at their places, zeros between them. */
function putBack(b: GraphBuilder, pieces: Ref, axis: number, size: number, { start, count, stride }: Cut) {
  const spread = portion(b, pieces, axis + 1, 0, stride);
  const { shape } = spread.type;
  const joined = b.reshape(spread, [...shape.slice(0, axis), count * stride, ...shape.slice(axis + 2)]);
  return portion(b, joined, axis, -start, size);
}

/** Cuts of the image and of what was pooled from it, along one axis, for one class of windows. */
function cutsOf(y: Ref, attrs: OpAttrs['max_pool'], axis: 1 | 2, rest: number) {
  const [width, stride] = [attrs.window[axis - 1]!, attrs.strides[axis - 1]!];
  const classes = Math.ceil(width / stride);
  const count = Math.ceil((y.type.shape[axis]! - rest) / classes);
  return {
    image: { start: rest * stride, count, stride: classes * stride, width },
    pooled: { start: rest, count, stride: classes, width: 1 },
  };
}

/** Of one class of windows. Shapes are `[N, rows of windows, window height, columns of windows, window width, C]`. */
function ofClass(
  b: GraphBuilder,
  inputs: readonly Ref[],
  attrs: OpAttrs['max_pool'],
  rests: readonly [number, number],
): Ref {
  const [x, y, grad] = [inputs[0]!, inputs[1]!, inputs[2]!];
  const rows = cutsOf(y, attrs, 1, rests[0]);
  const columns = cutsOf(y, attrs, 2, rests[1]);
  const cutBoth = (value: Ref, side: 'image' | 'pooled') =>
    cutOut(b, cutOut(b, value, 2, columns[side]), 1, rows[side]);
  const marks = b.cast(b.equal(cutBoth(x, 'image'), cutBoth(y, 'pooled')), 'f32');
  const share = b.div(cutBoth(grad, 'pooled'), b.sum(marks, [2, 4], true));
  const parts = putBack(b, b.mul(marks, share), 3, x.type.shape[2]!, columns.image);
  return putBack(b, parts, 1, x.type.shape[1]!, rows.image);
}

/** Of windows without padding. */
export function maxPoolGradientByClasses(b: GraphBuilder, inputs: readonly Ref[], attrs: OpAttrs['max_pool']): Ref {
  const y = inputs[1]!;
  const classes = ([0, 1] as const).map((i) =>
    Math.min(Math.ceil(attrs.window[i] / attrs.strides[i]), y.type.shape[i + 1]!),
  );
  const parts: Ref[] = [];
  for (let row = 0; row < classes[0]!; row++) {
    for (let column = 0; column < classes[1]!; column++) parts.push(ofClass(b, inputs, attrs, [row, column]));
  }
  return parts.reduce((sum, part) => b.add(sum, part));
}
