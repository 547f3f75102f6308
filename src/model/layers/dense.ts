/** `dense(n)`: every output is a weighted sum of all inputs plus a bias. Weight `[inputs, outputs]`, bias `[outputs]`. */
import { formatShape } from '../../base/host-array.ts';
import type { Layer } from '../layer.ts';
import { biasOption, weightAndBias } from './weighted.ts';

export const dense: Layer = {
  name: 'dense',
  doc: 'fully connected layer: x W + b',
  options: [
    {
      name: 'outputs',
      type: { kind: 'integer', min: 1 },
      default: null,
      required: true,
      doc: 'number of output units',
    },
    biasOption,
  ],
  inputs: 'one',
  channels: 'own',
  infer([input], options) {
    if (input.length !== 1) {
      return {
        ok: false,
        problem: `\`dense\` needs one row of numbers for each example, but gets ${formatShape(input)}`,
        hint: 'put a `flatten` line before it',
      };
    }
    const inputs = input[0]!;
    const outputs = Number(options.outputs);
    return {
      ok: true,
      output: [outputs],
      parameters: weightAndBias([inputs, outputs], inputs, options),
      statistics: [],
      multiplyAdds: inputs * outputs,
    };
  },
  emit: (b, layer, [x], { weights }) => weights.linear(b, layer, x),
  linear: (b, _layer, x, w) => b.matmul(x, w),
};
