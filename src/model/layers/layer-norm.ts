/**
 * `layer_norm`: the last axis of each example is brought to mean 0 and variance 1, then scaled and shifted (Ba, Kiros & Hinton
 * 2016, eq. 3 and 4). Nothing depends on the batch. Scale and shift are point estimates with a flat prior unless a line names them.
 */
import type { Layer } from '../layer.ts';
import { noAxis } from './axes.ts';
import { epsilonOption, scaleAndShift } from './normalising.ts';

export const layerNorm: Layer = {
  name: 'layer_norm',
  doc: 'mean 0 and variance 1 along the last axis of each example, then a scale and a shift',
  options: [epsilonOption],
  inputs: 'one',
  channels: 'kept',
  infer([input]) {
    const channels = input.at(-1);
    if (channels === undefined) return noAxis('layer_norm', input);
    return { ok: true, output: input, parameters: scaleAndShift(channels), statistics: [], multiplyAdds: 0 };
  },
  emit(b, layer, [x], { weights }) {
    const last = [x.type.shape.length - 1];
    const centred = b.sub(x, b.mean(x, last, true));
    const variance = b.mean(b.square(centred), last, true);
    const standard = b.div(centred, b.sqrt(b.add(variance, Number(layer.options.epsilon))));
    return b.add(b.mul(standard, weights.value(b, layer, 'scale')), weights.value(b, layer, 'shift'));
  },
  linear: null,
};
