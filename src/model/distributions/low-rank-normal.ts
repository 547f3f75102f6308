/**
 * `LowRankNormal(rank)`: normals that move together along a few directions (Ong, Nott & Smith 2018). As a guide it is one normal of all
 * sites that have it, of the real numbers that stand for them: value = mean + own sd * e1 + columns * e2, with `rank` numbers e2 for all.
 */
import { distribution, learned, param } from './record.ts';

export const lowRankNormal = distribution({
  name: 'LowRankNormal',
  doc: 'normals of all sites that have it, correlated along a few directions that are learned',
  params: [
    param('rank', 'whole', null, 'number of directions'),
    learned(param('mean', 'real', 0, 'mean')),
    learned(param('sd', 'positive', 1, 'standard deviation of what each number has for itself')),
  ],
  support: 'real',
  roles: ['guide'],
  ofReals: true,
});
