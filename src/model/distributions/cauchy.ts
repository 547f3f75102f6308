/** `Cauchy(location, scale)`, z = (x - location) / scale: log density -log(pi scale) - log(1 + z^2). It has no mean. */

import { identity } from '../bijectors/index.ts';
import { argument, logOf, minus, squaredDistance } from '../distribution.ts';
import { distribution, drawOf, param } from './record.ts';

export const cauchy = distribution({
  name: 'Cauchy',
  doc: 'Cauchy distribution: so heavy in its tails that it has no mean',
  params: [param('location', 'real', 0, 'median'), param('scale', 'positive', 1, 'half of the interquartile range')],
  locationScale: ['location', 'scale'],
  support: 'real',
  roles: ['prior'],
  logDensity(b, x, term) {
    const scale = argument(term, 'scale');
    const z2 = squaredDistance(b, x, argument(term, 'location'), scale);
    return b.sub(minus(b, -Math.log(Math.PI), logOf(b, scale)), b.log1p(z2));
  },
  draw: drawOf('Cauchy'),
  bijector: () => identity,
});
