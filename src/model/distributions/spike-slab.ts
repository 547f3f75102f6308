/**
 * `SpikeSlab(z, D)`: v ~ D, and the weight is z v, so that it is exactly 0 where the gate z is. The guide of v equals D where z is 0,
 * which weights its KL by the inclusion (Jantre, Bhattacharya & Maiti 2023).
 */
import { argument } from '../distribution.ts';
import { distribution, param } from './record.ts';

export const spikeSlab = distribution({
  name: 'SpikeSlab',
  doc: 'exactly 0 where a gate is closed, else a slab: SpikeSlab(z, Normal(0, 1))',
  params: [param('z', 'gate', null, 'the gate'), param('slab', 'distribution', null, 'where the gate is open')],
  support: 'real',
  roles: ['prior', 'guide'],
  gated: (term) => ({ gate: argument(term, 'z'), slab: term.components[0]!.term }),
  expansion: {
    latents: [{ name: 'slab', per: 'element', distribution: 'slab', doc: 'the weight where its gate is open' }],
    given: 'Delta(z * slab)',
  },
});
