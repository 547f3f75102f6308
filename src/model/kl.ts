/**
 * The divergence between a site's guide and its prior: a closed form where one is registered, else the guide's exact
 * entropy and one draw of -log prior (unbiased). A point estimate pays -log prior at its point.
 */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import { logDensityOf, type Term } from './distribution.ts';
import type { ChosenDivergence, Draws } from './divergence.ts';
import { kl } from './divergences/kl.ts';
import type { SiteView, Spread } from './guide.ts';
import { type Shown, shownBy } from './kl/form.ts';
import { closedForm } from './kl/index.ts';
import { HALF_LOG_TWO_PI_E } from './kl/normal-flat.ts';
import { isLatent, logDensityOfReal, supportedValue } from './latents.ts';
import { nestedEntropy } from './nested.ts';

/**
 * KL of one site in nats, a scalar: the sum over the elements that the mask keeps.
 * `draw` gives one draw of the site, or asks for noise; it is called only where no closed form exists.
 * The guide of a latent is one of the real numbers that stand for it, and a change of variable changes no divergence.
 */
export function siteKl(b: GraphBuilder, view: SiteView, prior: Term, draw: () => Ref): Ref {
  return siteDivergence(b, view, prior, { guide: draw, prior: draw }, KL);
}

const KL: ChosenDivergence = { divergence: kl, skew: 0 };

/** The same by another divergence, where the site is a parameter with a spread; points pay -log prior, and latents their KL, under each. */
export function siteDivergence(
  b: GraphBuilder,
  view: SiteView,
  prior: Term,
  draws: Draws,
  chosen: ChosenDivergence,
): Ref {
  const { spread, mean } = view;
  const draw = () => draws.guide();
  const elements = (to: Term) => {
    const own = isLatent(view.site) || spread === null ? null : chosen.divergence.elements;
    return own === null ? klElements(b, view, to, draw) : own(b, { ...view, spread: spread! }, to, draws, chosen.skew);
  };
  const gated = prior.distribution.gated?.(prior) ?? null;
  // Where the gate is closed the guide of the slab is the slab itself (Jantre, Bhattacharya & Maiti 2023, eq. 7).
  const total = () => {
    if (gated !== null) return b.sum(kept(b, view, b.mul(elements(gated.slab), gated.gate)));
    if (prior.distribution.event === 'element') return b.sum(kept(b, view, elements(prior)));
    // Of nested masks a number for each step to the next block, whatever units are pruned.
    if (view.nested !== undefined) return b.sum(elements(prior));
    // One density for many elements: the entropy is still that of each.
    const logPrior = b.sum(logDensityOf(b, spread === null ? mean : draw(), prior));
    return spread === null ? b.neg(logPrior) : b.sub(b.sum(kept(b, view, minusEntropy(b, spread))), logPrior);
  };
  return b.label(total(), `KL of ${view.site.path}`, view.site.priorSpan);
}

/**
 * Of a site's guide in nats, over the elements that the mask keeps: of the real numbers that stand for a latent, of a guide of values
 * that of these, estimated at its draw. Null for a point.
 */
export function siteEntropy(b: GraphBuilder, view: SiteView, prior: Term, draw: () => Ref): Ref | null {
  const { spread, logits, values } = view;
  // Of a relaxed gate none was counted.
  if (values !== null && prior.distribution.support === 'binary') return null;
  if (values !== null) return b.neg(b.sum(kept(b, view, logDensityOf(b, draw(), values))));
  if (view.nested !== undefined) return nestedEntropy(b, logits!);
  if (logits !== null) return b.sum(kept(b, view, b.sub(b.softplus(logits), b.mul(logits, b.sigmoid(logits)))));
  return spread === null ? null : b.neg(b.sum(kept(b, view, minusEntropy(b, spread))));
}

/**
 * The numbers whose density a point is judged by. The highest density of a scale is not that of its logarithm: a maximum depends
 * on the space, mass does not. `constrained`: the values of the model, where maximum a posteriori is meant to lie (as in Stan's
 * `optimize`). `real`: the real numbers that stand for them, with the Jacobian: whatever lays a spread around a point needs it.
 */
export type PointSpace = 'constrained' | 'real';

/** Minus the log prior of one particle: the density of the real numbers that move, with the Jacobian. */
export function particleCost(b: GraphBuilder, view: SiteView, prior: Term): Ref {
  const logs = logDensityOfReal(b, view.mean, prior);
  const total = b.neg(b.sum(prior.distribution.event === 'element' ? kept(b, view, logs) : logs));
  return b.label(total, `KL of ${view.site.path}`, view.site.priorSpan);
}

function kept(b: GraphBuilder, { mask }: SiteView, elements: Ref): Ref {
  return mask === null ? elements : b.mul(elements, mask);
}

function klElements(b: GraphBuilder, view: SiteView, prior: Term, draw: () => Ref): Ref {
  const { spread, mean, logits, values } = view;
  if (values !== null) return valuesKl(b, view.family, values, prior, draw);
  if (logits !== null) return closedForm(view.family, prior.distribution.name)!.elements(b, () => logits, prior);
  if (spread === null) return b.neg(logDensityOf(b, supportedValue(b, mean, prior), prior));
  // A prior of correlated latents and a weight that is correlated with them are judged at one draw of all.
  const alone = view.columns === null || isKnown(prior);
  const form = alone ? closedForm(view.family, prior.distribution.name) : null;
  if (form !== null) return form.elements(b, shownNormal(b, mean, spread), prior);
  return b.sub(minusEntropy(b, spread), logDensityOfReal(b, draw(), prior));
}

/** Of a guide of values, whose draw is one of them. */
function valuesKl(b: GraphBuilder, family: string, values: Term, prior: Term, draw: () => Ref): Ref {
  const form = closedForm(family, prior.distribution.name);
  if (form !== null) return form.elements(b, shownBy(values), prior);
  const x = draw();
  return b.sub(logDensityOf(b, x, values), logDensityOf(b, x, prior));
}

function isKnown({ args, components }: Term): boolean {
  return Object.values(args).every((a) => typeof a === 'number') && components.every((c) => isKnown(c.term));
}

/** How the divergence of a site is computed, for the guarantee report. */
export type DivergenceForm =
  | { readonly kind: 'closed'; readonly doc: string; readonly exact: boolean }
  /** The guide's exact entropy and one draw of -log prior. */
  | { readonly kind: 'draw' }
  /** Another divergence than KL, by name. */
  | { readonly kind: 'other'; readonly name: string; readonly skew: number; readonly drawn: boolean }
  /** -log prior at the point. */
  | { readonly kind: 'point' };

export function divergenceForm(guide: string, spread: boolean, prior: string): DivergenceForm {
  if (!spread) return { kind: 'point' };
  const form = closedForm(guide, prior);
  return form === null ? { kind: 'draw' } : { kind: 'closed', doc: form.doc, exact: form.approximate !== true };
}

function minusEntropy(b: GraphBuilder, spread: Spread): Ref {
  return b.sub(b.mul(spread.logVariance, -0.5), HALF_LOG_TWO_PI_E);
}

/** The `sd` is that of the unmasked variance: quotients by it stay finite. */
export function shownNormal(b: GraphBuilder, mean: Ref, spread: Spread): Shown {
  return (name) => {
    if (name === 'mean') return mean;
    if (name === 'variance') return spread.variance;
    if (name === 'log_variance') return spread.logVariance;
    if (name === 'sd') return b.sqrt(spread.unmasked);
    throw new Error(`internal: a Normal guide does not show ${name}`);
  };
}
