/** KL of two log-normals: that of the two normals, since a change of variable changes no divergence. */
import type { ClosedForm } from './form.ts';
import { normalNormal } from './normal-normal.ts';

export const logNormalLogNormal: ClosedForm = {
  guide: 'LogNormal',
  prior: 'LogNormal',
  doc: 'exact',
  elements(b, guide, prior) {
    const ofLogarithm = (name: string) => {
      if (name === 'variance') return b.square(guide('sd'));
      return name === 'log_variance' ? b.mul(b.log(guide('sd')), 2) : guide(name);
    };
    return normalNormal.elements(b, ofLogarithm, prior);
  },
};
