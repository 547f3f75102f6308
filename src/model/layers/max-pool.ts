/** `max_pool(size)`: the largest number of each window, for each channel. */
import { pool } from './pool.ts';

export const maxPool = pool('max_pool', 'the largest number of each window', (b, x, windows) => b.maxPool(x, windows));
