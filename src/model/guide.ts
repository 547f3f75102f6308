/** The contract of a guide family: which numbers it learns for a site, and what a step sees of them. */

import type { Shape } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import type { Named } from '../base/registry.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { CheckedGuideSite, CheckedSite } from '../language/check/checked.ts';
import type { Term } from './distribution.ts';
import type { LowRankPart } from './low-rank.ts';
import type { NestedMask } from './nested.ts';
import type { SitePosterior } from './posterior.ts';
import type { ValueDraws } from './value-draws.ts';

export interface Spread {
  /** 0 where masked. */
  readonly variance: Ref;
  /** As the state has them: finite everywhere, without meaning where masked. */
  readonly unmasked: Ref;
  readonly logVariance: Ref;
}

/** A site's guide in a graph. Masked elements have mean 0 and variance 0, and pass no gradient. */
export interface SiteView {
  readonly site: CheckedSite;
  readonly family: string;
  readonly mean: Ref;
  /** Null for a point estimate, and for what has no log variance. */
  readonly spread: Spread | null;
  /** The guide as a distribution of the latent's values, where it is one of those and not of the real numbers; `spread` is then null. */
  readonly values: Term | null;
  /** Log odds of 1, of a latent of 0 and 1; null for all others. */
  readonly logits: Ref | null;
  /** Of nested masks, whose log odds are those of the steps from block to block; left out where each element has its own. */
  readonly nested?: NestedMask;
  /** `[rank, ...shape]`, 0 where masked: the part of each element in directions that sites share (`correlation.ts`); null for most. */
  readonly columns: Ref | null;
  /** 1 = kept, as `f32`; null when the site is whole. */
  readonly mask: Ref | null;
}

/** What an argument of a guide says of a parameter that the family would learn, where it is an expression of `param`s. */
export interface Expressed {
  readonly parameter: string;
  /** From the argument's value, of one element or of several. */
  emit(b: GraphBuilder, argument: Ref, site: CheckedSite): Ref;
}

/** Arrays of one site by parameter name: `mean`, `log_variance`. */
export type GuideArrays = Readonly<Record<string, Float32Array>>;

export interface GuideFamily extends Named {
  readonly name: Exclude<SitePosterior['family'], 'Particles' | 'KroneckerNormal'>;
  /** What it learns, each of the site's shape unless `shapeOf` says otherwise; state tensors are called `SITE.NAME`. */
  readonly parameters: readonly string[];
  /** By the names of arguments, those that may be expressions of `param`s. */
  readonly expressed: Readonly<Record<string, Expressed>>;
  /** Of a parameter that has more than one number for each element, or fewer. */
  readonly shapeOf?: (parameter: string, site: CheckedSite, guide: CheckedGuideSite) => Shape;
  view(
    b: GraphBuilder,
    site: CheckedSite,
    parameter: (name: string) => Ref,
    mask: Ref | null,
    guide: CheckedGuideSite,
  ): SiteView;
  /** Start values, random ones from `key` (the site's own); what an earlier posterior says is carried over. */
  initial(site: CheckedSite, guide: CheckedGuideSite, key: Key, from: SitePosterior | null): GuideArrays;
  /** Mean and sd of each element before masking. */
  moments(
    arrays: GuideArrays,
    site: CheckedSite,
    guide: CheckedGuideSite,
  ): { readonly mean: Float32Array; readonly sd: Float32Array };
  /** Of a guide of values. */
  readonly values?: (arrays: GuideArrays, site: CheckedSite, guide: CheckedGuideSite) => ValueDraws;
  /** What a `LowRankNormal` is made of. */
  readonly parts?: (arrays: GuideArrays) => readonly [LowRankPart];
}

/** Standard deviation of each element, 0 where masked; null for a point estimate. */
export function sdOf(b: GraphBuilder, view: SiteView): Ref | null {
  if (view.spread === null) return null;
  // A root costs a fifth of an exponential. Of the unmasked variance: the slope of the root at 0 is infinite.
  const sd = b.sqrt(view.spread.unmasked);
  return view.mask === null ? sd : b.mul(sd, view.mask);
}

/** One draw of the site from standard normal numbers of its shape; the mean itself for a point estimate. */
export function drawFrom(b: GraphBuilder, view: SiteView, standard: () => Ref): Ref {
  const sd = sdOf(b, view);
  if (sd === null) return view.mean;
  return b.label(b.add(view.mean, b.mul(sd, standard())), `draw of ${view.site.path}`, view.site.span);
}

/** The mean as a step uses it: 0 and without gradient where the mask says so. */
export function maskedMean(b: GraphBuilder, site: CheckedSite, mean: Ref, mask: Ref | null): Ref {
  const named = b.label(mean, `mean of ${site.path}`, site.span);
  return mask === null ? named : b.mul(named, mask);
}
