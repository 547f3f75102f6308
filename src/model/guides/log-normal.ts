/** Independent log-normals: a normal of the logarithm of each element, with `mean` and `log_variance` of that logarithm. */
import type { GuideFamily } from '../guide.ts';
import { normalGuide, normalView } from './normal.ts';

export const logNormalGuide: GuideFamily = {
  ...normalGuide,
  name: 'LogNormal',
  doc: 'an independent log-normal for each element of a positive latent',
  view: (b, site, parameter, mask) => normalView(b, site, parameter, mask, 'LogNormal'),
};
