/**
 * Hard concrete draws (Louizos, Welling & Kingma 2018, eq. 10 to 12): a relaxed draw, stretched to (low, high) around the unit interval
 * and clipped to it, so that it is often exactly 0 or 1 and has a slope of its own. Its log alpha is the guide's log odds moved by
 * temperature log(-low / high), so that the probability of not being 0 (eq. 11) is the guide's probability of 1, which the divergence sees.
 * The `HardConcrete` guide draws by the same sampler: there the gates themselves are between 0 and 1, here the guide is of 0 and 1.
 */
import { samplers } from '../../base/samplers/index.ts';
import type { Ref } from '../../graph/builder.ts';
import { RELAXED, type SlopeEstimator, withinEdges } from '../gate-estimator.ts';

export const hardConcrete: SlopeEstimator = {
  kind: 'slope',
  name: 'hard_concrete',
  doc: 'relaxed draws that are stretched and clipped, so that many are exactly 0 or 1',
  options: [
    {
      name: 'temperature',
      type: { kind: 'number', min: 0, exclusiveMin: true },
      default: 2 / 3,
      required: false,
      doc: 'how rarely they are 0 or 1',
    },
    {
      name: 'low',
      type: { kind: 'number', max: -0.01 },
      default: -0.1,
      required: false,
      doc: 'left end before clipping',
    },
    {
      name: 'high',
      type: { kind: 'number', min: 1, exclusiveMin: true },
      default: 1.1,
      required: false,
      doc: 'right end before clipping',
    },
  ],
  bias: () => RELAXED,
  gradientBias: () => null,
  draw(b, logits, uniform, options) {
    const [temperature, low, high] = [Number(options.temperature), Number(options.low), Number(options.high)];
    const logAlpha = b.add(logits, temperature * Math.log(-low / high));
    const { draw } = samplers.HardConcrete;
    return { value: draw<Ref, Ref>(b, [logAlpha, temperature, low, high], [withinEdges(b, uniform)]), smooth: null };
  },
};
