/** Convolutions in groups, for libraries that have them of one group alone. */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { Convolution } from '../graph/ir.ts';
import type { Expansions } from '../graph/transforms/legalize.ts';

/** Equal parts along an axis. */
function split(b: GraphBuilder, x: Ref, axis: number, parts: number): Ref[] {
  const size = x.type.shape.map((n, i) => (i === axis ? n / parts : n));
  return Array.from({ length: parts }, (_, part) =>
    b.slice(
      x,
      size.map((n, i) => (i === axis ? n * part : 0)),
      size,
    ),
  );
}

const CHANNELS = 3;

/** Each group alone, the results side by side: groups are parts of the channels of every operand but the filters' input channels. */
function byGroups(
  b: GraphBuilder,
  operands: readonly Ref[],
  attrs: Convolution,
  one: (parts: readonly Ref[], attrs: Convolution) => Ref,
): Ref {
  if (attrs.groups === 1) return one(operands, attrs);
  const parts = operands.map((x) => split(b, x, CHANNELS, attrs.groups));
  const single = { ...attrs, groups: 1 };
  const results = parts[0]!.map((_, group) =>
    one(
      parts.map((p) => p[group]!),
      single,
    ),
  );
  return b.concat(results, CHANNELS);
}

export const withoutGroups: Expansions = {
  conv2d: (b, inputs, attrs) => byGroups(b, inputs, attrs, ([x, w], one) => b.conv2d(x!, w!, one)),
  conv2d_input_gradient: (b, inputs, attrs) =>
    byGroups(b, inputs, attrs, ([grad, w], one) => {
      const shape = attrs.shape.map((n, i) => (i === CHANNELS ? n / attrs.groups : n));
      return b.conv2dInputGradient(grad!, w!, shape, one);
    }),
  conv2d_filter_gradient: (b, inputs, attrs) =>
    byGroups(b, inputs, attrs, ([x, grad], one) => {
      const shape = attrs.shape.map((n, i) => (i === CHANNELS ? n / attrs.groups : n));
      return b.conv2dFilterGradient(x!, grad!, shape, one);
    }),
};
