/**
 * Guides: the family that is fitted to each parameter of the network. A guide's trainable arrays are tf variables called
 * `fc1.weight.mean` and `fc1.weight.log_variance`; its view is what a step sees: mean and variance under the mask.
 */
import { fillNormal } from './noise.js';
import { initialKey } from './streams.js';
import { tf } from './tensorflow.js';

/** Below this variance a float32 logarithm is of no use. */
const SMALLEST_VARIANCE = 1e-38;

/** An independent normal for each element; what is not given starts at the layer's own start values. */
export function NormalGuide({ mean = null, sd = null } = {}) {
  return {
    family: 'Normal',
    start(site, key, before) {
      const start = startMean(site, mean, key, before);
      const spread = sd ?? 0.1 * Math.sqrt(2 / site.fanIn);
      const logVariance = new Float32Array(start.length).fill(2 * Math.log(spread));
      if (before?.family === 'Normal') {
        before.sd.forEach((s, i) => {
          if (before.mask?.[i] !== 0) logVariance[i] = Math.log(Math.max(s * s, SMALLEST_VARIANCE));
        });
      }
      return { mean: start, log_variance: logVariance };
    },
    view(variables, mask) {
      const unmasked = tf.exp(variables.log_variance);
      return {
        mean: masked(variables.mean, mask),
        variance: masked(unmasked, mask),
        // The root of what is not masked: its slope at 0 is infinite.
        sd: masked(tf.sqrt(unmasked), mask),
        logVariance: variables.log_variance,
        mask,
      };
    },
    moments: ({ mean: m, log_variance: v }) => ({ mean: m, sd: v.map((x) => Math.exp(0.5 * x)) }),
  };
}

/** A point estimate. */
export function DeltaGuide({ value = null } = {}) {
  return {
    family: 'Delta',
    start: (site, key, before) => ({ mean: startMean(site, value, key, before) }),
    view: (variables, mask) => ({ mean: masked(variables.mean, mask), variance: null, sd: null, mask }),
    moments: ({ mean }) => ({ mean, sd: new Float32Array(mean.length) }),
  };
}

function masked(x, mask) {
  return mask === null ? x : tf.mul(x, mask);
}

/** What an earlier posterior says, else the given number, else random (He et al. 2015: sd sqrt(2 / fan-in)) or constant values. */
function startMean(site, given, key, before) {
  if (before !== null) return before.mean.slice();
  const values = new Float32Array(sizeOf(site.shape));
  if (given !== null) return values.fill(given);
  if (site.start === 'one') values.fill(1);
  if (site.start === 'kaiming') {
    fillNormal(key, values);
    const sd = Math.sqrt(2 / site.fanIn);
    for (let i = 0; i < values.length; i++) values[i] *= sd;
  }
  return values;
}

export function sizeOf(shape) {
  return shape.reduce((product, n) => product * n, 1);
}

/**
 * All guides of a training, at their start values. `before` is the posterior that the training goes on from, or null:
 * its means, spreads and masks are taken over.
 */
export function startGuides(sites, families, key, before) {
  const guides = Object.entries(sites).map(([path, site]) => {
    const earlier = before?.[path]?.mean.length === sizeOf(site.shape) ? before[path] : null;
    const mask = earlier?.mask ?? null;
    const arrays = families[path].start(site, initialKey(key, path), earlier);
    if (mask !== null) arrays.mean = arrays.mean.map((v, i) => (mask[i] === 0 ? 0 : v));
    const variables = Object.entries(arrays).map(([name, values]) => [
      name,
      tf.tidy(() => tf.variable(tf.tensor(values, site.shape), true)),
    ]);
    return {
      path,
      site,
      family: families[path],
      mask,
      maskTensor: mask === null ? null : tf.tensor(Float32Array.from(mask), site.shape),
      variables: Object.fromEntries(variables),
    };
  });
  return {
    variables: guides.flatMap((guide) => Object.values(guide.variables)),
    /** What a step sees, by the parameter's path. */
    views: () => Object.fromEntries(guides.map((g) => [g.path, g.family.view(g.variables, g.maskTensor)])),
    /** The posterior as plain arrays; frees the variables. */
    finish() {
      const posterior = Object.fromEntries(guides.map((guide) => [guide.path, posteriorOf(guide)]));
      for (const guide of guides) {
        tf.dispose([guide.variables, guide.maskTensor].filter((x) => x !== null));
      }
      return posterior;
    },
  };
}

function posteriorOf({ site, family, mask, variables }) {
  const arrays = Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, Float32Array.from(variable.dataSync())]),
  );
  const { mean, sd } = family.moments(arrays);
  const zeroed = (values) => (mask === null ? values : values.map((v, i) => (mask[i] === 0 ? 0 : v)));
  return { ...site, family: family.family, mean: zeroed(mean), sd: zeroed(sd), mask };
}
