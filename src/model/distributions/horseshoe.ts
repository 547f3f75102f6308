/**
 * `Horseshoe(global)`: normal with a half-Cauchy scale for each weight (Carvalho, Polson & Scott 2010). Without those scales its
 * density is e^u E1(u) / (global sqrt(2 pi^3)), u = x^2 / (2 global^2), with the exponential integral E1: a logarithmic pole at 0.
 * E1 by Abramowitz & Stegun 1964, 5.1.53 up to 1 and 5.1.56 beyond, within 2e-7.
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import { identity } from '../bijectors/index.ts';
import { argument, logOf, squaredDistance } from '../distribution.ts';
import { distribution, drawOf, param } from './record.ts';

/** Added to u: at 0 the density is about 40 times as high as at the scale, and not infinite. */
export const HORSESHOE_FLOOR = 1e-18;

const NEAR = [-0.57721566, 0.99999193, -0.24991055, 0.05519968, -0.00976004, 0.00107857];
/** Of the powers of 1 / u, in numerator and denominator of u e^u E1(u). */
const FAR_ABOVE = [1, 8.5733287401, 18.059016973, 8.6347608925, 0.2677737343];
const FAR_BELOW = [1, 9.5733223454, 25.6329561486, 21.0996530827, 3.9584969228];

function polynomial(b: GraphBuilder, x: Ref, coefficients: readonly number[]): Ref {
  return coefficients.reduceRight<Ref>((sum, c) => b.add(b.mul(sum, x), c), b.constant(0));
}

/** log(e^u E1(u)) for u > 0. Each branch sees only what it is made for, so that neither overflows. */
export function logScaledE1(b: GraphBuilder, u: Ref): Ref {
  const small = b.min(u, 1);
  const near = b.add(small, b.log(b.sub(polynomial(b, small, NEAR), b.log(small))));
  const large = b.max(u, 1);
  const inverse = b.reciprocal(large);
  const ratio = b.div(polynomial(b, inverse, FAR_ABOVE), polynomial(b, inverse, FAR_BELOW));
  return b.select(b.less(u, 1), near, b.sub(b.log(ratio), b.log(large)));
}

export const horseshoe = distribution({
  name: 'Horseshoe',
  doc: 'a pole at 0 and heavy tails: most weights vanish, and the others are left alone',
  params: [param('global', 'positive', 1, 'scale of all weights')],
  support: 'real',
  roles: ['prior'],
  unbounded: true,
  logDensity(b, x, term) {
    const scale = argument(term, 'global');
    const u = b.add(b.mul(squaredDistance(b, x, 0, scale), 0.5), HORSESHOE_FLOOR);
    return b.sub(logScaledE1(b, u), b.add(logOf(b, scale), 0.5 * Math.log(2 * Math.PI ** 3)));
  },
  draw: drawOf('Horseshoe'),
  bijector: () => identity,
  expansion: {
    latents: [{ name: 'scale', per: 'element', distribution: 'HalfCauchy(1)', doc: 'local scale' }],
    given: 'Normal(0, global * scale)',
  },
});
