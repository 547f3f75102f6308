/**
 * Straight-through estimators: draws 0 and 1, and passes the gradient on as if they were something smooth. `identity`: their probability
 * (Bengio, Leonard & Courville 2013, section 4). `clipped`: the hard sigmoid clip(l / 6 + 1/2, 0, 1), which passes nothing on
 * where a gate is all but decided (Hubara et al. 2016, eq. 4, cancel the gradient there in the same way).
 */
import { BORROWED_SLOPE, logistic, type SlopeEstimator } from '../gate-estimator.ts';

/** The hard sigmoid rises by 1/6 between -3 and 3. */
const SATURATED = 3;

export const ste: SlopeEstimator = {
  kind: 'slope',
  name: 'ste',
  doc: 'draws 0 and 1, and takes the slope of their probability for that of the draw',
  options: [
    {
      name: 'slope',
      type: { kind: 'choice', values: ['identity', 'clipped'] },
      default: 'identity',
      required: false,
      doc: '`identity`: that of the probability; `clipped`: 1/6 between log odds of -3 and 3, else 0',
    },
  ],
  bias: () => null,
  gradientBias: () => BORROWED_SLOPE,
  draw(b, logits, uniform, { slope }) {
    const value = b.step(b.add(logits, logistic(b, uniform)));
    if (slope === 'clipped') return { value, smooth: b.clamp(b.add(b.mul(logits, 1 / (2 * SATURATED)), 0.5), 0, 1) };
    return { value, smooth: b.sigmoid(logits) };
  },
};
