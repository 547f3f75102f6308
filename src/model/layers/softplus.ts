/** `softplus`: log(1 + exp(x)), a smooth relu, for each number. */
import { elementwise } from './elementwise.ts';

export const softplus = elementwise('softplus', 'log(1 + exp(x)), a smooth relu', (b, x) => b.softplus(x));
