/** One step of a training, and what is shown and recorded of it. */
import { writeFileSync } from 'node:fs';
import { fillNormal } from './noise.js';
import { noiseKey } from './streams.js';
import { tf } from './tensorflow.js';

/** Standard normals for one step, by the path of their stream. */
export function noiseOf(key, step) {
  return (path, shape) => {
    const values = new Float32Array(shape.reduce((product, n) => product * n, 1));
    fillNormal(noiseKey(key, path, step), values);
    return tf.tensor(values, shape);
  };
}

/**
 * Moves `variables` along the gradient of loss / rows, where loss = nll + weight * divergence for the whole data set;
 * `objective()` gives the mean negative log likelihood of a row, and the divergence. Returns loss, nll and kl as numbers.
 */
export function descend({ objective, variables, optimizer, weight, rows }) {
  let nll = 0;
  let kl = 0;
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(() => {
      const parts = objective();
      nll = parts.meanNll.dataSync()[0] * rows;
      kl = parts.divergence.dataSync()[0];
      return tf.add(parts.meanNll, tf.mul(parts.divergence, weight / rows));
    }, variables);
    optimizer.applyGradients(grads);
    return { loss: value.dataSync()[0] * rows, nll, kl };
  });
}

/** The loss, nll and kl of every step of all trainings so far. */
const losses = [];

/** Prints the figures of each epoch, and writes those of every step to `file` if there is one. */
export function startRecord({ rows, batch, perEpoch, steps }, training, file) {
  let sum = 0;
  let seen = 0;
  return {
    add(step, figures) {
      if (!Number.isFinite(figures.loss)) throw new Error(`the loss is ${figures.loss} in step ${step + 1}`);
      losses.push({ training, step: step + 1, ...figures });
      // A short last batch weighs what its rows weigh.
      const weight = Math.min(batch, rows - (step % perEpoch) * batch);
      sum += (figures.nll / rows) * weight;
      seen += weight;
      if ((step + 1) % perEpoch !== 0 && step + 1 !== steps) return;
      const { loss, kl } = figures;
      const nll = (sum / seen).toPrecision(5);
      console.log(
        `  epoch ${Math.ceil((step + 1) / perEpoch)}  nll ${nll} a row  kl ${kl.toPrecision(6)}  loss ${loss.toPrecision(6)}`,
      );
      sum = 0;
      seen = 0;
    },
    close() {
      if (file !== null) writeFileSync(file, `${JSON.stringify(losses, null, 2)}\n`);
    },
  };
}
