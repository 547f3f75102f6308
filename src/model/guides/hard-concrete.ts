/**
 * Hard concrete gates (Louizos, Welling & Kingma 2018): for each latent of 0 and 1 a number between them that is often exactly one of
 * the two, with its `log_alpha`. Temperature and stretch limits are those that the guide names, else the paper's.
 */
import { sizeOf } from '../../base/host-array.ts';
import type { CheckedGuideSite, CheckedSite } from '../../language/check/checked.ts';
import { hardConcrete } from '../distributions/hard-concrete.ts';
import type { GuideArrays, GuideFamily } from '../guide.ts';
import { rangeOf } from '../latents.ts';
import { halfWidths, type ValueDraws } from '../value-draws.ts';
import { logOddsOf, START } from './bernoulli.ts';

export const hardConcreteGuide: GuideFamily = {
  name: 'HardConcrete',
  doc: 'an independent gate between 0 and 1, often exactly 0 or 1, for each latent of 0 and 1',
  parameters: ['log_alpha'],
  expressed: { log_alpha: { parameter: 'log_alpha', emit: (_, logAlpha) => logAlpha } },
  view(b, site, parameter, mask, guide) {
    const logAlpha = b.label(parameter('log_alpha'), `log alpha of ${site.path}`, site.span);
    const args = { log_alpha: logAlpha, ...fixedOf(guide) };
    const values = { distribution: hardConcrete, args, components: [] };
    return { site, family: 'HardConcrete', mean: logAlpha, spread: null, values, logits: null, columns: null, mask };
  },
  initial(site, guide, _key, from) {
    if (from?.family === 'HardConcrete') return { log_alpha: (from.values.args.log_alpha as Float32Array).slice() };
    const { temperature, low, high } = fixedOf(guide);
    // As probable to be open as the gate that it goes on from.
    const shift = temperature * Math.log(-low / high);
    if (from?.family === 'Bernoulli') return { log_alpha: from.mean.map((p) => logOddsOf(p) + shift) };
    return { log_alpha: new Float32Array(sizeOf(site.shape)).fill(guide.args.log_alpha ?? START) };
  },
  /** The mean is the estimator of eq. 13, with which the paper tests. */
  moments(arrays, site, guide) {
    const { low, high } = fixedOf(guide);
    const gate = (a: number) => Math.min(Math.max((high - low) / (1 + Math.exp(-a)) + low, 0), 1);
    return {
      mean: arrays.log_alpha!.map(gate),
      sd: halfWidths('HardConcrete', drawsOf(arrays, site, guide), sizeOf(site.shape)),
    };
  },
  values: drawsOf,
};

function fixedOf({ args }: CheckedGuideSite): Readonly<Record<'temperature' | 'low' | 'high', number>> {
  const { temperature, low, high } = args;
  if (typeof temperature !== 'number' || typeof low !== 'number' || typeof high !== 'number')
    throw new Error('internal: a HardConcrete guide without its limits');
  return { temperature, low, high };
}

function drawsOf({ log_alpha }: GuideArrays, site: CheckedSite, guide: CheckedGuideSite): ValueDraws {
  return { args: { log_alpha: log_alpha!, ...fixedOf(guide) }, range: rangeOf(site) };
}
