/** One draw of every weight for the whole batch (Blundell et al. 2015): works for any guide, with more gradient noise. */
import { drawFrom, type SiteView } from '../../model/guide.ts';
import { drawnWeights } from '../../model/weights.ts';
import type { Estimator } from '../estimator.ts';

export const shared: Estimator = {
  name: 'shared',
  doc: 'one draw of the weights for all rows of a batch',
  weights(program, _rows, viewOf) {
    const draws = new Map<string, ReturnType<typeof drawFrom>>();
    const draw = (view: SiteView) => {
      const { path, shape } = view.site;
      const known = draws.get(path);
      if (known !== undefined) return known;
      const noise = () => program.noise(`${path}.draw`, [path, 'draw'], 'normal', shape);
      const value = drawFrom(program.graph, view, noise);
      draws.set(path, value);
      return value;
    };
    // The divergence is judged at the same draw, as Blundell et al. do: half the noise, and no bias.
    return { source: drawnWeights((site) => draw(viewOf(site))), draw };
  },
};
