/** What pools have in common: windows that, unless said otherwise, lie side by side, and each channel for itself. */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { Layer } from '../layer.ts';
import { imageProblem, paddingOption, sizeOption, strideOption, type Windows, windowsOver } from './window.ts';

export function pool(name: string, doc: string, apply: (b: GraphBuilder, x: Ref, windows: Windows) => Ref): Layer {
  return {
    name,
    doc,
    options: [sizeOption, strideOption(null), paddingOption],
    inputs: 'one',
    channels: 'kept',
    infer([input], options) {
      const problem = imageProblem(name, input, options);
      if (problem !== null) return problem;
      const { padding, output } = windowsOver(input, options);
      const size = Number(options.size);
      if (padding.flat().some((n) => n >= size)) {
        return {
          ok: false,
          problem: `\`${name}\` has windows of ${size} by ${size} that lie in the padding alone`,
          hint: `choose a padding below ${size}, or \`padding = same\``,
        };
      }
      return { ok: true, output: [...output, input[2]!], parameters: [], statistics: [], multiplyAdds: 0 };
    },
    emit: (b, layer, [x]) => apply(b, x, windowsOver(layer.inputShape, layer.options)),
    linear: null,
  };
}
