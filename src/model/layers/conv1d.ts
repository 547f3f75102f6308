/**
 * `conv1d(filters, size)`: a convolution along a sequence `[length, channels]`. Weight `[size, channels, filters]`, bias `[filters]`.
 * It is computed as the convolution of an image of one row.
 */
import type { Layer } from '../layer.ts';
import { biasOption, filtersOption, weightAndBias } from './weighted.ts';
import { paddingOption, sequenceProblem, sizeOption, strideOption, windowsAlong } from './window.ts';

export const conv1d: Layer = {
  name: 'conv1d',
  doc: 'convolution along a sequence with filters, plus a bias',
  options: [filtersOption, { ...sizeOption, doc: 'length of the window' }, strideOption(1), paddingOption, biasOption],
  inputs: 'one',
  channels: 'own',
  infer([input], options) {
    const problem = sequenceProblem('conv1d', input, options);
    if (problem !== null) return problem;
    const { window, output } = windowsAlong(input, options);
    const [size, channels, filters] = [window[1], input[1]!, Number(options.filters)];
    return {
      ok: true,
      output: [output[1], filters],
      parameters: weightAndBias([size, channels, filters], size * channels, options),
      statistics: [],
      multiplyAdds: output[1] * size * channels * filters,
    };
  },
  emit: (b, layer, [x], { weights }) => weights.linear(b, layer, x),
  linear(b, layer, x, w) {
    const [rows, length, channels] = x.type.shape as readonly [number, number, number];
    const image = b.reshape(x, [rows, 1, length, channels]);
    const filters = b.reshape(w, [1, ...w.type.shape]);
    const product = b.conv2d(image, filters, windowsAlong(layer.inputShape, layer.options));
    return b.reshape(product, [rows, ...product.type.shape.slice(2)]);
  },
};
