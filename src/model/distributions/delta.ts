/** `Delta(value)`: all mass at one point. As a guide it is a point estimate, whose value is learned. */
import type { Distribution } from '../distribution.ts';

export const delta: Distribution = {
  name: 'Delta',
  doc: 'all mass at one point: a point estimate',
  params: [{ name: 'value', constraint: 'real', default: null, learned: true, doc: 'the point' }],
  components: false,
  support: 'real',
  roles: ['guide'],
  proper: true,
  point: true,
  logDensity() {
    throw new Error('internal: Delta has no density; it stands only in guides');
  },
  likelihood: null,
};
