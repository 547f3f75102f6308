/** What layers that act on each number alone have in common: no parameters, the shape stays. */
import type { OptionSpec, OptionValues } from '../../base/catalogue.ts';
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { Layer } from '../layer.ts';

export function elementwise(
  name: string,
  doc: string,
  apply: (b: GraphBuilder, x: Ref, options: OptionValues) => Ref,
  options: readonly OptionSpec[] = [],
): Layer {
  return {
    name,
    doc,
    options,
    inputs: 'one',
    channels: 'kept',
    infer: ([input]) => ({ ok: true, output: input, parameters: [], statistics: [], multiplyAdds: 0 }),
    emit: (b, layer, [x]) => apply(b, x, layer.options),
    linear: null,
  };
}
