/**
 * The divergence between a site's guide and its prior: a closed form where one is registered, else the guide's exact
 * entropy and one draw of -log prior (unbiased). A point estimate pays -log prior at its point.
 */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import { logDensityOf, type Term } from './distribution.ts';
import type { SiteView } from './guide.ts';
import type { SpreadView } from './kl/form.ts';
import { closedForm } from './kl/index.ts';
import { HALF_LOG_TWO_PI_E } from './kl/normal-flat.ts';

/**
 * KL of one site in nats, a scalar: the sum over the elements that the mask keeps.
 * `draw` gives one draw of the site, or asks for noise; it is called only where no closed form exists.
 */
export function siteKl(b: GraphBuilder, view: SiteView, prior: Term, draw: () => Ref): Ref {
  const elements = klElements(b, view, prior, draw);
  const kept = view.mask === null ? elements : b.mul(elements, view.mask);
  return b.label(b.sum(kept), `KL of ${view.site.path}`, view.site.priorSpan);
}

function klElements(b: GraphBuilder, view: SiteView, prior: Term, draw: () => Ref): Ref {
  if (!hasSpread(view)) return b.neg(logDensityOf(b, view.mean, prior));
  const form = closedForm(view.family, prior.distribution.name);
  if (form !== null) return form.elements(b, view, prior);
  const minusEntropy = b.sub(b.mul(view.spread.logVariance, -0.5), HALF_LOG_TWO_PI_E);
  return b.sub(minusEntropy, logDensityOf(b, draw(), prior));
}

/** How the divergence of a site is computed, for the guarantee report. */
export type DivergenceForm =
  | { readonly kind: 'closed'; readonly doc: string; readonly exact: boolean }
  /** The guide's exact entropy and one draw of -log prior. */
  | { readonly kind: 'draw' }
  /** -log prior at the point. */
  | { readonly kind: 'point' };

export function divergenceForm(guide: string, spread: boolean, prior: string): DivergenceForm {
  if (!spread) return { kind: 'point' };
  const form = closedForm(guide, prior);
  return form === null ? { kind: 'draw' } : { kind: 'closed', doc: form.doc, exact: form.approximate !== true };
}

function hasSpread(view: SiteView): view is SpreadView {
  return view.spread !== null;
}
