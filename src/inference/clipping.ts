/**
 * Gradients that are kept from being too large, before an optimizer sees them: each number between -c and c (`clip_value`), then all
 * together not longer than c (`clip_norm`; Pascanu, Mikolov & Bengio 2013, algorithm 1, with the 1e-6 of PyTorch).
 */
import type { OptionSpec, OptionValues } from '../base/catalogue.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';

export const clippingOptions: readonly OptionSpec[] = [
  limit('clip_norm', 'largest length of the gradient of loss / N, over all parameters; of each particle its own'),
  limit('clip_value', 'largest size of any number of the gradient of loss / N'),
];

function limit(name: string, doc: string): OptionSpec {
  const type = { kind: 'number', min: 0, exclusiveMin: true } as const;
  return { name, type, default: null, required: false, doc };
}

const FLOOR = 1e-6;

/** `particles`: the first axis counts networks, each with a length of its own. */
export function clipped(
  b: GraphBuilder,
  gradients: readonly Ref[],
  options: OptionValues,
  particles: boolean,
): readonly Ref[] {
  const { clip_norm: norm, clip_value: value } = options;
  const small = typeof value === 'number' ? gradients.map((g) => b.max(b.min(g, value), -value)) : gradients;
  if (typeof norm !== 'number') return small;
  const first = particles ? 1 : 0;
  const axesOf = (g: Ref) => g.type.shape.flatMap((_, axis) => (axis < first ? [] : [axis]));
  const squares = small.map((g) => b.sum(b.square(g), axesOf(g))).reduce((total, part) => b.add(total, part));
  const share = b.min(b.div(norm, b.add(b.sqrt(squares), FLOOR)), 1);
  return small.map((g) => {
    const factor = particles ? b.reshape(share, [g.type.shape[0]!, ...axesOf(g).map(() => 1)]) : share;
    return b.mul(g, factor);
  });
}
