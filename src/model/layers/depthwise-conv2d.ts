/**
 * `depthwise_conv2d(size)`: filters that see one channel of the image each, `multiplier` of them for every channel (Howard et al.
 * 2017). Weight `[size, size, 1, channels multiplier]`, bias `[channels multiplier]`; the outputs of a channel stand side by side.
 */
import type { Layer } from '../layer.ts';
import { biasOption, weightAndBias } from './weighted.ts';
import { imageProblem, paddingOption, sizeOption, strideOption, windowsOver } from './window.ts';

export const depthwiseConv2d: Layer = {
  name: 'depthwise_conv2d',
  doc: 'convolution of each channel of an image with filters of its own, plus a bias',
  options: [
    sizeOption,
    strideOption(1),
    paddingOption,
    {
      name: 'multiplier',
      type: { kind: 'integer', min: 1 },
      default: 1,
      required: false,
      doc: 'filters for each channel',
    },
    biasOption,
  ],
  inputs: 'one',
  channels: 'kept',
  infer([input], options) {
    const problem = imageProblem('depthwise_conv2d', input, options);
    if (problem !== null) return problem;
    const { window, output } = windowsOver(input, options);
    const filters = input[2]! * Number(options.multiplier);
    const fanIn = window[0] * window[1];
    return {
      ok: true,
      output: [...output, filters],
      parameters: weightAndBias([...window, 1, filters], fanIn, options),
      statistics: [],
      multiplyAdds: output[0] * output[1] * fanIn * filters,
    };
  },
  emit: (b, layer, [x], { weights }) => weights.linear(b, layer, x),
  linear: (b, layer, x, w) =>
    b.conv2d(x, w, { ...windowsOver(layer.inputShape, layer.options), groups: layer.inputShape[2]! }),
};
