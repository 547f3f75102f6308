/**
 * Gumbel-softmax (Jang, Gu & Poole 2017; Maddison, Mnih & Teh 2017), of two classes s = sigmoid((log odds + logistic noise) / T) (eq. 24 there).
 * `hard` draws 0 and 1, which have the guide's own probabilities, and takes the slope of s in their place; `soft` takes s itself.
 */
import { BORROWED_SLOPE, logistic, RELAXED, type SlopeEstimator, withinEdges } from '../gate-estimator.ts';

export const gumbel: SlopeEstimator = {
  kind: 'slope',
  name: 'gumbel',
  doc: 'the slope of a relaxed draw at a temperature; `hard`: 0 and 1 as values, `soft`: the relaxed draw itself',
  options: [
    {
      name: 'temperature',
      type: { kind: 'number', min: 0, exclusiveMin: true },
      default: 0.5,
      required: false,
      doc: 'low: nearly 0 and 1, and noisy gradients',
    },
    {
      name: 'values',
      type: { kind: 'choice', values: ['hard', 'soft'] },
      default: 'hard',
      required: false,
      doc: 'what the likelihood sees',
    },
  ],
  bias: ({ values }) => (values === 'soft' ? RELAXED : null),
  gradientBias: ({ values }) => (values === 'soft' ? null : BORROWED_SLOPE),
  draw(b, logits, uniform, { temperature, values }) {
    const noisy = b.add(logits, logistic(b, uniform));
    const soft = b.sigmoid(b.mul(noisy, 1 / Number(temperature)));
    if (values === 'soft') return { value: soft, smooth: null };
    return { value: b.step(noisy), smooth: soft };
  },
  choose(b, logProbabilities, uniform, { temperature, values }) {
    const noisy = b.sub(logProbabilities, b.log(b.neg(b.log(withinEdges(b, uniform)))));
    const soft = b.exp(b.logSoftmax(b.mul(noisy, 1 / Number(temperature))));
    if (values === 'soft') return { value: soft, smooth: null };
    return { value: b.cast(b.equal(noisy, b.reduceMax(noisy, [0], true)), 'f32'), smooth: soft };
  },
};
