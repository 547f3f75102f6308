/** What layers with a linear map have in common: options, and a weight with a bias for each output. */
import type { OptionSpec, OptionValues, ParameterSpec } from '../../base/catalogue.ts';
import type { Shape } from '../../base/host-array.ts';

export const filtersOption: OptionSpec = {
  name: 'filters',
  type: { kind: 'integer', min: 1 },
  default: null,
  required: true,
  doc: 'number of filters, the channels of the output',
};

export const biasOption: OptionSpec = {
  name: 'bias',
  type: { kind: 'boolean' },
  default: true,
  required: false,
  doc: 'false: no bias, where a batch norm follows and has a shift of its own',
};

/** The last axis of the weight counts the outputs, of which each has `fanIn` inputs. */
export function weightAndBias(shape: Shape, fanIn: number, { bias }: OptionValues): readonly ParameterSpec[] {
  const weight = { role: 'weight', shape, fanIn, initialiser: 'kaiming', counts: 'weight', byName: false } as const;
  if (bias === false) return [weight];
  const outputs = shape.slice(-1);
  return [weight, { role: 'bias', shape: outputs, fanIn, initialiser: 'zero', counts: 'bias', byName: false }];
}
