/** `identity`: the value as it is; a place to hang a name on. */
import { elementwise } from './elementwise.ts';

export const identity = elementwise('identity', 'x, unchanged', (_b, x) => x);
