/**
 * `LogUniform()`: uniform in log |x|, density 1 / |x|, improper (Kingma, Salimans & Welling 2015, section 4.2).
 * The log density is rounded off below |x| = 1e-4 (x^2 + 1e-8), where a point estimate would fall for ever.
 */
import { identity } from '../bijectors/index.ts';
import { distribution } from './record.ts';

/** Added to x^2 wherever its logarithm is taken, as in the code of Molchanov et al. 2017. */
export const LOG_UNIFORM_FLOOR = 1e-8;

export const logUniform = distribution({
  name: 'LogUniform',
  doc: 'uniform in log |x|: the same mass for every order of magnitude; improper',
  params: [],
  support: 'real',
  roles: ['prior'],
  withArguments: 'TruncatedLogUniform',
  proper: false,
  unbounded: true,
  logDensity: (b, x) => b.mul(b.log(b.add(b.square(x), LOG_UNIFORM_FLOOR)), -0.5),
  bijector: () => identity,
});
