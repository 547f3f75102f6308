/** `reshape([a, b, ...])`: the same numbers under another shape, the last axis fastest. */
import { formatShape, type Shape, sizeOf } from '../../base/host-array.ts';
import type { Layer } from '../layer.ts';

export const reshape: Layer = {
  name: 'reshape',
  doc: 'the same numbers of an example under another shape',
  options: [
    {
      name: 'shape',
      type: { kind: 'integers', min: 1 },
      default: null,
      required: true,
      doc: 'the sizes of its axes, such as `[7, 7, 16]`',
    },
  ],
  inputs: 'one',
  channels: 'rearranged',
  infer([input], options) {
    const shape = options.shape as Shape;
    if (sizeOf(shape) !== sizeOf(input)) {
      return {
        ok: false,
        problem: `\`reshape\` to ${formatShape(shape)} needs ${sizeOf(shape)} numbers, but gets ${formatShape(input)}, which has ${sizeOf(input)}`,
        hint: `choose sizes whose product is ${sizeOf(input)}`,
      };
    }
    return { ok: true, output: shape, parameters: [], statistics: [], multiplyAdds: 0 };
  },
  emit: (b, layer, [x]) => b.reshape(x, [x.type.shape[0]!, ...layer.outputShape]),
  linear: null,
};
