/** A site made by hand: a weight of a network, or a latent. */
import type { Support } from '../../src/base/catalogue.ts';
import type { Shape } from '../../src/base/host-array.ts';
import type { CheckedDistribution, CheckedSite } from '../../src/language/check/checked.ts';
import { HERE } from './models.ts';

export function siteOf(
  shape: Shape,
  prior: CheckedDistribution,
  { path = 'w', counts = 'weight' as 'weight' | 'latent', support = 'real' as Support } = {},
): CheckedSite {
  const fanIn = shape[0] ?? 1;
  const parameter = { role: path, shape, fanIn, initialiser: 'kaiming', counts, byName: false } as const;
  return { path, layer: path, parameter, shape, support, prior, span: HERE, priorSpan: HERE };
}
