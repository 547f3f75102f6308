/** Figures with their standard errors: of predictions averaged over posterior draws, or of the weights alone. */
import { threefry } from './noise.js';
import { metricKey } from './streams.js';

const BINS = 15;

/** Metrics of predictions. */
export const metrics = {
  /** Share of rows whose most probable class is wrong. */
  error: (p) => meanFigure(Float64Array.from(p.targets, (label, row) => (topClass(p, row) === label ? 0 : 1))),
  /** Mean negative log predictive density of a row. */
  nll: (p) => meanFigure(p.logPredictive.map((x) => -x)),
  log_likelihood: (p) => meanFigure(p.logPredictive),
  /** Squared distance of the probabilities from the observed class. */
  brier(p) {
    return meanFigure(
      Float64Array.from(p.targets, (label, row) => {
        let sum = 0;
        for (let c = 0; c < p.classes; c++) sum += (p.values[row * p.classes + c] - (label === c ? 1 : 0)) ** 2;
        return sum;
      }),
    );
  },
  /** Expected calibration error of the most probable class, 15 bins of equal width, closed on the right. */
  ece(p) {
    const bins = new Uint8Array(p.targets.length);
    const gaps = new Float64Array(p.targets.length);
    p.targets.forEach((label, row) => {
      const top = topClass(p, row);
      const confidence = p.values[row * p.classes + top];
      bins[row] = binOf(confidence);
      gaps[row] = confidence - (top === label ? 1 : 0);
    });
    const once = new Uint32Array(bins.length).fill(1);
    return {
      value: calibrationError(bins, gaps, once),
      se: bins.length < 2 ? null : bootstrap(bins.length, metricKey('ece'), (n) => calibrationError(bins, gaps, n)),
    };
  },
  /** Root mean squared error of the predictive mean; its standard error by the delta method. */
  rmse(p) {
    const squared = meanFigure(p.values.map((m, row) => (m - p.targets[row]) ** 2));
    const value = Math.sqrt(squared.value);
    return { value, se: squared.se === null ? null : value === 0 ? 0 : squared.se / (2 * value) };
  },
};

/** Metrics of what is left of the network. Biases are counted apart. */
export const accounting = {
  kept: ({ weights, keptWeights }) => (weights === 0 ? 1 : keptWeights / weights),
  sparsity: ({ weights, keptWeights }) => (weights === 0 ? 0 : (weights - keptWeights) / weights),
  compression: ({ weights, keptWeights }) => (weights === 0 ? 1 : weights / keptWeights),
  weights: ({ keptWeights }) => keptWeights,
  flops: ({ keptMultiplyAdds }) => 2 * keptMultiplyAdds,
};

/** Counts the weights of a posterior; `multiplyAdds` is what each layer takes for one row. */
export function account(posterior, multiplyAdds) {
  const total = { weights: 0, keptWeights: 0, keptMultiplyAdds: 0 };
  const layers = Object.entries(multiplyAdds);
  for (const [layer, whole] of layers) {
    const sites = Object.values(posterior).filter((site) => site.layer === layer && site.counts === 'weight');
    const weights = sites.reduce((sum, site) => sum + site.mean.length, 0);
    const kept = sites.reduce((sum, site) => sum + (site.mask?.reduce((n, bit) => n + bit, 0) ?? site.mean.length), 0);
    total.weights += weights;
    total.keptWeights += kept;
    total.keptMultiplyAdds += weights === 0 ? whole : (whole * kept) / weights;
  }
  return total;
}

/** The mean of independent rows with its standard error. */
function meanFigure(values) {
  const n = values.length;
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  if (n < 2) return { value: mean, se: null };
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { value: mean, se: Math.sqrt(squares / (n - 1) / n) };
}

/** The most probable class of a row; the first one of equals. */
function topClass({ classes, values }, row) {
  let best = 0;
  for (let c = 1; c < classes; c++) if (values[row * classes + c] > values[row * classes + best]) best = c;
  return best;
}

/** The first bin whose upper edge is not below the confidence; the product may round across an edge. */
function binOf(confidence) {
  let bin = Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1));
  while (bin > 0 && confidence <= bin / BINS) bin--;
  while (bin < BINS - 1 && confidence > (bin + 1) / BINS) bin++;
  return bin;
}

function calibrationError(bins, gaps, times) {
  const sums = new Float64Array(BINS);
  for (let row = 0; row < bins.length; row++) sums[bins[row]] += gaps[row] * times[row];
  return sums.reduce((total, sum) => total + Math.abs(sum), 0) / bins.length;
}

/** The spread of a statistic over resamples of the rows with replacement: its standard error (Efron 1979). */
function bootstrap(rows, key, statistic, resamples = 200) {
  const counts = new Uint32Array(rows);
  const words = new Uint32Array(2);
  const values = new Float64Array(resamples);
  for (let b = 0; b < resamples; b++) {
    counts.fill(0);
    for (let i = 0; i < rows; i += 2) {
      threefry(key, i, b, 13, words);
      for (let k = 0; k < 2 && i + k < rows; k++) counts[Math.floor(words[k] * (rows / 2 ** 32))]++;
    }
    values[b] = statistic(counts);
  }
  return Math.sqrt(resamples) * meanFigure(values).se;
}
