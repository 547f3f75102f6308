/** What layers say of inputs that lack the axis that they work along. */
import type { LayerShape } from '../../base/catalogue.ts';
import { formatShape, type Shape } from '../../base/host-array.ts';

type Problem = Extract<LayerShape, { ok: false }>;

/** For layers that work along the last axis, which a single number does not have. */
export function noAxis(name: string, input: Shape): Problem {
  return {
    ok: false,
    problem: `\`${name}\` works along the last axis, but gets ${formatShape(input)}`,
    hint: 'put it behind a layer that has outputs or filters',
  };
}

/** For layers that work on sequences alone. */
export function noSequence(name: string, input: Shape): Problem {
  return {
    ok: false,
    problem: `\`${name}\` needs a sequence [length, channels], but gets ${formatShape(input)}`,
    hint: 'begin with `input real[length, channels]`, or bring the numbers into that shape with `reshape`',
  };
}
