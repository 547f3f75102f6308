/**
 * `gelu`: x Phi(x) in the form with a hyperbolic tangent, 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))): Hendrycks & Gimpel 2016,
 * section 2. It differs from the one with the error function by less than 5e-4 everywhere.
 */
import { elementwise } from './elementwise.ts';

const SCALE = Math.sqrt(2 / Math.PI);

export const gelu = elementwise('gelu', 'x times the normal distribution function of x, by its tanh form', (b, x) => {
  const inner = b.mul(x, b.mul(b.add(b.mul(b.square(x), 0.044715), 1), SCALE));
  return b.mul(b.mul(x, 0.5), b.add(b.tanh(inner), 1));
});
