/** `leaky_relu(slope)`: x where it is positive, else slope x (Maas, Hannun & Ng 2013). Its gradient at 0 is the slope. */
import type { OptionSpec } from '../../base/catalogue.ts';
import { elementwise } from './elementwise.ts';

const slopeOption: OptionSpec = {
  name: 'slope',
  type: { kind: 'number', min: 0, max: 1 },
  default: 0.01,
  required: false,
  doc: 'what negative numbers are multiplied by',
};

export const leakyRelu = elementwise(
  'leaky_relu',
  'x where x > 0, else slope times x',
  (b, x, { slope }) => b.add(b.mul(x, Number(slope)), b.mul(b.relu(x), 1 - Number(slope))),
  [slopeOption],
);
