/** A point estimate: `mean` is the point, the spread is 0. That of a latent of 0 and 1 is the more probable one before, and stays. */
import { isBinary } from '../../base/supports.ts';
import { type GuideFamily, maskedMean } from '../guide.ts';
import { heldState, realOf, startMean } from '../initial.ts';
import { realOfValue } from '../latents.ts';

export const deltaGuide = {
  name: 'Delta',
  doc: 'a point estimate',
  parameters: ['mean'],
  expressed: { value: { parameter: 'mean', emit: (b, value, site) => realOfValue(b, site, value) } },
  view(b, site, parameter, mask) {
    return {
      site,
      family: 'Delta',
      mean: maskedMean(b, site, parameter('mean'), mask),
      spread: null,
      values: null,
      logits: null,
      columns: null,
      mask,
    };
  },
  initial: (site, guide, key, from) => ({
    mean: isBinary(site.support)
      ? heldState(site, from)
      : startMean(site, realOf(site.support, guide.args.value ?? null), key, from),
  }),
  moments: ({ mean }) => ({ mean: mean!, sd: new Float32Array(mean!.length) }),
} satisfies GuideFamily;
