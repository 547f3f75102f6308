/** Independent latents of 0 and 1, each with its log odds. */
import { sizeOf } from '../../base/host-array.ts';
import type { GuideFamily } from '../guide.ts';

/** Log odds at the start: nearly all gates open, so that the likelihood sees the weights before it judges them. */
export const START = 2;
/** Of probabilities of 0 and 1, which have no log odds. */
const SMALLEST = 1e-6;

export const bernoulliGuide: GuideFamily = {
  name: 'Bernoulli',
  doc: 'an independent latent of 0 and 1 for each element',
  parameters: ['logits'],
  expressed: { logits: { parameter: 'logits', emit: (_, logits) => logits } },
  view(b, site, parameter, mask) {
    const logits = b.label(parameter('logits'), `log odds of ${site.path}`, site.span);
    return {
      site,
      family: 'Bernoulli',
      mean: b.sigmoid(logits),
      spread: null,
      values: null,
      logits,
      columns: null,
      mask,
    };
  },
  initial(site, guide, _key, from) {
    const logits = new Float32Array(sizeOf(site.shape)).fill(guide.args.logits ?? START);
    if (from?.family !== 'Bernoulli') return { logits };
    return { logits: from.mean.map(logOddsOf) };
  },
  moments({ logits }) {
    const mean = logits!.map((l) => 1 / (1 + Math.exp(-l)));
    return { mean, sd: mean.map((p) => Math.sqrt(p * (1 - p))) };
  },
};

/** Of probabilities of 0 and 1 those of the nearest that have any. */
export function logOddsOf(p: number): number {
  const inside = Math.min(Math.max(p, SMALLEST), 1 - SMALLEST);
  return Math.log(inside / (1 - inside));
}
