/** Draws inside bounds, by the inverse of the distribution function between them. */
import type { Arithmetic } from './arithmetic.ts';
import type { Sampler } from './sampler.ts';

const between = { increasing: ['low', 'high'], noise: ['uniform'], reparameterised: true } as const;

/**
 * Standard normal between `low` and `high`. Where they lie on the right, both are mirrored: probabilities near 0 are exact,
 * near 1 they are not.
 */
function standardBetween<T, C>(m: Arithmetic<T, C>, low: T | number, high: T | number, u: T): T {
  const right = m.less(0, m.add(low, high));
  const from = m.exp(m.logNormalCdf(m.select(right, m.neg(high), low)));
  const to = m.exp(m.logNormalCdf(m.select(right, m.neg(low), high)));
  const x = m.normalQuantile(m.add(from, m.mul(m.sub(to, from), u)));
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
