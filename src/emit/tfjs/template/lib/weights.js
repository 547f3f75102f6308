/** How a layer's linear map is applied: by random pre-activations, by one draw for the whole batch, or by given weights. */
import { tf } from './tensorflow.js';

/** Under the root, so that its gradient stays finite where all inputs are 0. */
const VARIANCE_FLOOR = 1e-8;

/**
 * Local reparameterisation (Kingma, Salimans & Welling 2015): with independent normal weights the pre-activations are normal
 * too, and are drawn for each row. `map(x, w)` is the layer's linear map, `noise(path, shape)` gives standard normals.
 */
export function localReparameterization(guides, noise) {
  return {
    linear(layer, map, x, hasBias = true) {
      const weight = guides[`${layer}.weight`];
      const bias = hasBias ? guides[`${layer}.bias`] : { mean: 0, variance: null };
      const mean = tf.add(map(x, weight.mean), bias.mean);
      if (weight.variance === null && bias.variance === null) return mean;
      const ofWeight = weight.variance === null ? tf.zerosLike(mean) : map(tf.square(x), weight.variance);
      const variance = tf.add(ofWeight, tf.add(bias.variance ?? 0, VARIANCE_FLOOR));
      return tf.add(mean, tf.mul(tf.sqrt(variance), noise([layer, 'local'], mean.shape)));
    },
    draw: (site) => drawFrom(guides[site], (shape) => noise([site, 'kl'], shape)),
  };
}

/** One draw of every weight for all rows of a batch (Blundell et al. 2015). */
export function sharedDraw(guides, noise) {
  const drawn = new Map();
  const draw = (site) => {
    if (!drawn.has(site))
      drawn.set(
        site,
        drawFrom(guides[site], (shape) => noise([site, 'draw'], shape)),
      );
    return drawn.get(site);
  };
  return { ...drawnWeights(draw), draw };
}

/** Weights that are given: `draw(site)` is the tensor of a parameter. */
export function drawnWeights(draw) {
  return {
    linear(layer, map, x, hasBias = true) {
      const product = map(x, draw(`${layer}.weight`));
      return hasBias ? tf.add(product, draw(`${layer}.bias`)) : product;
    },
  };
}

function drawFrom(guide, standard) {
  return guide.sd === null ? guide.mean : tf.add(guide.mean, tf.mul(guide.sd, standard(guide.mean.shape)));
}
