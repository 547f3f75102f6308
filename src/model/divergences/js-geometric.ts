/**
 * Skew-geometric Jensen-Shannon divergence (Nielsen 2019; Deasy, Simidjievski & Lio 2020, eq. 9 to 13; Thiagarajan & Ghosh 2022):
 * (1 - a) KL(q || G) + a KL(p || G) with G = q^a p^(1 - a) / Z. Of normals with variances Q and P and means m apart by d, with
 * U = (1 - a) Q + a P:
 *   ( U^2 / (Q P) + a log Q + (1 - a) log P - log U + d^2 / U ((1 - a)^3 Q / P + a^3 P / Q) - 1 ) / 2.
 * At a = 0 it is KL(q || p), at a = 1 KL(p || q). Variances, where the code of the second paper has standard deviations.
 */
import { argument, logOf } from '../distribution.ts';
import type { Divergence } from '../divergence.ts';

export const jsGeometric: Divergence = {
  name: 'js_geometric',
  doc: 'skewed towards KL(guide || prior) at 0 and KL(prior || guide) at 1, by their geometric mean',
  argument: { min: 0, max: 1, example: 0.25 },
  guides: ['Normal'],
  priors: ['Normal'],
  drawsPrior: false,
  elements(b, { mean, spread }, prior, _draws, a) {
    const [m, s] = [argument(prior, 'mean'), argument(prior, 'sd')];
    const [Q, P] = [spread.unmasked, b.square(s)];
    const U = b.add(b.mul(Q, 1 - a), b.mul(P, a));
    const ratio = b.div(Q, P);
    const logs = b.add(b.mul(spread.logVariance, a), b.mul(logOf(b, s), 2 * (1 - a)));
    const pull = b.add(b.mul(ratio, (1 - a) ** 3), b.mul(b.reciprocal(ratio), a ** 3));
    const square = b.square(b.sub(mean, m));
    const widths = b.sub(b.add(b.div(b.square(U), b.mul(Q, P)), logs), b.log(U));
    return b.mul(b.sub(b.add(widths, b.mul(b.div(square, U), pull)), 1), 0.5);
  },
};
