/**
 * `conv2d(filters, size)`: each output is a weighted sum of a window of the image, the same for all places, plus a bias.
 * Weight `[size, size, channels, filters]`, bias `[filters]`; images are `[height, width, channels]`.
 */
import type { Layer } from '../layer.ts';
import { imageProblem, paddingOption, sizeOption, strideOption, windowsOver } from './window.ts';

export const conv2d: Layer = {
  name: 'conv2d',
  doc: 'convolution of an image with filters, plus a bias',
  options: [
    {
      name: 'filters',
      type: { kind: 'integer', min: 1 },
      default: null,
      required: true,
      doc: 'number of filters, the channels of the output',
    },
    sizeOption,
    strideOption(1),
    paddingOption,
    {
      name: 'bias',
      type: { kind: 'boolean' },
      default: true,
      required: false,
      doc: 'false: no bias, where a batch norm follows and has a shift of its own',
    },
  ],
  inputs: 'one',
  infer([input], options) {
    const problem = imageProblem('conv2d', input, options);
    if (problem !== null) return problem;
    const { window, output } = windowsOver(input, options);
    const channels = input[2]!;
    const filters = Number(options.filters);
    const fanIn = window[0] * window[1] * channels;
    const weight = {
      role: 'weight',
      shape: [...window, channels, filters],
      initialiser: 'kaiming',
      counts: 'weight',
    } as const;
    const bias = { role: 'bias', shape: [filters], initialiser: 'zero', counts: 'bias' } as const;
    return {
      ok: true,
      output: [...output, filters],
      parameters: (options.bias === false ? [weight] : [weight, bias]).map((p) => ({ ...p, fanIn, byName: false })),
      statistics: [],
      multiplyAdds: output[0] * output[1] * fanIn * filters,
    };
  },
  emit: (b, layer, [x], { weights }) => weights.linear(b, layer, x),
  linear: (b, layer, x, w) => b.conv2d(x, w, windowsOver(layer.inputShape, layer.options)),
};
