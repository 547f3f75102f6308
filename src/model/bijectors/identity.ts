import { type Bijector, elementwise } from './bijector.ts';
import { WHOLE_LINE } from './range.ts';

export const identity: Bijector = {
  ...elementwise,
  name: 'identity',
  doc: 'real numbers as they are',
  range: WHOLE_LINE,
  forward: (_, z) => z,
  inverse: (_, x) => x,
  logDetJacobian: (b, z) => b.mul(z, 0),
};
