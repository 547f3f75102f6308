/** `softmax`: exp(x) over its sum along the last axis, by the stable logarithm. Likelihoods want logits, so it seldom stands last. */

import type { Layer } from '../layer.ts';
import { noAxis } from './axes.ts';

export const softmax: Layer = {
  name: 'softmax',
  doc: 'shares of exp(x) along the last axis, which sum to 1',
  options: [],
  inputs: 'one',
  channels: 'kept',
  infer([input]) {
    if (input.length === 0) return noAxis('softmax', input);
    return { ok: true, output: input, parameters: [], statistics: [], multiplyAdds: 0 };
  },
  emit: (b, _layer, [x]) => b.exp(b.logSoftmax(x)),
  linear: null,
};
