/** `tanh`: hyperbolic tangent, for each number. */
import { elementwise } from './elementwise.ts';

export const tanh = elementwise('tanh', 'hyperbolic tangent', (b, x) => b.tanh(x));
