/** Predictions averaged over draws from the posterior, and the figures that judge them. */
import { gather } from './data.js';
import { account, accounting, metrics } from './metrics.js';
import { fillNormal } from './noise.js';
import { drawKey } from './streams.js';
import { tf } from './tensorflow.js';
import { drawnWeights } from './weights.js';

/** Rows of one pass through the network. */
const CHUNK = 1000;

/**
 * The figures that `wanted` names: `error` is of the split `on`, `error(validation)` of another one. `samples` draws are
 * averaged, each from its own key; null means one pass at the posterior mean. `likelihood(weights, x)` is the model's;
 * `columns` names its input and its target.
 */
export function evaluate({ posterior, data, on, wanted, likelihood, columns, samples, key, multiplyAdds }) {
  const predictions = new Map();
  const figures = wanted.map((name) => {
    const [, metric, split = on] = /^(\w+)(?:\((\w+)\))?$/.exec(name);
    const ofWeights = accounting[metric];
    if (ofWeights !== undefined) return [name, { value: ofWeights(account(posterior, multiplyAdds)), se: null }];
    if (!predictions.has(split)) {
      predictions.set(split, predict({ posterior, split: data[split], likelihood, columns, samples, key }));
    }
    return [name, metrics[metric](predictions.get(split))];
  });
  for (const [name, { value, se }] of figures) {
    console.log(`  ${name} ${Number(value.toPrecision(6))}${se === null ? '' : ` (se ${se.toPrecision(2)})`}`);
  }
  return Object.fromEntries(figures);
}

/** Averages over draws, in float64: probabilities or means, and the log of the average density of each row. */
function predict({ posterior, split, likelihood, columns, samples, key }) {
  const total = { values: null, logDensities: [], classes: 1 };
  const point = samples === null || Object.values(posterior).every(({ family }) => family === 'Delta');
  const draws = point ? 1 : samples;
  for (let draw = 0; draw < draws; draw++) {
    const weights = point ? means(posterior) : drawWeights(posterior, (site) => drawKey(key, draw, site));
    const logDensity = new Float64Array(split.rows);
    for (let first = 0; first < split.rows; first += CHUNK) {
      const rows = Uint32Array.from({ length: Math.min(CHUNK, split.rows - first) }, (_, i) => first + i);
      const seen = tf.tidy(() => pass(likelihood, weights, split, columns, rows));
      total.classes = seen.values.length / rows.length;
      total.values ??= new Float64Array(split.rows * total.classes);
      for (let i = 0; i < seen.values.length; i++) total.values[first * total.classes + i] += seen.values[i] / draws;
      logDensity.set(seen.logDensity, first);
    }
    total.logDensities.push(logDensity);
    tf.dispose(weights);
  }
  const targets = tf.tidy(() => gather(split, columns.target).dataSync());
  return inFileUnits(
    { ...total, targets, logPredictive: logMeanExp(total.logDensities) },
    split.columns[columns.target],
  );
}

/** Numbers that the model sees as `y * scale + offset` become y again; a density of z has log |scale| less than that of y. */
function inFileUnits(predictions, { type, width, scale, offset }) {
  if (type === 'class') return predictions;
  const at = (numbers, i) => numbers[(i % width) % numbers.length];
  const back = (value, i) => (value - at(offset, i)) / at(scale, i);
  const logJacobian = Array.from({ length: width }, (_, i) => Math.log(Math.abs(at(scale, i)))).reduce((a, b) => a + b);
  return {
    ...predictions,
    values: predictions.values.map(back),
    targets: Float64Array.from(predictions.targets, back),
    logPredictive: predictions.logPredictive.map((log) => log + logJacobian),
  };
}

function pass(likelihood, weights, split, columns, rows) {
  const term = likelihood(
    drawnWeights((site) => weights[site]),
    gather(split, columns.input, rows),
  );
  const perElement = term.logDensity(gather(split, columns.target, rows));
  const parameters = term.parameters(rows.length);
  return {
    logDensity: tf.sum(tf.reshape(perElement, [rows.length, -1]), 1).dataSync(),
    values: (parameters.probabilities ?? parameters.mean).dataSync(),
  };
}

function means(posterior) {
  return tensors(posterior, ({ mean }) => mean);
}

/** One draw of every parameter. What was pruned is exactly 0 in every draw. */
function drawWeights(posterior, keyOf) {
  return tensors(posterior, ({ family, mean, sd, mask }, path) => {
    if (family === 'Delta') return mean;
    const values = new Float32Array(mean.length);
    fillNormal(keyOf(path), values);
    return values.map((z, i) => (mask?.[i] === 0 ? 0 : mean[i] + sd[i] * z));
  });
}

function tensors(posterior, valuesOf) {
  const entries = Object.entries(posterior).map(([path, site]) => [path, tf.tensor(valuesOf(site, path), site.shape)]);
  return Object.fromEntries(entries);
}

/** log mean exp over draws, for each row. */
function logMeanExp(draws) {
  return draws[0].map((_, row) => {
    const largest = Math.max(...draws.map((draw) => draw[row]));
    const sum = draws.reduce((total, draw) => total + Math.exp(draw[row] - largest), 0);
    return largest + Math.log(sum / draws.length);
  });
}
