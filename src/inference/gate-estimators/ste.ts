/** The straight-through estimator (Bengio, Leonard & Courville 2013, section 4): draws 0 and 1, and passes the gradient on to their probability. */
import { BORROWED_SLOPE, type GateEstimator, logistic } from '../gate-estimator.ts';

export const ste: GateEstimator = {
  name: 'ste',
  doc: 'draws 0 and 1, and takes the slope of their probability for that of the draw',
  options: [
    {
      name: 'slope',
      type: { kind: 'choice', values: ['identity'] },
      default: 'identity',
      required: false,
      doc: 'of the draw by the probability',
    },
  ],
  bias: () => null,
  gradientBias: () => BORROWED_SLOPE,
  draw(b, logits, uniform) {
    const p = b.sigmoid(logits);
    return { value: b.step(b.add(logits, logistic(b, uniform))), slope: b.mul(p, b.sub(1, p)) };
  },
};
