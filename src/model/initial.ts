/** Start values of sites. Each is drawn from its site's own key, so that adding a layer changes no other. */
import type { Support } from '../base/catalogue.ts';
import { sizeOf } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import { fillNormal, fillUniform } from '../base/normal.ts';
import type { CheckedParam, CheckedSite } from '../language/check/checked.ts';
import { isLatent } from './latents.ts';
import { realOfParam } from './params.ts';
import type { SitePosterior } from './posterior.ts';
import { openness } from './value-draws.ts';

/**
 * Values by the parameter's initialiser: `kaiming` is normal with sd sqrt(2 / fan-in) (He, Zhang, Ren & Sun 2015, eq. 10),
 * which keeps the size of activations through relu layers; `normal` has sd 1, for tables of which one row is looked up. A `param` says where it starts.
 */
export function initialWeights(site: CheckedSite, key: Key): Float32Array {
  const values = new Float32Array(sizeOf(site.shape));
  if (site.param !== undefined) return startOfParam(site.param, key, values);
  if (site.parameter.initialiser === 'one') values.fill(1);
  const sd = drawnSd(site);
  if (sd === null) return values;
  fillNormal(key, values);
  for (let i = 0; i < values.length; i++) values[i]! *= sd;
  return values;
}

/** The number itself, or even draws between two, as the real numbers that stand for them. */
function startOfParam(param: CheckedParam, key: Key, values: Float32Array): Float32Array {
  const { start } = param;
  if (typeof start === 'number') return values.fill(realOfParam(param, start));
  fillUniform(key, values);
  return values.map((u) => realOfParam(param, start.low + u * (start.high - start.low)));
}

/** The spread of start values that are drawn; null for the others. */
function drawnSd({ parameter }: CheckedSite): number | null {
  if (parameter.initialiser === 'normal') return 1;
  return parameter.initialiser === 'kaiming' ? Math.sqrt(2 / parameter.fanIn) : null;
}

/** The mean of an earlier posterior, else the start value that the guide names, else `initialWeights`. */
export function startMean(site: CheckedSite, start: number | null, key: Key, from: SitePosterior | null): Float32Array {
  if (from !== null) return from.mean.slice();
  if (start !== null) return new Float32Array(sizeOf(site.shape)).fill(start);
  return initialWeights(site, key);
}

/** The more probable of 0 and of what is not 0 under an earlier posterior; without one, 1. */
export function heldState(site: CheckedSite, from: SitePosterior | null): Float32Array {
  return Float32Array.from({ length: sizeOf(site.shape) }, (_, i) =>
    from === null || openness(from, i) >= 0.5 ? 1 : 0,
  );
}

/** The start value of a point as the real number that stands for it. That between two bounds that may be latents begins in the middle. */
export function realOf(support: Support, value: number | null): number | null {
  if (value === null || support === 'interval') return null;
  if (support === 'unit') return Math.log(value / (1 - value));
  return support === 'real' ? value : Math.log(value);
}

/** Of the real numbers that stand for latents: a tenth of what halves or doubles a scale. */
const LATENT_SD = 0.1;

/**
 * The start spread of a guide that names none: a tenth of the spread of the start means. The noise then makes 1 % of the
 * variance of each pre-activation whatever the layer's width, so training begins nearly as a point estimate does, and the
 * likelihood's gradient is not drowned.
 */
export function startSd(site: CheckedSite): number {
  if (isLatent(site)) return LATENT_SD;
  return 0.1 * (drawnSd(site) ?? Math.sqrt(2 / site.parameter.fanIn));
}
