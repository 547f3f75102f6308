/** Which random stream belongs to what. Every random number of the trainer takes its key from here. */
import { childKey, keyAt, rootKey } from './noise.js';

/** All randomness of one step of the run, counted from 1. */
export function runStepKey(seed, index) {
  return keyAt(rootKey(seed), 'step', index);
}

/** Start values of the parameter called `site`. */
export function initialKey(runStep, site) {
  return keyAt(runStep, 'init', site);
}

/** The order of the training rows in an epoch. */
export function shuffleKey(runStep, epoch) {
  return keyAt(runStep, 'shuffle', epoch);
}

/** The noise called `path` in training step `step`. */
export function noiseKey(runStep, path, step) {
  return childKey(keyAt(runStep, 'noise', ...path), step);
}

/** One parameter in posterior draw number `draw`. */
export function drawKey(runStep, draw, site) {
  return keyAt(runStep, 'draw', draw, site);
}

/** Which rows a declared split takes. */
export function splitKey(seed, name) {
  return keyAt(rootKey(seed), 'split', name);
}

/** Resampling inside a metric. */
export function metricKey(metric) {
  return keyAt(rootKey(0), 'metric', metric);
}
