/**
 * `GroupNormalJeffreys()`: the weights of a group are normal with one scale, whose prior is 1 / scale (Louizos, Ullrich & Welling 2017,
 * section 4.1). Without the scale: density proportional to |w|^-d of the group's length |w|, improper, with the constant
 * Gamma(d / 2) / (2 pi^(d / 2)). Rounded off below |w| = 1e-4, as `LogUniform` is, which it equals for groups of one.
 */
import { lgamma } from '../../base/special.ts';
import { identity } from '../bijectors/index.ts';
import { groupSize, groupSquares } from './groups.ts';
import { LOG_UNIFORM_FLOOR } from './log-uniform.ts';
import { distribution } from './record.ts';

export const groupNormalJeffreys = distribution({
  name: 'GroupNormalJeffreys',
  doc: 'uniform in the log of the length of whole units or filters; improper',
  params: [],
  support: 'real',
  event: 'group',
  roles: ['prior'],
  proper: false,
  unbounded: true,
  logDensity(b, x) {
    const d = groupSize(x.type.shape);
    const constant = lgamma(d / 2) - Math.LN2 - (d / 2) * Math.log(Math.PI);
    return b.sub(constant, b.mul(b.log(b.add(groupSquares(b, x), LOG_UNIFORM_FLOOR)), d / 2));
  },
  bijector: () => identity,
  expansion: {
    latents: [{ name: 'scale', per: 'group', distribution: 'LogUniform()', doc: 'standard deviation of the weights' }],
    given: 'Normal(0, abs(scale))',
  },
});
