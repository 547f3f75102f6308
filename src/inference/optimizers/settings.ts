/** Options that several optimizers have, so that one name means one thing. */
import type { OptionSpec, OptionValues } from '../../base/catalogue.ts';

export function rateOption(standard: number): OptionSpec {
  return { name: 'rate', type: { kind: 'schedule', min: 0 }, default: standard, required: false, doc: 'learning rate' };
}

/** A share of what was, from 0 to 1. */
export function memoryOption(name: string, standard: number, doc: string): OptionSpec {
  return { name, type: { kind: 'number', min: 0, max: 1 }, default: standard, required: false, doc };
}

export function epsilonOption(standard: number): OptionSpec {
  const type = { kind: 'number', min: 0, exclusiveMin: true } as const;
  return { name: 'epsilon', type, default: standard, required: false, doc: 'added to the root, against division by 0' };
}

/** Weight decay beside the gradient (Loshchilov & Hutter 2019): no prior, and so no term of the loss. */
export function weightDecayOption(standard: number): OptionSpec {
  const doc = 'share of each weight that a step takes away, times the rate: no prior, and no term of the loss';
  return { name: 'weight_decay', type: { kind: 'number', min: 0 }, default: standard, required: false, doc };
}

/** The value of a number's option, or what its record gives when it is left out. */
export function settingOf(specs: readonly OptionSpec[], options: OptionValues, name: string): number {
  return Number(options[name] ?? specs.find((spec) => spec.name === name)?.default);
}
