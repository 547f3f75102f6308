/** Draws inside bounds, by the inverse of the distribution function between them. */
import type { Arithmetic } from './arithmetic.ts';
import { FAR, farBounds, farQuantile } from './far-tail.ts';
import type { Sampler } from './sampler.ts';

const between = { increasing: ['low', 'high'], noise: ['uniform'], reparameterised: true } as const;

/**
 * Standard normal between `low` and `high`. Where they lie on the right, both are mirrored: probabilities near 0 are exact,
 * near 1 they are not. Where both lie far out, their masses underflow, and the quantile is found by its distance from the nearer one.
 * Each of the two sees only bounds that it is made for, so that the other's gradient is 0 and not NaN.
 */
function standardBetween<T, C>(m: Arithmetic<T, C>, low: T | number, high: T | number, u: T): T {
  const right = m.less(0, m.add(low, high));
  const lower = m.select(right, m.neg(high), low);
  const upper = m.select(right, m.neg(low), high);
  const from = m.exp(m.logNormalCdf(lower));
  const to = m.exp(m.logNormalCdf(m.max(upper, -FAR)));
  const near = m.normalQuantile(m.add(from, m.mul(m.sub(to, from), u)));
  const far = farBounds(m, lower, upper);
  const x = m.select(m.less(upper, -FAR), farQuantile(m, far.near, far.gap, u), near);
  return m.min(m.max(m.select(right, m.neg(x), x), low), high);
}

/** A bound that is infinite stays so, and has no gradient. */
export function standardised<T, C>(m: Arithmetic<T, C>, x: T | number, mean: T | number, sd: T | number): T | number {
  return typeof x === 'number' && !Number.isFinite(x) ? x : m.div(m.sub(x, mean), sd);
}

export const truncated = {
  TruncatedNormal: {
    ...between,
    arguments: ['mean', 'sd', 'low', 'high'],
    positive: ['sd'],
    draw(m, [mean, sd, low, high], [u]) {
      const standard = (x: typeof low) => standardised(m, x!, mean!, sd!);
      return m.add(mean!, m.mul(sd!, standardBetween(m, standard(low), standard(high), u!)));
    },
  },
  TruncatedLogNormal: {
    ...between,
    arguments: ['mean', 'sd', 'low', 'high'],
    positive: ['sd', 'high'],
    draw(m, [mean, sd, low, high], [u]) {
      const standard = (x: typeof low) => standardised(m, typeof x === 'number' ? Math.log(x) : m.log(x!), mean!, sd!);
      return m.exp(m.add(mean!, m.mul(sd!, standardBetween(m, standard(low), standard(high), u!))));
    },
  },
  TruncatedLogUniform: {
    ...between,
    arguments: ['low', 'high'],
    positive: ['low', 'high'],
    draw(m, [low, high], [u]) {
      const [from, to] = [low!, high!].map((x) => (typeof x === 'number' ? Math.log(x) : m.log(x)));
      return m.min(m.max(m.exp(m.add(m.mul(u!, m.sub(to!, from!)), from!)), low!), high!);
    },
  },
  TruncatedExponential: {
    ...between,
    arguments: ['rate', 'low', 'high'],
    positive: ['rate'],
    draw(m, [rate, low, high], [u]) {
      const missing = m.expm1(m.neg(m.mul(rate!, m.sub(high!, low!))));
      return m.sub(low!, m.div(m.log1p(m.mul(u!, missing)), rate!));
    },
  },
} as const satisfies Readonly<Record<string, Sampler>>;
