/** `global_avg_pool`: the mean of each channel over the whole image (Lin, Chen & Yan 2014). */
import type { Layer } from '../layer.ts';
import { noImage } from './window.ts';

export const globalAvgPool: Layer = {
  name: 'global_avg_pool',
  doc: 'the mean of each channel over the whole image',
  options: [],
  inputs: 'one',
  infer([input]) {
    if (input.length !== 3) return noImage('global_avg_pool', input);
    return { ok: true, output: [input[2]!], parameters: [], statistics: [], multiplyAdds: 0 };
  },
  emit: (b, _layer, [x]) => b.mean(x, [1, 2]),
  linear: null,
};
