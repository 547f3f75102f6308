/** `sigmoid`: 1 / (1 + exp(-x)), for each number. */
import { elementwise } from './elementwise.ts';

export const sigmoid = elementwise('sigmoid', '1 / (1 + exp(-x))', (b, x) => b.sigmoid(x));
