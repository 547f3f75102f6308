/** The expectation itself: the loss in all 2^n states of the gates, each with its probability under the guide. For few gates. */
import { FORGETFUL, type StatesEstimator } from '../gate-estimator.ts';
import { allStates } from './states.ts';

export const exact: StatesEstimator = {
  kind: 'states',
  name: 'exact',
  doc: 'the loss in all 2^n states of n gates with their probabilities: no noise of gates, for a few of them',
  options: [],
  ...FORGETFUL,
  bias: () => null,
  gradientBias: () => null,
  states: (gates) => 2 ** gates,
  uniforms: () => 0,
  draw(b, logits) {
    const values = allStates(b, logits.type.shape[0]!);
    // log sigmoid(l) of a 1 and log sigmoid(-l) of a 0 are z l - softplus(l).
    const logs = b.sum(b.sub(b.mul(values, logits), b.softplus(logits)), [1]);
    return { values, weights: b.exp(logs), score: null };
  },
};
