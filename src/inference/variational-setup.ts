/** What an engine with guides is built from, and the names of its state tensors. */
import { f32, sameShape } from '../base/host-array.ts';
import type { StateSpec } from '../graph/program.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import type { ChosenDivergence } from '../model/divergence.ts';
import { type Fitted, learnedParameters } from '../model/guide-expressions.ts';
import { guides } from '../model/guides/index.ts';
import type { PointSpace } from '../model/kl.ts';
import { decayOf } from './averaging.ts';
import type { EngineRequest } from './engine.ts';
import type { Estimator } from './estimator.ts';
import { estimators } from './estimators/index.ts';
import { divergenceOf, temperatureOf } from './objective-options.ts';
import { type SiteOptimizers, siteOptimizers } from './site-optimizers.ts';

/** A site with its guide, and the parts of the request that belong to it. */
export interface GuidedSite extends Fitted {
  /** The parameters of the family that are state; the others follow from `param`s. */
  readonly learned: readonly string[];
  readonly mask: Uint8Array | null;
}

export interface Setup {
  readonly request: EngineRequest;
  readonly sites: readonly GuidedSite[];
  readonly estimator: Estimator;
  readonly optimizers: SiteOptimizers;
  /** The scalar that multiplies the divergence: `kl_weight`, `prior_weight`. */
  readonly weight: string;
  /** Of which numbers the density of a latent's point is. */
  readonly space: PointSpace;
  /** Of the running mean of all parameters; null where none is kept. */
  readonly decay: number | null;
  readonly divergence: ChosenDivergence;
  /** Factor of the entropy of the guides. */
  readonly temperature: number;
  /** Numbers that correlated guides share in a draw; 0 where none is. */
  readonly rank: number;
  /** Draws of the guide in each step, over which loss and gradient are averaged. */
  readonly samples: number;
}

/** Of an engine whose divergence is multiplied by the schedule called `weight`. */
export function setupOf(request: EngineRequest, weight: string, space: PointSpace): Setup {
  const sites = request.density.sites.map((site) => guidedSite(request, site));
  return {
    request,
    sites,
    estimator: found(estimators.get(request.estimator), `estimator ${request.estimator}`),
    optimizers: siteOptimizers(request),
    weight,
    space,
    decay: decayOf(request.options),
    divergence: divergenceOf(request.options),
    temperature: temperatureOf(request.options),
    rank: Math.max(0, ...sites.map(rankOf)),
    samples: Number(request.options.samples ?? 1),
  };
}

function guidedSite(request: EngineRequest, site: CheckedSite): GuidedSite {
  const guide = found(
    request.guide.find((g) => g.site === site.path),
    `a guide for ${site.path}`,
  );
  const family = found(guides.get(guide.family), `guide family ${guide.family}`);
  return {
    site,
    guide,
    family,
    learned: learnedParameters({ guide, family }),
    mask: request.masks.get(site.path) ?? null,
  };
}

export function found<T>(record: T | null | undefined, what: string): T {
  if (record == null) throw new Error(`internal: ${what} is not registered`);
  return record;
}

export const parameterName = (site: CheckedSite, parameter: string) => `${site.path}.${parameter}`;
export const slotSuffix = (slot: string) => `.${slot}`;
const maskName = (site: CheckedSite) => `${site.path}.mask`;

/** A parameter of a site's guide, or what is kept beside it under another name. */
export function parameterSpec({ site, guide, family }: GuidedSite, parameter: string, suffix = ''): StateSpec {
  const shape = family.shapeOf?.(parameter, site, guide) ?? site.shape;
  // What has other numbers than the elements of the site stays when some of these go.
  const follows = sameShape(shape.slice(shape.length - site.shape.length), site.shape) ? site.path : null;
  return { name: `${parameterName(site, parameter)}${suffix}`, type: f32(shape), follows };
}

/** How many numbers a correlated guide shares with all others in a draw; 0 for most. */
function rankOf({ site, family, guide }: GuidedSite): number {
  return family.parameters.includes('columns') ? family.shapeOf!('columns', site, guide)[0]! : 0;
}

export function maskSpec(site: CheckedSite): StateSpec {
  return { name: maskName(site), type: f32(site.shape), follows: site.path };
}

/** `bn1.statistics.mean`, ...: no gradient follows them. */
export function statisticsState({ request }: Setup): StateSpec[] {
  return request.density.statistics.map(({ path, spec }) => ({ name: path, type: f32(spec.shape), follows: null }));
}
