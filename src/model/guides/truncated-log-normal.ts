/**
 * Log-normals between fixed bounds (Neklyudov, Molchanov, Ashukha & Vetrov 2017, eq. 9): `mean` and `log_variance` of the logarithm
 * without the bounds. It is one of the values themselves: a multiplicative noise near 1 is as sharp at its bound as the data want it.
 */
import { sizeOf } from '../../base/host-array.ts';
import type { CheckedGuideSite, CheckedSite } from '../../language/check/checked.ts';
import { realNumber } from '../bijectors/index.ts';
import { truncatedLogNormal } from '../distributions/truncated-log-normal.ts';
import type { GuideArrays, GuideFamily } from '../guide.ts';
import { startSd } from '../initial.ts';
import { rangeOf } from '../latents.ts';
import { halfWidths, meanValues, type ValueDraws } from '../value-draws.ts';
import { meanAndSd } from './normal.ts';

export const truncatedLogNormalGuide: GuideFamily = {
  name: 'TruncatedLogNormal',
  doc: 'an independent log-normal between two bounds for each element of a positive latent',
  parameters: ['mean', 'log_variance'],
  expressed: meanAndSd,
  view(b, site, parameter, mask, guide) {
    const mean = b.label(parameter('mean'), `mean of log ${site.path}`, site.span);
    const sd = b.exp(b.mul(b.label(parameter('log_variance'), `log variance of ${site.path}`, site.span), 0.5));
    const values = { distribution: truncatedLogNormal, args: { mean, sd, ...boundsOf(guide) }, components: [] };
    return { site, family: 'TruncatedLogNormal', mean, spread: null, values, logits: null, columns: null, mask };
  },
  initial(site, guide, _key, from) {
    const size = sizeOf(site.shape);
    if (from?.family === 'TruncatedLogNormal') {
      const { mean, sd } = from.values.args as Readonly<Record<string, Float32Array>>;
      return { mean: mean!.slice(), log_variance: sd!.map((s) => 2 * Math.log(s)) };
    }
    return {
      mean: new Float32Array(size).fill(guide.args.mean ?? startOf(guide)),
      log_variance: new Float32Array(size).fill(2 * Math.log(guide.args.sd ?? startSd(site))),
    };
  },
  moments(arrays, site, guide) {
    const values = drawsOf(arrays, site, guide);
    const size = sizeOf(site.shape);
    const means = meanValues('TruncatedLogNormal', values, size);
    return {
      mean: Float32Array.from(means, (x) => realNumber(values.range, x)),
      sd: halfWidths('TruncatedLogNormal', values, size),
    };
  },
  values: drawsOf,
};

function boundsOf({ args }: CheckedGuideSite): { readonly low: number; readonly high: number } {
  const { low, high } = args;
  if (typeof low !== 'number' || typeof high !== 'number') throw new Error('internal: a guide without its bounds');
  return { low, high };
}

/** At the upper bound: what is multiplied begins nearly whole. */
function startOf(guide: CheckedGuideSite): number {
  const { high } = boundsOf(guide);
  return Number.isFinite(high) ? Math.log(high) : 0;
}

function drawsOf({ mean, log_variance }: GuideArrays, site: CheckedSite, guide: CheckedGuideSite): ValueDraws {
  const sd = log_variance!.map((v) => Math.exp(0.5 * v));
  return { args: { mean: mean!, sd, ...boundsOf(guide) }, range: rangeOf(site) };
}
