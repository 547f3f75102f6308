/**
 * The tree of random streams of a run: which key belongs to what. Everything random in bprune takes its key from here,
 * so that runs, predictions and emitted trainers agree, and adding a layer, or a step behind the others, changes no other stream.
 */
import { childKey, type Key, keyAt, rootKey } from './keys.ts';

/** All randomness of one run step; `index` counts the steps of the run from 1. */
export function runStepKey(seed: number, index: number): Key {
  return keyAt(rootKey(seed), 'step', index);
}

/** Start values of a site. */
export function initialKey(runStep: Key, site: string): Key {
  return keyAt(runStep, 'init', site);
}

/** The order of the training rows in an epoch (from 0). */
export function shuffleKey(runStep: Key, epoch: number): Key {
  return keyAt(runStep, 'shuffle', epoch);
}

/** The noise at `path` (declared by the step program) in training step `step` (from 0). */
export function noiseKey(runStep: Key, path: readonly string[], step: number): Key {
  return childKey(keyAt(runStep, 'noise', ...path), step);
}

/** Changes of the images of a column in training step `step` (from 0), number `change` (from 0) of the line. */
export function augmentKey(runStep: Key, column: string, change: number, step: number): Key {
  return childKey(keyAt(runStep, 'augment', column, change), step);
}

/** One site in posterior draw number `draw` (from 0) of an evaluation. */
export function drawKey(runStep: Key, draw: number, site: string): Key {
  return keyAt(runStep, 'draw', draw, site);
}

/** Which rows a declared split takes; independent of the run's seed. */
export function splitKey(seed: number, name: string): Key {
  return keyAt(rootKey(seed), 'split', name);
}

/** Noise that a declaration puts into a column of a split; independent of the run's seed and of all other splits. */
export function corruptKey(seed: number, split: string, column: string): Key {
  return keyAt(rootKey(seed), 'corrupt', split, column);
}

/** A column of simulated data; independent of the run's seed and of all other columns. */
export function simulateKey(seed: number, split: string, column: string): Key {
  return keyAt(rootKey(seed), 'simulate', split, column);
}

/** Values of a variable that a `sweep` draws; independent of the run's seed and of its other variables. */
export function sweepKey(seed: number, variable: string): Key {
  return keyAt(rootKey(seed), 'sweep', variable);
}

/** Resampling inside a metric (bootstrap): the same for every run, so that equal predictions give equal figures. */
export function metricKey(metric: string): Key {
  return keyAt(rootKey(0), 'metric', metric);
}
