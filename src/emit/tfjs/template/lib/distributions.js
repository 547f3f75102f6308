/** Distributions: log densities as tensors, and what a likelihood predicts. Natural logarithms throughout. */
import { tf } from './tensorflow.js';

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** `log a` without a tensor where `a` is a number. */
const log = (a) => (typeof a === 'number' ? Math.log(a) : tf.log(a));

/** One number for each row. */
const perRow = (a, rows) => tf.add(tf.zeros([rows]), a);

export function Normal({ mean, sd }) {
  return {
    name: 'Normal',
    mean,
    sd,
    width: sd,
    logDensity: (x) => tf.sub(tf.mul(tf.square(tf.div(tf.sub(x, mean), sd)), -0.5), tf.add(HALF_LOG_TWO_PI, log(sd))),
    /** The predictive parameters of a likelihood. */
    parameters: (rows) => ({ mean: perRow(mean, rows), sd: perRow(sd, rows) }),
  };
}

export function Laplace({ mean, scale }) {
  return {
    name: 'Laplace',
    width: scale,
    mean,
    scale,
    logDensity: (x) => tf.sub(tf.div(tf.neg(tf.abs(tf.sub(x, mean))), scale), tf.add(Math.LN2, log(scale))),
    parameters: (rows) => ({ mean: perRow(mean, rows), sd: perRow(tf.mul(scale, Math.SQRT2), rows) }),
  };
}

export function StudentT({ df, mean, scale }) {
  const normaliser = lgamma((df + 1) / 2) - lgamma(df / 2) - 0.5 * Math.log(df * Math.PI);
  const spread = df > 2 ? Math.sqrt(df / (df - 2)) : df > 1 ? Infinity : NaN;
  return {
    name: 'StudentT',
    width: scale,
    logDensity: (x) =>
      tf.sub(
        tf.sub(normaliser, log(scale)),
        tf.mul(tf.log1p(tf.div(tf.square(tf.div(tf.sub(x, mean), scale)), df)), (df + 1) / 2),
      ),
    parameters: (rows) => ({ mean: perRow(mean, rows), sd: perRow(tf.mul(scale, spread), rows) }),
  };
}

/** log Gamma(x): Stirling's series at x + 8, minus the logarithms of the factors in between. */
function lgamma(x) {
  const z = x + 8;
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5);
  let value = (z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI + series;
  for (let i = 0; i < 8; i++) value -= Math.log(x + i);
  return value;
}

export function HalfNormal({ scale }) {
  return {
    name: 'HalfNormal',
    width: scale,
    logDensity: (x) =>
      tf.sub(tf.mul(tf.square(tf.div(x, scale)), -0.5), tf.add(HALF_LOG_TWO_PI - Math.LN2, log(scale))),
    parameters: (rows) => ({
      mean: perRow(tf.mul(scale, Math.sqrt(2 / Math.PI)), rows),
      sd: perRow(tf.mul(scale, Math.sqrt(1 - 2 / Math.PI)), rows),
    }),
  };
}

/** Density 1 / |x|, improper. Rounded off below |x| = 1e-4, where a point estimate would fall for ever. */
export function LogUniform() {
  return { name: 'LogUniform', logDensity: (x) => tf.mul(tf.log(tf.add(tf.square(x), 1e-8)), -0.5) };
}

/** Density 1 everywhere, improper. */
export function Flat() {
  return { name: 'Flat', logDensity: () => tf.scalar(0) };
}

/**
 * `Mixture([[weight, distribution], ...])`. Summed pair by pair as log(e^a + e^c) = a + softplus(c - a), the widest component
 * first, so that nothing overflows or cancels far out.
 */
export function Mixture(components) {
  const parts = components
    .filter(([weight]) => weight > 0)
    .sort(([, a], [, c]) => (c.width ?? 0) - (a.width ?? 0))
    .map(
      ([weight, part]) =>
        (x) =>
          tf.add(part.logDensity(x), Math.log(weight)),
    );
  return {
    name: 'Mixture',
    logDensity: (x) => parts.map((part) => part(x)).reduce((a, c) => tf.add(a, tf.softplus(tf.sub(c, a)))),
  };
}

export function Categorical({ logits }) {
  const logProbabilities = tf.logSoftmax(logits);
  return {
    name: 'Categorical',
    logDensity: (y) => tf.sum(tf.mul(tf.cast(tf.oneHot(y, logits.shape[1]), 'float32'), logProbabilities), 1),
    parameters: () => ({ probabilities: tf.exp(logProbabilities) }),
  };
}
