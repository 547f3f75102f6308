/**
 * Augment-REINFORCE-merge (Yin & Zhou 2019, theorem 1): with u uniform for each gate, the states z = [u > sigmoid(-l)] and
 * z' = [u < sigmoid(l)] give the unbiased gradient (f(z) - f(z')) (u - 1/2). Each alone is a draw of the guide, so the loss is their mean.
 * For networks: Li & Ji 2019, "L0-ARM", where gates multiply weights or units and the expected number of open ones is known.
 */
import { evenWeights, FORGETFUL, type StatesEstimator } from '../gate-estimator.ts';

export const arm: StatesEstimator = {
  kind: 'states',
  name: 'arm',
  doc: 'the difference of the loss between two opposite draws of all gates: unbiased, two states',
  options: [
    {
      name: 'pairs',
      type: { kind: 'integer', min: 1, max: 1000 },
      default: 1,
      required: false,
      doc: 'of opposite draws in each step: less noise',
    },
  ],
  ...FORGETFUL,
  bias: () => null,
  gradientBias: () => null,
  states: (_, { pairs }) => 2 * Number(pairs),
  uniforms: ({ pairs }) => Number(pairs),
  draw(b, logits, uniform, { pairs }) {
    const n = Number(pairs);
    const u = uniform!;
    const one = b.cast(b.greater(u, b.sigmoid(b.neg(logits))), 'f32');
    const opposite = b.cast(b.less(u, b.sigmoid(logits)), 'f32');
    return {
      values: b.concat([one, opposite], 0),
      weights: evenWeights(b, 2 * n),
      score(losses) {
        const [f, g] = [b.slice(losses, [0], [n]), b.slice(losses, [n], [n])];
        const difference = b.reshape(b.sub(f, g), [n, 1]);
        return { gradient: b.mean(b.mul(difference, b.sub(u, 0.5)), [0]), slots: {} };
      },
    };
  },
};
