/**
 * `Ordered(rate, groups)`: how many of a row of groups are open, the first k of them (nested dropout: Rippel, Gelbart & Adams 2014,
 * section 2). P(k > i) = rate^i, so P(k) = (1 - rate) rate^(k - 1) for k below the number of groups, and the rest at it.
 */
import type { Operand } from '../../graph/builder.ts';
import { argument, type Distribution, type Term } from '../distribution.ts';
import { firstOfBlocks, runningProducts, spreadOverBlocks } from '../nested.ts';
import { distribution, drawOf, learned, param, within } from './record.ts';

const NAMED = {
  name: 'Ordered',
  doc: 'how many of the first groups are open, at least one',
  params: [
    learned(param('rate', 'open_unit', null, 'probability that the next group is open too')),
    param(
      'groups',
      'whole',
      Number.POSITIVE_INFINITY,
      'number of groups; of a latent the blocks of its plate, as many as this has units by default',
    ),
  ],
  roles: ['prior', 'guide'],
} satisfies Partial<Distribution>;

export const ordered = distribution({
  ...NAMED,
  support: 'count',
  nested: 'groups',
  /** As the latent of a plate: 1 for each unit of the first k blocks, 0 behind them; one density for all of them. */
  ofPlate: distribution({
    ...NAMED,
    support: 'nested',
    event: 'row',
    logDensity(b, mask, term) {
      const blocks = blocksIn(term);
      const open = firstOfBlocks(b, mask, blocks);
      const [from, to] = [b.slice(open, [0], [blocks - 1]), b.slice(open, [1], [blocks - 1])];
      const rate = argument(term, 'rate');
      const next = b.add(b.mul(to, b.log(rate)), b.mul(b.sub(1, to), b.log1p(b.neg(rate))));
      return b.sum(b.mul(from, next));
    },
    draw: {
      reparameterised: false,
      emit(b, term, shape, noise) {
        const steps = b.cast(b.less(noise('uniform', [blocksIn(term) - 1]), argument(term, 'rate')), 'f32');
        return spreadOverBlocks(b, runningProducts(b, steps), shape);
      },
    },
  }),
  logDensity(b, x, term) {
    const [rate, groups] = [argument(term, 'rate'), argument(term, 'groups')];
    const possible = b.and(b.greaterEqual(x, 1), b.lessEqual(x, groups));
    const stops = b.select(b.less(x, groups), b.log1p(b.neg(rate)), 0);
    return within(b, possible, b.add(b.mul(b.sub(x, 1), b.log(rate)), stops));
  },
  draw: drawOf('Ordered'),
  moments: {
    /** sum over i from 0 to groups - 1 of rate^i. */
    mean(b, term) {
      const rate = argument(term, 'rate');
      return b.div(b.sub(1, b.pow(rate, argument(term, 'groups'))), b.sub(1, rate));
    },
    /** E k^2 = sum over i of (2i + 1) rate^i. */
    variance(b, term) {
      const [r, n] = [argument(term, 'rate'), argument(term, 'groups')];
      const rest = b.sub(1, r);
      const power = b.pow(r, n);
      const mean = b.div(b.sub(1, power), rest);
      const last: Operand = n === Number.POSITIVE_INFINITY ? 0 : b.mul(b.mul(power, n), rest);
      const first = b.div(b.sub(b.mul(r, b.sub(1, power)), last), b.square(rest));
      return b.sub(b.add(b.mul(first, 2), mean), b.square(mean));
    },
  },
});

function blocksIn(term: Term): number {
  const blocks = argument(term, 'groups');
  if (typeof blocks !== 'number') throw new Error('internal: a nested mask whose blocks are not counted');
  return blocks;
}
