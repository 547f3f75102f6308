/**
 * Nested masks: of each block but the last the log odds that the next one is open too, given that it is (nested dropout: Cui et al. 2021,
 * section 3.1). All gates open in order, so a draw of a layer is one number.
 */
import { sizeOf } from '../../base/host-array.ts';
import type { CheckedSite } from '../../language/check/checked.ts';
import { ordered } from '../distributions/ordered.ts';
import type { GuideFamily } from '../guide.ts';
import { blockOfUnits, nestedMask } from '../nested.ts';
import type { SitePosterior } from '../posterior.ts';
import { logOddsOf } from './bernoulli.ts';

/** Log odds at the start, of the paper's code. */
const START = 3;

export const orderedGuide: GuideFamily = {
  name: 'Ordered',
  doc: 'masks whose 1s come first: of each block, whether the next one is open too',
  parameters: ['logits'],
  expressed: {},
  shapeOf: (_, site) => [blocksOf(site) - 1],
  view(b, site, parameter, mask) {
    const logits = b.label(parameter('logits'), `log odds of ${site.path}`, site.span);
    const nested = nestedMask(b, logits, site.shape);
    return {
      site,
      family: 'Ordered',
      mean: nested.opened(b.sigmoid(logits)),
      spread: null,
      values: null,
      logits,
      nested,
      columns: null,
      mask,
    };
  },
  initial(site, guide, _key, from) {
    const steps = new Float32Array(blocksOf(site) - 1);
    // Of a point between two inferences nothing is known of how sure it was.
    if (from?.family !== 'Ordered')
      return { logits: steps.fill(guide.args.rate == null ? START : logOddsOf(guide.args.rate)) };
    const open = openBlocks(from, blocksOf(site));
    return { logits: steps.map((_, i) => logOddsOf(open[i] === 0 ? 0 : open[i + 1]! / open[i]!)) };
  },
  moments({ logits }, site) {
    const open = [1];
    for (const l of logits!) open.push(open.at(-1)! / (1 + Math.exp(-l)));
    const mean = Float32Array.from(blockOfUnits(sizeOf(site.shape), blocksOf(site)), (i) => open[i]!);
    return { mean, sd: mean.map((p) => Math.sqrt(p * (1 - p))) };
  },
};

/** Of how many blocks the latent at a site says how many are open; the checker has made sure of it. */
export function blocksOf({ path, prior }: CheckedSite): number {
  const blocks = prior.args.find((a) => a.name === ordered.nested)?.value ?? null;
  if (blocks === null) throw new Error(`internal: ${path} is no latent of nested masks`);
  return blocks;
}

/** How open each block was: as its units that are not pruned, and one that is pruned whole as the block before it. */
function openBlocks({ mean, mask }: SitePosterior, blocks: number): readonly number[] {
  const own = new Array<number | null>(blocks).fill(null);
  blockOfUnits(mean.length, blocks).forEach((block, i) => {
    if (mask?.[i] !== 0) own[block] = mean[i]!;
  });
  let before = 1;
  return own.map((open) => {
    before = open ?? before;
    return before;
  });
}
