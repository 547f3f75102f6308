/** What layers that normalise have in common: the term under their root, and a scale and a shift for each channel. */
import type { OptionSpec, ParameterSpec } from '../../base/catalogue.ts';

export const epsilonOption: OptionSpec = {
  name: 'epsilon',
  type: { kind: 'number', min: 0, exclusiveMin: true },
  default: 1e-5,
  required: false,
  doc: 'added to the variance',
};

/** Point estimates unless a line names them: `*` does not reach them. */
export function scaleAndShift(channels: number): readonly ParameterSpec[] {
  const ofChannel = { shape: [channels], fanIn: 1, counts: 'bias', byName: true } as const;
  return [
    { role: 'scale', initialiser: 'one', ...ofChannel },
    { role: 'shift', initialiser: 'zero', ...ofChannel },
  ];
}
