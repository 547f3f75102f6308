/** `relu`: max(x, 0), for each number. */
import { elementwise } from './elementwise.ts';

export const relu = elementwise('relu', 'max(x, 0)', (b, x) => b.relu(x));
