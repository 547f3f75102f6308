/** `avg_pool(size)`: the mean of each window, for each channel; padding is left out of the mean. */
import { pool } from './pool.ts';

export const avgPool = pool('avg_pool', 'the mean of each window', (b, x, windows) => b.avgPool(x, windows));
