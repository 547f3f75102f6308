/**
 * `conv2d(filters, size)`: each output is a weighted sum of a window of the image, the same for all places, plus a bias.
 * Weight `[size, size, channels, filters]`, bias `[filters]`; images are `[height, width, channels]`.
 */
import type { Layer } from '../layer.ts';
import { biasOption, filtersOption, weightAndBias } from './weighted.ts';
import { imageProblem, paddingOption, sizeOption, strideOption, windowsOver } from './window.ts';

export const conv2d: Layer = {
  name: 'conv2d',
  doc: 'convolution of an image with filters, plus a bias',
  options: [filtersOption, sizeOption, strideOption(1), paddingOption, biasOption],
  inputs: 'one',
  channels: 'own',
  infer([input], options) {
    const problem = imageProblem('conv2d', input, options);
    if (problem !== null) return problem;
    const { window, output } = windowsOver(input, options);
    const channels = input[2]!;
    const filters = Number(options.filters);
    const fanIn = window[0] * window[1] * channels;
    return {
      ok: true,
      output: [...output, filters],
      parameters: weightAndBias([...window, channels, filters], fanIn, options),
      statistics: [],
      multiplyAdds: output[0] * output[1] * fanIn * filters,
    };
  },
  emit: (b, layer, [x], { weights }) => weights.linear(b, layer, x),
  linear: (b, layer, x, w) => b.conv2d(x, w, windowsOver(layer.inputShape, layer.options)),
};
