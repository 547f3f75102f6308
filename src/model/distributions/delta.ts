/** `Delta(value)`: all mass at one point. As a guide it is a point estimate, whose value is learned. */

import { identity } from '../bijectors/index.ts';
import { argument } from '../distribution.ts';
import { distribution, drawOf, learned, param } from './record.ts';

export const delta = distribution({
  name: 'Delta',
  doc: 'all mass at one point: a point estimate',
  params: [learned(param('value', 'real', null, 'the point'))],
  support: 'real',
  roles: ['guide'],
  point: true,
  draw: drawOf('Delta'),
  moments: { mean: (_, term) => argument(term, 'value'), variance: () => 0 },
  bijector: () => identity,
});
