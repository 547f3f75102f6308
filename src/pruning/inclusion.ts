/**
 * How probable it is that a weight is there: the product of the gates that multiply it, and of the latent of 0 and 1 that its prior
 * mentions (`Normal(0, if z then wide else tiny)`), each with its probability of not being 0.
 */
import { namesOf } from '../base/expr.ts';
import { sizeOf } from '../base/host-array.ts';
import { isBinary } from '../base/supports.ts';
import type { CheckedModel, CheckedSite } from '../language/check/checked.ts';
import { mentionedBy } from '../model/mentions.ts';
import type { Posterior, SitePosterior } from '../model/posterior.ts';
import { openness } from '../model/value-draws.ts';

/** For each element of the site at `path`; 1 where nothing gates it. */
export function inclusionOf(model: CheckedModel, posterior: Posterior, path: string): Float32Array {
  const site = model.sites.find((s) => s.path === path);
  const probability = new Float32Array(sizeOf(site?.shape ?? [])).fill(1);
  if (site === undefined) return probability;
  for (const name of gatesOf(model, site)) {
    const gate = posterior.sites.find((s) => s.path === name);
    if (gate !== undefined)
      probability.forEach((p, i) => void (probability[i] = p * openness(gate, placeIn(gate, site, i))));
  }
  return probability;
}

/** The latents of 0 and 1 in the prior of the weight, and around the linear map of its layer. */
function gatesOf(model: CheckedModel, site: CheckedSite): readonly string[] {
  const own = new Set([...mentionedBy(site.prior), ...(site.scale === undefined ? [] : namesOf(site.scale))]);
  const around = model.gates.flatMap(({ layer, value, side }) => {
    const reaches = layer === site.layer && (side === 'outputs' || site.parameter.counts === 'weight');
    return reaches && value.kind === 'name' ? [value.name] : [];
  });
  const binary = model.sites.filter((s) => isBinary(s.support)).map((s) => s.path);
  return binary.filter((path) => own.has(path) || around.includes(path));
}

/** Which number of a gate goes with element `i`: gates are `[outputs]`, `[inputs, 1]`, one, or as many as there are weights. */
function placeIn(gate: SitePosterior, site: CheckedSite, i: number): number {
  const outputs = site.shape.at(-1) ?? 1;
  if (gate.mean.length === 1) return 0;
  if (gate.mean.length === sizeOf(site.shape)) return i;
  return gate.shape.length === 2 ? Math.floor(i / outputs) % gate.mean.length : i % outputs;
}
