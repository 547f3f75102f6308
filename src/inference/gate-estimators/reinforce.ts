/**
 * REINFORCE (Williams 1992): (f(z) - c) (z - p), where z - p is the slope of log q(z) by the log odds. The control variate c is, of several
 * draws, the mean loss of the others (Kool, van Hoof & Welling 2019, eq. 8), and of one draw the running mean of the steps before.
 * Neither has seen z, so the gradient is unbiased.
 */
import type { Expr } from '../../base/expr.ts';
import type { Timetable } from '../course.ts';
import { binary, variable } from '../expressions.ts';
import { evenWeights, logistic, type StatesEstimator } from '../gate-estimator.ts';

const isAlone = (samples: unknown) => samples === 1;

export const reinforce: StatesEstimator = {
  kind: 'states',
  name: 'reinforce',
  doc: 'the slope of the log probability of a draw, times its loss above a baseline: unbiased, and noisy',
  options: [
    {
      name: 'samples',
      type: { kind: 'integer', min: 1, max: 1000 },
      default: 4,
      required: false,
      doc: 'draws in each step, whose others are the baseline of each; of one it is the running mean of earlier steps',
    },
    {
      name: 'decay',
      type: { kind: 'number', min: 0, max: 0.9999 },
      default: 0.9,
      required: false,
      doc: 'what a step keeps of the running mean',
    },
  ],
  bias: () => null,
  gradientBias: () => null,
  states: (_, { samples }) => Number(samples),
  uniforms: ({ samples }) => Number(samples),
  slots: ({ samples }) => (isAlone(samples) ? ['baseline'] : []),
  scalars: ({ samples, decay }) => (isAlone(samples) ? runningMean(Number(decay)) : {}),
  draw(b, logits, uniform, { samples }, { slot, scalar }) {
    const n = Number(samples);
    const values = b.step(b.add(logits, logistic(b, uniform!)));
    const slopes = b.sub(values, b.sigmoid(logits));
    return {
      values,
      weights: evenWeights(b, n),
      score(losses) {
        if (n > 1) {
          // f minus the mean of the others is n / (n - 1) times f minus the mean of all.
          const above = b.mul(b.sub(losses, b.mean(losses)), 1 / (n - 1));
          return { gradient: b.sum(b.mul(b.reshape(above, [n, 1]), slopes), [0]), slots: {} };
        }
        const [loss, baseline] = [b.reshape(losses, []), slot('baseline')];
        const above = b.mul(b.sub(loss, baseline), scalar('known'));
        const moved = b.add(baseline, b.mul(b.sub(loss, baseline), scalar('share')));
        return { gradient: b.mul(b.reshape(slopes, [slopes.type.shape[1]!]), above), slots: { baseline: moved } };
      },
    };
  },
};

/** `share`: of the newest loss in the mean that is weighted by decay^age; `known`: 0 at the first step, which has no baseline and passes no gradient. */
function runningMean(decay: number): Readonly<Record<string, Expr | Timetable>> {
  const done = binary(variable('step'), '+', 1);
  return {
    share: binary(1 - decay, '/', binary(1, '-', binary(decay, '^', done))),
    known: ({ step }) => (step > 0 ? 1 : 0),
  };
}
