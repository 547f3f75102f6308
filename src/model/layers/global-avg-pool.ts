/** `global_avg_pool`: the mean of each channel over the whole image (Lin, Chen & Yan 2014), or over a whole sequence. */
import { formatShape } from '../../base/host-array.ts';
import type { Layer } from '../layer.ts';

export const globalAvgPool: Layer = {
  name: 'global_avg_pool',
  doc: 'the mean of each channel over the whole image or sequence',
  options: [],
  inputs: 'one',
  channels: 'kept',
  infer([input]) {
    const channels = input.at(-1);
    if (channels === undefined || input.length === 1) {
      return {
        ok: false,
        problem: `\`global_avg_pool\` needs an image [height, width, channels] or a sequence [length, channels], but gets ${formatShape(input)}`,
        hint: 'put it before the `flatten` line, or leave it out',
      };
    }
    return { ok: true, output: [channels], parameters: [], statistics: [], multiplyAdds: 0 };
  },
  emit(b, layer, [x]) {
    const places = layer.inputShape.slice(0, -1).map((_, axis) => axis + 1);
    return b.mean(x, places);
  },
  linear: null,
};
