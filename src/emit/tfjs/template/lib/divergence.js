/** The divergence between the guide of a parameter and its prior, in nats. */
import { tf } from './tensorflow.js';

const HALF_LOG_TWO_PI_E = 0.5 * (Math.log(2 * Math.PI) + 1);

/** KL(normal guide || prior) for each element, where a closed form is known. */
const closedForms = {
  /** ((S + (mu - m)^2) / s^2 - log S - 1) / 2 + log s. */
  Normal({ mean, variance, logVariance }, { mean: m, sd }) {
    const second = tf.add(variance, tf.square(tf.sub(mean, m)));
    return tf.add(tf.sub(tf.div(second, 2 * sd * sd), tf.mul(logVariance, 0.5)), Math.log(sd) - 0.5);
  },
  /** The mean distance of a folded normal over the scale, minus the entropy of the guide. */
  Laplace({ mean, logVariance }, { mean: m, scale }) {
    const sd = tf.exp(tf.mul(logVariance, 0.5));
    const d = tf.sub(mean, m);
    const z = tf.mul(tf.div(d, sd), Math.SQRT1_2);
    const near = tf.mul(tf.mul(sd, Math.sqrt(2 / Math.PI)), tf.exp(tf.neg(tf.square(z))));
    const distance = tf.add(near, tf.mul(d, tf.erf(z)));
    return tf.add(tf.add(tf.div(distance, scale), minusEntropy(logVariance)), Math.log(2 * scale));
  },
  /** The fit of Molchanov, Ashukha & Vetrov 2017, eq. 14, up to a constant; within 0.009 nat. */
  LogUniform({ mean, variance, logVariance }) {
    const t = tf.add(tf.square(mean), 1e-8);
    const logAlpha = tf.sub(logVariance, tf.log(t));
    const tail = tf.mul(tf.sub(tf.log(tf.add(variance, t)), logVariance), 0.5);
    const fit = tf.mul(tf.sub(1, tf.sigmoid(tf.add(tf.mul(logAlpha, 1.48695), 1.8732))), 0.63576);
    return tf.add(tail, fit);
  },
  /** Minus the entropy of the guide. */
  Flat: ({ logVariance }) => minusEntropy(logVariance),
};

function minusEntropy(logVariance) {
  return tf.sub(tf.mul(logVariance, -0.5), HALF_LOG_TWO_PI_E);
}

/**
 * Sum over the elements that the mask keeps: a closed form, else the exact entropy and one draw of -log prior. A point estimate
 * pays -log prior at its point. `draw` gives one draw of the parameter.
 */
export function divergence(guide, prior, draw) {
  const elements = perElement(guide, prior, draw);
  return tf.sum(guide.mask === null ? elements : tf.mul(elements, guide.mask));
}

function perElement(guide, prior, draw) {
  if (guide.sd === null) return tf.neg(prior.logDensity(guide.mean));
  const closed = closedForms[prior.name];
  if (closed !== undefined) return closed(guide, prior);
  return tf.sub(minusEntropy(guide.logVariance), prior.logDensity(draw()));
}
