/**
 * `Ordered(rate, groups)`: how many of a row of groups are open, the first k of them (nested dropout: Rippel, Gelbart & Adams 2014,
 * section 2). P(k > i) = rate^i, so P(k) = (1 - rate) rate^(k - 1) for k below the number of groups, and the rest at it.
 */
import { argument } from '../distribution.ts';
import { distribution, drawOf, param, within } from './record.ts';

export const ordered = distribution({
  name: 'Ordered',
  doc: 'how many of the first groups are open, at least one',
  params: [
    param('rate', 'open_unit', null, 'probability that the next group is open too'),
    param('groups', 'whole', null, 'number of groups'),
  ],
  support: 'count',
  roles: ['prior', 'guide'],
  needs: 'discrete latents',
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
      const first = b.div(b.sub(b.mul(r, b.sub(1, power)), b.mul(b.mul(power, n), rest)), b.square(rest));
      return b.sub(b.add(b.mul(first, 2), mean), b.square(mean));
    },
  },
});
