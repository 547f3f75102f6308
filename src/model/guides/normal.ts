/**
 * Independent normals: `mean` and `log_variance` for each element (Kingma & Welling 2014; the additive
 * parametrisation of Molchanov et al. 2017, section 4.1).
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { CheckedSite } from '../../language/check/checked.ts';
import { type GuideFamily, maskedMean, type SiteView } from '../guide.ts';
import { startMean, startSd } from '../initial.ts';

/** Below this variance (sd 1e-19) a float32 logarithm is of no use. */
const SMALLEST_VARIANCE = 1e-38;

/** Below it the variance is no number of single precision any more. */
const SMALLEST_SD = Math.sqrt(SMALLEST_VARIANCE);

/** Of all families with `mean` and `log_variance`; of a normal with columns besides, `sd` is what an element has for itself. */
export const meanAndSd = {
  mean: { parameter: 'mean', emit: (_, mean) => mean },
  sd: { parameter: 'log_variance', emit: (b, sd) => b.mul(b.log(b.max(sd, SMALLEST_SD)), 2) },
} satisfies GuideFamily['expressed'];

export const normalGuide = {
  name: 'Normal',
  doc: 'an independent normal for each element',
  parameters: ['mean', 'log_variance'],
  expressed: meanAndSd,
  view: (b, site, parameter, mask) => normalView(b, site, parameter, mask, 'Normal'),
  initial(site, guide, key, from) {
    const mean = startMean(site, guide.args.mean ?? null, key, from);
    const start = 2 * Math.log(guide.args.sd ?? startSd(site));
    const logVariance = new Float32Array(mean.length).fill(start);
    if (from?.family === guide.family) {
      for (let i = 0; i < logVariance.length; i++) {
        const sd = from.sd[i]!;
        // A masked element has sd 0; its log variance is never read and only has to be finite.
        if (from.mask?.[i] !== 0) logVariance[i] = Math.log(Math.max(sd * sd, SMALLEST_VARIANCE));
      }
    }
    return { mean, log_variance: logVariance };
  },
  moments: ({ mean, log_variance }) => ({ mean: mean!, sd: log_variance!.map((v) => Math.exp(0.5 * v)) }),
} satisfies GuideFamily;

/** A normal of the real numbers, as the guide called `family`. */
export function normalView(
  b: GraphBuilder,
  site: CheckedSite,
  parameter: (name: string) => Ref,
  mask: Ref | null,
  family: string,
): SiteView {
  const logVariance = b.label(parameter('log_variance'), `log variance of ${site.path}`, site.span);
  const unmasked = b.label(b.exp(logVariance), `variance of ${site.path}`, site.span);
  const variance = mask === null ? unmasked : b.mul(unmasked, mask);
  const mean = maskedMean(b, site, parameter('mean'), mask);
  return {
    site,
    family,
    mean,
    spread: { variance, unmasked, logVariance },
    values: null,
    logits: null,
    columns: null,
    mask,
  };
}
