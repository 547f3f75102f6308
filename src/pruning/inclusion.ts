/** How probable it is that a weight is there: the product of the gates of 0 and 1 that multiply it. */
import { sizeOf } from '../base/host-array.ts';
import type { CheckedModel, CheckedSite } from '../language/check/checked.ts';
import type { Posterior, SitePosterior } from '../model/posterior.ts';

/** For each element of the site at `path`; 1 where nothing gates it. */
export function inclusionOf(model: CheckedModel, posterior: Posterior, path: string): Float32Array {
  const site = model.sites.find((s) => s.path === path);
  const probability = new Float32Array(sizeOf(site?.shape ?? [])).fill(1);
  if (site === undefined) return probability;
  for (const name of gatesOf(model, site)) {
    const gate = posterior.sites.find((s) => s.path === name && s.family === 'Bernoulli');
    if (gate !== undefined)
      probability.forEach((p, i) => void (probability[i] = p * gate.mean[placeIn(gate, site, i)]!));
  }
  return probability;
}

/** Of the prior of the weight, and of the units that its layer ends in. */
function gatesOf(model: CheckedModel, site: CheckedSite): readonly string[] {
  const own = site.prior.args.flatMap(({ name, expr }) => (name === 'z' && expr.kind === 'name' ? [expr.name] : []));
  const around = model.gates.flatMap(({ layer, value, side }) => {
    const reaches = layer === site.layer && (side === 'outputs' || site.parameter.counts === 'weight');
    return reaches && value.kind === 'name' ? [value.name] : [];
  });
  return [...own, ...around];
}

/** Which number of a gate goes with element `i`: gates are `[outputs]`, `[inputs, 1]`, one, or as many as there are weights. */
function placeIn(gate: SitePosterior, site: CheckedSite, i: number): number {
  const outputs = site.shape.at(-1) ?? 1;
  if (gate.mean.length === 1) return 0;
  if (gate.mean.length === sizeOf(site.shape)) return i;
  return gate.shape.length === 2 ? Math.floor(i / outputs) % gate.mean.length : i % outputs;
}
