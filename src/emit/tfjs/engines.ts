/** Engines, estimators and optimizers in the emitted program, by their names in the catalogue. */
import type { OptionValues } from '../../base/catalogue.ts';
import { assign, call, id, type Js, literal, member, run, type Statement } from '../target/javascript.ts';
import type { LibraryName } from './library.ts';

interface EmitEngine {
  /** The schedule that multiplies the divergence. */
  readonly weight: string;
}

export const engines: Readonly<Record<string, EmitEngine>> = {
  sgvb: { weight: 'kl_weight' },
  map: { weight: 'prior_weight' },
};

/** In the catalogue, but refused by name: the hand-written part has no products of batches, and takes nothing down between steps. */
export const enginesRefused: readonly string[] = ['laplace', 'svgd', 'swag', 'ensemble', 'sgld', 'sghmc'];

export const estimators: Readonly<Record<string, LibraryName>> = {
  local_reparameterization: 'localReparameterization',
  shared: 'sharedDraw',
};

/** In the catalogue, but refused by name. */
export const estimatorsRefused: readonly string[] = ['flipout'];

interface EmitOptimizer {
  /** The optimizer at its start; its rate is set before every step. */
  make(options: OptionValues): Js;
  setRate(optimizer: Js, rate: Js): Statement;
}

/** Any number: the schedule comes before the first step. */
const LATER = literal(0.001);

export const optimizers: Readonly<Record<string, EmitOptimizer>> = {
  adam: {
    make: ({ beta1, beta2, epsilon }) =>
      call(member(id('tf'), 'train', 'adam'), LATER, number(beta1, 0.9), number(beta2, 0.999), number(epsilon, 1e-8)),
    setRate: (optimizer, rate) => assign(member(optimizer, 'learningRate'), rate),
  },
  sgd: {
    make: ({ momentum, nesterov }) =>
      Number(momentum ?? 0) === 0
        ? call(member(id('tf'), 'train', 'sgd'), LATER)
        : call(member(id('tf'), 'train', 'momentum'), LATER, number(momentum, 0), literal(nesterov === true)),
    setRate: (optimizer, rate) => run(call(member(optimizer, 'setLearningRate'), rate)),
  },
};

/**
 * In the catalogue, but refused by name: TensorFlow.js adds epsilon inside the root of Adagrad and RMSprop and begins the
 * former at 0.1; it has no Lion, no AdamW, and no proximal steps.
 */
export const optimizersRefused: readonly string[] = [
  'adagrad',
  'adamw',
  'rmsprop',
  'lion',
  'proximal',
  'dual_averaging',
];

function number(value: OptionValues[string] | undefined, otherwise: number): Js {
  return literal(Number(value ?? otherwise));
}
