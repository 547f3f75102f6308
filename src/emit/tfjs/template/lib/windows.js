/**
 * Convolutions and pools of images `[rows, height, width, channels]`, made of slices, products and maxima: every backend has the
 * gradients of those. `windows` says `window`, `strides`, `padding` and `output`, each for heights and widths.
 */
import { tf } from './tensorflow.js';

/** `(x, w) => ...` with filters `[height, width, channels, filters]`: the window of each output in one row of a product. */
export function convolution(windows) {
  return (x, w) => {
    const filters = w.shape[3];
    const seen = tf.concat(placesOf(x, windows, 0), 3);
    const product = tf.matMul(tf.reshape(seen, [-1, seen.shape[3]]), tf.reshape(w, [-1, filters]));
    return tf.reshape(product, [x.shape[0], ...windows.output, filters]);
  };
}

/** The same along a sequence `[rows, length, channels]`, taken as an image of one row, with filters `[size, channels, filters]`. */
export function sequenceConvolution(windows) {
  const map = convolution(windows);
  return (x, w) => {
    const [rows, ...shape] = x.shape;
    const product = map(tf.reshape(x, [rows, 1, ...shape]), tf.reshape(w, [1, ...w.shape]));
    return tf.reshape(product, [rows, ...product.shape.slice(2)]);
  };
}

/** Filters `[height, width, 1, channels multiplier]`: those of a channel stand side by side and see that channel alone. */
export function depthwiseConvolution(windows) {
  return (x, w) => {
    const [channels, filters] = [x.shape[3], w.shape[3]];
    const places = tf.reshape(tf.stack(placesOf(x, windows, 0)), [
      windows.window[0] * windows.window[1],
      -1,
      channels,
      1,
    ]);
    const weights = tf.reshape(w, [places.shape[0], 1, channels, filters / channels]);
    return tf.reshape(tf.sum(tf.mul(places, weights), 0), [x.shape[0], ...windows.output, filters]);
  };
}

export function maxPool(x, windows) {
  return placesOf(x, windows, Number.NEGATIVE_INFINITY).reduce((largest, place) => tf.maximum(largest, place));
}

/** Padding is left out of the mean. */
export function avgPool(x, windows) {
  const sum = (image) => tf.addN(placesOf(image, windows, 0));
  return tf.div(sum(x), sum(tf.ones([1, x.shape[1], x.shape[2], 1])));
}

/** What each place of the window sees, in all windows: `[rows, ...output, channels]`, place by place. */
function placesOf(x, { window, strides, padding, output }, outside) {
  const [rows, , , channels] = x.shape;
  const [height, width] = [output[0] * strides[0], output[1] * strides[1]];
  // So that a whole number of strides can be cut from every place on.
  const sides = padding.map(([before, after], axis) => [before, after + strides[axis] - 1]);
  const padded = tf.pad(x, [[0, 0], ...sides, [0, 0]], outside);
  const places = [];
  for (let i = 0; i < window[0]; i++) {
    for (let j = 0; j < window[1]; j++) {
      const from = tf.slice(padded, [0, i, j, 0], [rows, height, width, channels]);
      const ofRows = firstOf(strides[0], from, [rows * output[0], strides[0], width * channels]);
      const ofBoth = firstOf(strides[1], ofRows, [rows * output[0] * output[1], strides[1], channels]);
      places.push(tf.reshape(ofBoth, [rows, ...output, channels]));
    }
  }
  return places;
}

/** Of every `stride` neighbours on the middle axis the first. */
function firstOf(stride, x, shape) {
  const neighbours = tf.reshape(x, shape);
  return stride === 1 ? neighbours : tf.slice(neighbours, [0, 0, 0], [shape[0], 1, shape[2]]);
}
