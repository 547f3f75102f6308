/** Layers that TensorFlow.js has under no name of its own. */
import { tf } from './tensorflow.js';

/** x times the normal distribution function of x, in the form of Hendrycks & Gimpel 2016 with a hyperbolic tangent. */
export function gelu(x) {
  const inner = tf.mul(x, tf.mul(tf.add(tf.mul(tf.square(x), 0.044715), 1), Math.sqrt(2 / Math.PI)));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

/** `x` times a mask with a number for each channel, or for each number of `x`. */
export function gate(x, mask) {
  const [rows, ...rest] = mask.shape;
  const between = new Array(x.shape.length - mask.shape.length).fill(1);
  return tf.mul(x, tf.reshape(mask, [rows, ...between, ...rest]));
}
