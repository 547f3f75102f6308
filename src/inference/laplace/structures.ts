/** The covariances that a Laplace approximation can have, by the words of the language: from a point to the normal around it. */
import { cholesky, inverseOfLower } from '../../base/symmetric.ts';
import type { CheckedSite } from '../../language/check/checked.ts';
import type { Density } from '../../model/density.ts';
import { isLatent } from '../../model/latents.ts';
import { lowRankMoments } from '../../model/low-rank.ts';
import { masked, type Posterior, type SitePosterior } from '../../model/posterior.ts';
import { type Elements, elementsOf, gathered } from './elements.ts';
import { newton, openFull } from './full.ts';
import { factored, independent } from './layerwise.ts';
import { notCurved } from './no-width.ts';
import { type LaplaceRequest, stateAt } from './request.ts';

type Structure = (request: LaplaceRequest) => Promise<Posterior>;

export const structures: ReadonlyMap<string, Structure> = new Map<string, Structure>([
  ['kronecker', factored],
  ['diagonal', independent],
  ['last_layer', (request) => dense(request, inLastLayer(request.density), 0)],
  ['full', (request) => dense(request, () => true, request.settings.newton)],
]);

/** The parameters of the last layer that has any, and all latents. */
function inLastLayer(density: Density): (site: CheckedSite) => boolean {
  const last = density.sites.filter((site) => !isLatent(site)).at(-1)?.layer;
  return (site) => isLatent(site) || site.layer === last;
}

async function dense(
  { density, masks, point, settings, open }: LaplaceRequest,
  varies: (site: CheckedSite) => boolean,
  steps: number,
): Promise<Posterior> {
  const elements = elementsOf(density.sites.filter(varies), masks);
  const state = stateAt(point);
  const start = gathered(elements, (site) => state[site.path]!.data);
  const curvature = await openFull(density, elements, state, settings.exact, open);
  try {
    const { row, curved } = await newton(curvature, start, steps, settings.exact ? 1e-10 : 1e-2);
    const L = cholesky(curved.matrix, elements.count);
    if (typeof L === 'number') throw notCurved(density, ...placeOf(elements, L));
    const inverse = inverseOfLower(L, elements.count);
    const sites = point.sites.map((reached) => {
      const part = elements.parts.find(({ site }) => site.path === reached.path);
      return part === undefined ? reached : normalSite(reached, part, elements.count, row, inverse, masks);
    });
    return { ...point, sites };
  } finally {
    curvature.dispose();
  }
}

/** With the inverse K of the Cholesky factor the covariance is K'K: its rows are the columns of the draws. */
function normalSite(
  reached: SitePosterior,
  { kept, offset }: Elements['parts'][number],
  count: number,
  row: Float64Array,
  inverse: Float64Array,
  masks: ReadonlyMap<string, Uint8Array>,
): SitePosterior {
  const size = reached.mean.length;
  const placed = (valueAt: (i: number) => number) => {
    const values = new Float32Array(size);
    kept.forEach((place, i) => void (values[place] = valueAt(offset + i)));
    return values;
  };
  const mean = placed((i) => row[i]!);
  const columns = Array.from({ length: count }, (_, k) => placed((i) => inverse[k * count + i]!));
  const parts = [{ mean, own: new Float32Array(size), columns }] as const;
  const { path, layer, counts, shape } = reached;
  const mask = masks.get(path);
  const family = 'LowRankNormal';
  const whole: SitePosterior = { path, layer, counts, shape, ...lowRankMoments(parts), family, parts, mask: null };
  return mask === undefined ? whole : masked(whole, mask);
}

function placeOf({ parts }: Elements, row: number): readonly [CheckedSite, number] {
  const part = parts.findLast(({ offset, kept }) => offset <= row && kept.length > 0)!;
  return [part.site, part.kept[row - part.offset]!];
}
