/**
 * `batch_norm`: each channel is brought to mean 0 and variance 1, then scaled and shifted (Ioffe & Szegedy 2015, Algorithms 1
 * and 2). In training by the moments of the batch, over all axes but the last; in prediction by their running averages,
 * whose variance is the unbiased one. Scale and shift are point estimates with a flat prior unless a line names them.
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { Layer, LayerContext } from '../layer.ts';
import { noAxis } from './axes.ts';
import { epsilonOption, scaleAndShift } from './normalising.ts';

export const batchNorm: Layer = {
  name: 'batch_norm',
  doc: 'mean 0 and variance 1 for each channel, then a scale and a shift',
  options: [
    {
      name: 'momentum',
      type: { kind: 'number', min: 0, max: 1 },
      default: 0.9,
      required: false,
      doc: 'what a step keeps of the running statistics',
    },
    epsilonOption,
  ],
  inputs: 'one',
  channels: 'kept',
  infer([input]) {
    const channels = input.at(-1);
    if (channels === undefined) return noAxis('batch_norm', input);
    return {
      ok: true,
      output: input,
      parameters: scaleAndShift(channels),
      statistics: [
        { role: 'mean', shape: [channels], start: 0 },
        { role: 'variance', shape: [channels], start: 1 },
      ],
      multiplyAdds: 0,
    };
  },
  emit(b, layer, [x], context) {
    const [scale, shift] = [context.weights.value(b, layer, 'scale'), context.weights.value(b, layer, 'shift')];
    const { mean, variance } = context.ofBatch
      ? batchMoments(b, x, Number(layer.options.momentum), context)
      : { mean: context.statistic('mean'), variance: context.statistic('variance') };
    const factor = b.div(scale, b.sqrt(b.add(variance, Number(layer.options.epsilon))));
    return b.add(b.mul(b.sub(x, mean), factor), shift);
  },
  linear: null,
};

/** The moments of the batch. */
function batchMoments(b: GraphBuilder, x: Ref, momentum: number, context: LayerContext) {
  const { shape } = x.type;
  const axes = shape.slice(0, -1).map((_, axis) => axis);
  const count = axes.reduce((n, axis) => n * shape[axis]!, 1);
  const mean = b.mean(x, axes);
  const variance = b.mean(b.square(b.sub(x, mean)), axes);
  const unbiased = b.mul(variance, count / Math.max(1, count - 1));
  context.report('mean', mean, momentum);
  context.report('variance', unbiased, momentum);
  return { mean, variance };
}
