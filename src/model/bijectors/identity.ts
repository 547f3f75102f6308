import { type Bijector, elementwise } from './bijector.ts';

export const identity: Bijector = {
  ...elementwise,
  name: 'identity',
  doc: 'real numbers as they are',
  forward: (_, z) => z,
  inverse: (_, x) => x,
  logDetJacobian: (b, z) => b.mul(z, 0),
};
