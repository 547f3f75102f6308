/** What the moments and masks of a posterior say by themselves: collapsed sites, and what was cut off whole. */
import type { CheckedModel, CheckedSite } from '../../language/check/checked.ts';
import { type Finding, finding } from './finding.ts';
import type { StoredPosterior, StoredSite } from './stored-posterior.ts';

/** Of the elements of a site, before something is said of the whole. */
const NEARLY_ALL = 0.95;
/** A spread below this share of the values' own size, single precision, is none. */
const NO_SPREAD = 1e-6;
/** Nats of divergence from the prior, below which the data said nothing of an element. */
const NOTHING_LEARNED = 0.01;

export function siteFindings(posterior: StoredPosterior, model: CheckedModel): Finding[] {
  return [...collapsed(posterior), ...priorAlone(posterior, model), ...posterior.sites.flatMap(cutOff)];
}

/** Sites that have a family with a spread, and hardly any. */
function collapsed({ sites, draws }: StoredPosterior): Finding[] {
  const spreads = sites.filter((s) => s.family !== 'Delta' && !(s.draws !== null && draws === 1));
  const points = spreads.filter((s) => share(s, (mean, sd) => sd <= NO_SPREAD * Math.abs(mean)) >= NEARLY_ALL);
  if (points.length === 0) return [];
  const text = `The posterior has collapsed to a point in ${listed(points)}: it says that nothing is uncertain there.`;
  return [finding('no_spread', text, { of: paths(points), warning: true })];
}

/** Normal guides that are still their normal prior: KL(q || p) by element (for instance Kingma & Welling 2014, appendix B). */
function priorAlone({ sites }: StoredPosterior, model: CheckedModel): Finding[] {
  const ofSite = new Map(model.sites.map((site) => [site.path, site]));
  const empty = sites.filter((stored) => {
    const prior = normalPrior(ofSite.get(stored.path));
    if (stored.family !== 'Normal' || prior === null) return false;
    const divergence = (mean: number, sd: number) =>
      Math.log(prior.sd / sd) + (sd ** 2 + (mean - prior.mean) ** 2) / (2 * prior.sd ** 2) - 0.5;
    return share(stored, (mean, sd) => divergence(mean, sd) < NOTHING_LEARNED) >= NEARLY_ALL;
  });
  if (empty.length === 0) return [];
  const text = `The posterior is the prior in ${listed(empty)}: the data have said nothing about it, or the divergence outweighed them (a warm-up of \`kl_weight\`, or a smaller start \`sd\`, may help).`;
  return [finding('prior_alone', text, { of: paths(empty), warning: true })];
}

function normalPrior(site: CheckedSite | undefined): { readonly mean: number; readonly sd: number } | null {
  if (site?.prior.name !== 'Normal') return null;
  const [mean, sd] = ['mean', 'sd'].map((name) => site.prior.args.find((a) => a.name === name)?.value ?? null);
  return mean === null || mean === undefined || sd === null || sd === undefined ? null : { mean, sd };
}

/** Units, filters or whole layers of which no weight is left. */
function cutOff(site: StoredSite): Finding[] {
  const { path, shape, mask } = site;
  if (mask === null || shape.length < 2) return [];
  const units = shape[shape.length - 1]!;
  const alive = new Set<number>();
  mask.forEach((kept, i) => void (kept !== 0 && alive.add(i % units)));
  const dead = units - alive.size;
  if (dead === 0) return [];
  const figures = { dead, units };
  if (dead === units) {
    const text = `Nothing is left of ${path}: what comes behind it is the same for every input.`;
    return [finding('dead_layer', text, { of: [path], warning: true, figures })];
  }
  const text = `${dead} of ${units} outputs of ${path} are dead: no weight leads to them, so they say the same for every input.`;
  return [finding('dead_units', text, { of: [path], warning: true, figures })];
}

/** Of the elements that are kept. */
function share({ mean, sd, mask }: StoredSite, holds: (mean: number, sd: number) => boolean): number {
  let [found, kept] = [0, 0];
  for (let i = 0; i < mean.length; i++) {
    if (mask !== null && mask[i] === 0) continue;
    kept += 1;
    if (holds(mean[i]!, sd[i]!)) found += 1;
  }
  return kept === 0 ? 0 : found / kept;
}

const paths = (sites: readonly StoredSite[]) => sites.map((site) => site.path);
const listed = (sites: readonly StoredSite[]) => paths(sites).join(', ');
