/**
 * One draw, and the same draw with each gate turned over: the gradient by a log odds is p (1 - p) times what the loss changes with
 * its gate while the others stay as they were drawn (Titsias & Lazaro-Gredilla 2015, eq. 8; Guenter & Sideris 2022). Unbiased, since each
 * difference is free of the draw of its own gate.
 */
import { FORGETFUL, logistic, type StatesEstimator } from '../gate-estimator.ts';
import { oneEach } from './states.ts';

export const exactDifference: StatesEstimator = {
  kind: 'states',
  name: 'exact_difference',
  doc: 'what the loss changes when each gate alone is turned over: n + 1 states of n gates',
  options: [],
  ...FORGETFUL,
  bias: () => null,
  gradientBias: () => null,
  states: (gates) => gates + 1,
  uniforms: () => 1,
  draw(b, logits, uniform) {
    const n = logits.type.shape[0]!;
    const drawn = b.step(b.add(logits, logistic(b, b.reshape(uniform!, [n]))));
    const turn = b.sub(1, b.mul(drawn, 2));
    const turned = oneEach(b, n);
    return {
      values: b.add(drawn, b.mul(turned, turn)),
      // The others are no draws of the guide.
      weights: b.concat([b.full([1], 1), b.full([n], 0)], 0),
      score(losses) {
        const change = b.sub(b.slice(losses, [1], [n]), b.slice(losses, [0], [1]));
        const p = b.sigmoid(logits);
        return { gradient: b.mul(b.mul(p, b.sub(1, p)), b.mul(change, turn)), slots: {} };
      },
    };
  },
};
