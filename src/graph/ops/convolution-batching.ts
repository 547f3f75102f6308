/**
 * Copies of convolutions and pools without an axis more: a convolution takes rows and channels as many as there are. Copies with
 * filters in common are further rows of one convolution; copies of one image are further filters; where both differ, each
 * copy is a group of its own, which sees its own channels alone.
 */
import type { Shape } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../builder.ts';
import type { OpAttrs, OpName } from '../ir.ts';
import { repeated } from './batching.ts';
import type { BatchContext, BatchRule } from './op.ts';

type PoolName = Extract<OpName, 'max_pool' | 'max_pool_gradient' | 'avg_pool' | 'avg_pool_gradient'>;

/** `[copies, N, ...]` as `[copies N, ...]`. */
function asRows(b: GraphBuilder, x: Ref): Ref {
  const [copies, rows, ...rest] = x.type.shape;
  return b.reshape(x, rowsShape(copies!, [rows!, ...rest]));
}

function rowsShape(copies: number, [rows, ...rest]: Shape): Shape {
  return [copies * rows!, ...rest];
}

function fromRows(b: GraphBuilder, y: Ref, copies: number): Ref {
  const [rows, ...rest] = y.type.shape;
  return b.reshape(y, [copies, rows! / copies, ...rest]);
}

/** `[copies, a, b, c, K]` as `[a, b, c, copies K]`: group by group, and in each group copy by copy. */
function asChannels(b: GraphBuilder, x: Ref, groups: number): Ref {
  const [copies, first, second, third, channels] = x.type.shape as readonly [number, number, number, number, number];
  const split = b.reshape(x, [copies, first, second, third, groups, channels / groups]);
  return b.reshape(b.transpose(split, [1, 2, 3, 4, 0, 5]), [first, second, third, copies * channels]);
}

function fromChannels(b: GraphBuilder, y: Ref, copies: number, groups: number): Ref {
  const [first, second, third, channels] = y.type.shape as readonly [number, number, number, number];
  const each = channels / copies;
  const split = b.reshape(y, [first, second, third, groups, copies, each / groups]);
  return b.reshape(b.transpose(split, [4, 0, 1, 2, 3, 5]), [copies, first, second, third, each]);
}

function channelsShape(copies: number, shape: Shape): Shape {
  return [...shape.slice(0, 3), copies * shape[3]!];
}

/** Both operands with a group for each copy; a shared operand is repeated. */
function asGroups({ b, copies, inputs }: BatchContext<OpName>): readonly [Ref, Ref] {
  const channels = inputs.map((input) => asChannels(b, repeated(b, input, copies), 1));
  return [channels[0]!, channels[1]!];
}

const conv2d: BatchRule<'conv2d'> = (c) => {
  const { b, copies, attrs } = c;
  const [x, w] = [c.inputs[0]!, c.inputs[1]!];
  if (!w.batched) return fromRows(b, b.conv2d(asRows(b, x.ref), w.ref, attrs), copies);
  if (!x.batched) {
    return fromChannels(b, b.conv2d(x.ref, asChannels(b, w.ref, attrs.groups), attrs), copies, attrs.groups);
  }
  const [images, filters] = asGroups(c);
  return fromChannels(b, b.conv2d(images, filters, { ...attrs, groups: copies * attrs.groups }), copies, 1);
};

const inputGradient: BatchRule<'conv2d_input_gradient'> = (c) => {
  const { b, copies, attrs } = c;
  const [grad, w] = [c.inputs[0]!, c.inputs[1]!];
  if (!w.batched) {
    const rows = b.conv2dInputGradient(asRows(b, grad.ref), w.ref, rowsShape(copies, attrs.shape), attrs);
    return fromRows(b, rows, copies);
  }
  const [upper, filters] = asGroups(c);
  const options = { ...attrs, groups: copies * attrs.groups };
  return fromChannels(b, b.conv2dInputGradient(upper, filters, channelsShape(copies, attrs.shape), options), copies, 1);
};

const filterGradient: BatchRule<'conv2d_filter_gradient'> = (c) => {
  const { b, copies, attrs } = c;
  const [x, grad] = [c.inputs[0]!, c.inputs[1]!];
  const shape = channelsShape(copies, attrs.shape);
  if (!x.batched) {
    const filters = b.conv2dFilterGradient(x.ref, asChannels(b, grad.ref, attrs.groups), shape, attrs);
    return fromChannels(b, filters, copies, attrs.groups);
  }
  const [images, upper] = asGroups(c);
  const options = { ...attrs, groups: copies * attrs.groups };
  return fromChannels(b, b.conv2dFilterGradient(images, upper, shape, options), copies, 1);
};

export const convolutionBatching = {
  conv2d,
  conv2d_input_gradient: inputGradient,
  conv2d_filter_gradient: filterGradient,
};

/** Pools look at each row alone: copies are further rows. */
export function pooledByRow<K extends PoolName>(op: K): BatchRule<K> {
  return ({ b, copies, inputs, attrs }) => {
    const rows = inputs.map((input) => asRows(b, repeated(b, input, copies)));
    const own = 'shape' in attrs ? { ...attrs, shape: rowsShape(copies, attrs.shape) } : attrs;
    return fromRows(b, b.apply(op, rows, own as OpAttrs[K]), copies);
  };
}
