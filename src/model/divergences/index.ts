/** The divergences. A new one: one file, one line here; the first is the default. */
import { registry } from '../../base/registry.ts';
import type { Divergence } from '../divergence.ts';
import { jsArithmetic } from './js-arithmetic.ts';
import { jsGeometric } from './js-geometric.ts';
import { kl } from './kl.ts';

export const divergences = registry<Divergence>([kl, jsGeometric, jsArithmetic]);
