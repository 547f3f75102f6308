/** What the moments and masks of a posterior say by themselves: collapsed sites, and what was cut off whole. */
import { isBinary } from '../../base/supports.ts';
import type { CheckedModel, CheckedSite } from '../../language/check/checked.ts';
import { type Finding, finding } from './finding.ts';
import type { StoredPosterior, StoredSite } from './stored-posterior.ts';

/** Of the elements of a site, before something is said of the whole. */
const NEARLY_ALL = 0.95;
/** A spread below this share of the values' own size, single precision, is none. */
const NO_SPREAD = 1e-6;
/** An inclusion below this, or above 1 minus it, is decided. */
const HARDLY_EVER = 0.01;
/** Nats of divergence from the prior, below which the data said nothing of an element. */
const NOTHING_LEARNED = 0.01;

/** Points, and gates, which are meant to decide. */
const WITHOUT_SPREAD: ReadonlySet<string> = new Set(['Delta', 'Bernoulli', 'Ordered', 'HardConcrete']);

export function siteFindings(posterior: StoredPosterior, model: CheckedModel): Finding[] {
  return [
    ...collapsed(posterior, model),
    ...priorAlone(posterior, model),
    ...posterior.sites.flatMap((site) => gates(site, model)),
    ...posterior.sites.flatMap(cutOff),
  ];
}

/** Sites that have a family with a spread, and hardly any. Draws of 0 and 1 may all be the same, and a `param` is one number for all. */
function collapsed({ sites, draws }: StoredPosterior, model: CheckedModel): Finding[] {
  const sureOf = ({ path }: StoredSite) => {
    const site = model.sites.find((own) => own.path === path);
    return (site !== undefined && isBinary(site.support)) || site?.param !== undefined;
  };
  const meant = (s: StoredSite) => WITHOUT_SPREAD.has(s.family) || sureOf(s);
  const spreads = sites.filter((s) => !meant(s) && !(s.draws !== null && draws === 1));
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

/** Latents of 0 and 1 and nested masks: closed for good, all decided, or (of the first) as if no row had been seen. */
function gates(site: StoredSite, model: CheckedModel): Finding[] {
  if (site.family !== 'Bernoulli' && site.family !== 'Ordered') return [];
  const { path, mean } = site;
  const closed = mean.filter((p) => p < HARDLY_EVER).length;
  const open = mean.filter((p) => p > 1 - HARDLY_EVER).length;
  const figures = { closed, open, gates: mean.length };
  const counted = mean.length === 1 ? 'The gate' : `All ${mean.length} gates`;
  if (closed === mean.length) {
    const text = `${counted} of ${path} ${mean.length === 1 ? 'is' : 'are'} closed (inclusion below ${HARDLY_EVER}): whatever stands behind is 0 for every input. A smaller divergence at the beginning (a warm-up of \`kl_weight\`), or a prior that expects more open ones, may help.`;
    return [finding('dead_gates', text, { of: [path], warning: true, figures })];
  }
  const prior = priorOdds(model, path);
  const learned = (p: number) => p * Math.log(p / prior!) + (1 - p) * Math.log((1 - p) / (1 - prior!));
  if (prior !== null && open + closed === 0 && share(site, (p) => learned(p) < NOTHING_LEARNED) >= NEARLY_ALL) {
    const text = `The gates of ${path} are as open as their prior says: the data have said nothing about them, or their estimator has not heard it yet.`;
    return [finding('prior_alone', text, { of: [path], warning: true, figures })];
  }
  if (open + closed < mean.length || mean.length === 1) return [];
  const text = `All ${mean.length} gates of ${path} are decided, ${open} open and ${closed} closed: draws of them no longer differ, and their gradients are gone. What is closed will not open again in a longer training.`;
  return [finding('decided_gates', text, { of: [path], figures })];
}

/** The probability of 1 under a prior that is no latent itself. */
function priorOdds({ sites }: CheckedModel, path: string): number | null {
  const prior = sites.find((site) => site.path === path)?.prior;
  const logits = prior?.name === 'Bernoulli' ? (prior.args.find((a) => a.name === 'logits')?.value ?? null) : null;
  return logits === null ? null : 1 / (1 + Math.exp(-logits));
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
