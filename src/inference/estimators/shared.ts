/** One draw of every weight for the whole batch (Blundell et al. 2015): works for any guide, with more gradient noise. */
import { drawFrom, type SiteView } from '../../model/guide.ts';
import { drawnWeights } from '../../model/weights.ts';
import type { Estimator } from '../estimator.ts';

export const shared: Estimator = {
  name: 'shared',
  doc: 'one draw of the weights for all rows of a batch',
  bias: () => null,
  weights(noises, _rows, viewOf) {
    const draw = (view: SiteView) => {
      const { path, shape } = view.site;
      return drawFrom(noises.graph, view, () => noises.noise(`${path}.draw`, [path, 'draw'], 'normal', shape));
    };
    // A divergence without a closed form is judged at the same draw (equal values of a graph are one value): half the noise, no bias.
    return { source: drawnWeights((site) => draw(viewOf(site))), draw };
  },
};
