/**
 * `RegularizedHorseshoe(global, slab)`: a horseshoe whose largest weights see a normal slab, w ~ Normal(0, t), t^2 = c^2 s^2 / (c^2 + s^2),
 * s = global * HalfCauchy(1), c = slab (Piironen & Vehtari 2017, eq. 2.8). It has no density in closed form.
 */
import { identity } from '../bijectors/index.ts';
import { distribution, drawOf, param } from './record.ts';

export const regularizedHorseshoe = distribution({
  name: 'RegularizedHorseshoe',
  doc: 'a horseshoe whose largest weights are held by a normal slab',
  params: [param('global', 'positive', 1, 'scale of all weights'), param('slab', 'positive', 2, 'scale of the slab')],
  support: 'real',
  roles: ['prior'],
  needs: 'hidden scales (`fc1.weight.scale`)',
  draw: drawOf('RegularizedHorseshoe'),
  bijector: () => identity,
  expansion: {
    latents: [{ name: 'scale', per: 'element', distribution: 'HalfCauchy(1)', doc: 'local scale' }],
    given: 'Normal(0, slab * global * scale / sqrt(slab^2 + (global * scale)^2))',
  },
});
