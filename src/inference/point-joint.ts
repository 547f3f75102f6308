/** The joint density at one set of weights, in a graph: what particles and chains climb, written for one of them and then batched. */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import { gradients } from '../graph/transforms/gradient.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import { batchIn } from '../model/batch-values.ts';
import type { Density } from '../model/density.ts';
import type { Term } from '../model/distribution.ts';
import { gatedView } from '../model/gates.ts';
import type { SiteView } from '../model/guide.ts';
import { deltaGuide } from '../model/guides/delta.ts';
import { type PointSpace, particleCost, siteKl } from '../model/kl.ts';
import { latentValues } from '../model/latents.ts';
import { storedStatistics } from '../model/statistics.ts';
import { drawnWeights } from '../model/weights.ts';

/** The values that a point is made of, by name: those of the sites, their masks, statistics, noise, the batch as `namedBatch` names it, and, where there is one, the `weight` of -log prior. */
export interface PointInputs {
  readonly refs: Readonly<Record<string, Ref>>;
  /** The names in `refs` of a site's value, and of its mask, which need not be there. */
  readonly nameOf: (site: CheckedSite) => string;
  readonly maskOf: (site: CheckedSite) => string;
  /** Of which numbers the density is. */
  readonly space: PointSpace;
  /** How far inputs are moved against the point; null where they are not. */
  readonly adversarial: number | null;
  /** Layers use their running statistics and draw nothing, as in predictions; else as in training. */
  readonly frozen: boolean;
}

/**
 * `nll` and, where wanted, `kl` (minus the log prior and the factors that count once) for the whole data set, the statistics after the step, and under the names
 * of the sites' values the gradients of (nll + weight * kl) / N.
 */
export function pointJoint(
  density: Density,
  b: GraphBuilder,
  rows: number,
  { refs, nameOf, maskOf, space, adversarial, frozen }: PointInputs,
  wantsKl: boolean,
): Readonly<Record<string, Ref>> {
  const views = new Map(
    density.sites.map((site) => {
      const own = () => refs[nameOf(site)]!;
      return [site.path, deltaGuide.view(b, site, own, refs[maskOf(site)] ?? null)] as const;
    }),
  );
  const latents = latentValues(b, density, (site) => views.get(site.path)!.mean);
  const behindGates = (view: SiteView) => gatedView(b, view, density.prior(b, view.site, latents));
  const weights = drawnWeights((path) => behindGates(views.get(path)!).mean);
  const named = (name: string) => refs[name]!;
  const pass = frozen ? storedStatistics(named) : ({ kind: 'training', stored: named, noise: named } as const);
  const columns = batchIn(refs);
  const lossAt = (x: Ref) => {
    const network = density.forward(b, weights, x, pass, latents);
    const loss = b.mul(b.sum(density.logRows(b, network, columns, latents)), -1 / rows);
    return { loss, statistics: network.statistics };
  };
  const { loss, statistics } = lossAt(refs.x!);
  const meanLoss = adversarial === null ? loss : againstPoint(b, refs.x!, loss, adversarial, lossAt);
  const costOf = (view: SiteView, prior: Term) =>
    space === 'real' ? particleCost(b, view, prior) : siteKl(b, view, prior, () => view.mean);
  const once = density.logOnce(b, latents);
  const kl = [...views.values()]
    .map((view) => costOf(view, density.prior(b, view.site, latents)))
    .concat(once === null ? [] : [b.neg(once)])
    .reduce((sum, next) => b.add(sum, next));
  const objective = b.add(meanLoss, b.mul(refs.weight === undefined ? kl : b.mul(kl, refs.weight), 1 / density.rows));
  const names = density.sites.map(nameOf);
  const slopes = gradients(
    b,
    objective,
    names.map((name) => refs[name]!),
  );
  const byName = Object.fromEntries(names.map((name, i) => [name, slopes[i]!]));
  return {
    ...byName,
    ...Object.fromEntries(statistics),
    nll: b.mul(meanLoss, density.rows),
    ...(wantsKl ? { kl } : {}),
  };
}

/**
 * The mean of the loss at the inputs and at inputs that are moved by `distance` along the sign of the loss' slope, where the
 * likelihood is worst (Goodfellow, Shlens & Szegedy 2015; Lakshminarayanan et al. 2017, algorithm 1, whose sum counts every row twice).
 * The sign passes no gradient, so that the moved inputs are held.
 */
function againstPoint(
  b: GraphBuilder,
  x: Ref,
  loss: Ref,
  distance: number,
  lossAt: (x: Ref) => { readonly loss: Ref },
): Ref {
  const [slope] = gradients(b, loss, [x]);
  const worse = lossAt(b.add(x, b.mul(b.sign(slope!), distance))).loss;
  return b.mul(b.add(loss, worse), 0.5);
}
