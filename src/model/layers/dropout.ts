/**
 * `dropout(rate)`: in training each number is set to 0 with this probability and the others are divided by what is left of them, so
 * that means stay (Srivastava et al. 2014, with the scale in training). Each row, and each particle, has noise of its own. In
 * prediction it is the identity.
 */
import type { Layer } from '../layer.ts';

export const dropout: Layer = {
  name: 'dropout',
  doc: 'in training, each number is 0 with probability `rate` and scaled up otherwise; in prediction nothing happens',
  options: [
    {
      name: 'rate',
      type: { kind: 'number', min: 0, max: 0.999 },
      default: 0.5,
      required: false,
      doc: 'how likely a number is set to 0',
    },
  ],
  inputs: 'one',
  channels: 'kept',
  infer: ([input]) => ({ ok: true, output: input, parameters: [], statistics: [], multiplyAdds: 0 }),
  noise: (layer) => [{ role: 'keep', kind: 'uniform', shape: layer.inputShape }],
  emit(b, layer, [x], context) {
    const rate = Number(layer.options.rate);
    if (!context.training || rate === 0) return x;
    // Rounded as the noise is, so that all executors keep the same numbers.
    const kept = b.cast(b.greaterEqual(context.noise('keep'), Math.fround(rate)), 'f32');
    return b.mul(x, b.mul(kept, 1 / (1 - rate)));
  },
  linear: null,
};
