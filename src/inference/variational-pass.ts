/** One Monte Carlo sample of a variational objective: latents and weights drawn once, the likelihood and the divergences at that draw. */
import type { Shape } from '../base/host-array.ts';
import type { Ref } from '../graph/builder.ts';
import type { NoiseKind } from '../graph/program.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import type { BatchValues } from '../model/batch-values.ts';
import { given, marginal } from '../model/correlation.ts';
import type { Density } from '../model/density.ts';
import type { Term } from '../model/distribution.ts';
import { gatedView } from '../model/gates.ts';
import { drawFrom, type SiteView } from '../model/guide.ts';
import { particleCost, siteDivergence, siteEntropy } from '../model/kl.ts';
import { isLatent, type LatentValues, latentValues } from '../model/latents.ts';
import { isParam } from '../model/params.ts';
import type { NoiseSource } from '../model/step-program.ts';
import type { GateDraw } from './gate-estimator.ts';
import { found, type Setup } from './variational-setup.ts';

/** What all samples of a step have in common. */
export interface PassInputs {
  readonly rows: number;
  readonly batch: BatchValues;
  /** By site path, in the order of the sites. */
  readonly views: ReadonlyMap<string, SiteView>;
  /** A running statistic before the step, by its path. */
  readonly stored: (path: string) => Ref;
  /** Draws of latents of 0 and 1, by site path. */
  readonly gates: ReadonlyMap<string, GateDraw>;
}

export interface Pass {
  /** Minus the mean over rows of the log likelihood and the factors of rows. */
  readonly meanLoss: Ref;
  /** What counts once, in nats, by the names of `costNames`: divergences, and minus the factors that count once. */
  readonly costs: ReadonlyMap<string, Ref>;
  /** Of the latents, by site path. */
  readonly draws: ReadonlyMap<string, GateDraw>;
  readonly latents: LatentValues;
  /** Running statistics after the step, by path. */
  readonly statistics: ReadonlyMap<string, Ref>;
}

const FACTORS = 'factors';

/** Paths of the sites that are random, each for its divergence, and a name for the factors where some of them count once. */
export function costNames({ request, sites }: Setup): readonly string[] {
  const once = request.density.model.factors.some((factor) => !factor.perRow);
  const random = sites.filter(({ site }) => !isParam(site));
  return [...random.map(({ site }) => site.path), ...(once ? [FACTORS] : [])];
}

export function variationalPass(setup: Setup, source: NoiseSource, inputs: PassInputs): Pass {
  const { density } = setup.request;
  const { rows, batch, views, stored, gates } = inputs;
  const b = source.graph;
  const common = () => source.noise('common.columns', ['common', 'columns'], 'normal', [setup.rank]);
  const drawn = new Map([...views].map(([path, view]) => [path, given(b, view, common)]));
  const draws = new Map(
    setup.sites.flatMap(({ site }) => {
      return isLatent(site) ? [[site.path, gates.get(site.path) ?? latentDraw(source, drawn.get(site.path)!)]] : [];
    }),
  );
  const ofValues = (site: CheckedSite) => views.get(site.path)!.values !== null;
  const latents = latentValues(b, density, (site) => draws.get(site.path)!.value, ofValues);
  const priorOf = (view: SiteView) => density.prior(b, view.site, latents);
  const behindGates = (view: SiteView) => gatedView(b, view, priorOf(view));
  const weights = setup.estimator.weights(source, rows, (site) => behindGates(found(drawn.get(site), `site ${site}`)));
  const noise = noiseOfLayers(source, density, rows);
  const network = density.forward(b, weights.source, batch.input, { kind: 'training', stored, noise }, latents);
  const drawOf = (path: string) => draws.get(path)?.value ?? weights.draw(drawn.get(path)!);
  const divergence = (path: string, view: SiteView) =>
    setup.space === 'real'
      ? particleCost(b, view, priorOf(view))
      : divergenceAt(setup, source, marginal(b, view), priorOf(view), () => drawOf(path));
  const logRows = density.logRows(b, network, batch, latents);
  const once = density.logOnce(b, latents);
  return {
    meanLoss: b.mul(b.sum(logRows), -1 / rows),
    costs: new Map([
      ...[...views].flatMap(([path, view]) => (isParam(view.site) ? [] : [[path, divergence(path, view)] as const])),
      ...(once === null ? [] : [[FACTORS, b.neg(once)] as const]),
    ]),
    draws,
    latents,
    statistics: network.statistics,
  };
}

/**
 * The divergence of one site, and what the temperature T makes of it: with (1 - T) times the entropy, KL becomes
 * E[-log prior] - T * entropy, whose least value with the likelihood's is at the joint density to the power 1 / T.
 */
function divergenceAt(
  { divergence, temperature }: Setup,
  source: NoiseSource,
  view: SiteView,
  prior: Term,
  guide: () => Ref,
): Ref {
  const b = source.graph;
  const { path, shape } = view.site;
  const drawPrior = () => {
    const { draw, name } = prior.distribution;
    if (draw === null) throw new Error(`internal: ${name} cannot be drawn`);
    let count = 0;
    return draw.emit(b, prior, shape, (kind, of) => {
      count += 1;
      const number = String(count);
      return source.noise(`${path}.prior[${number}]`, [path, 'prior', number], kind, of);
    });
  };
  const whole = siteDivergence(b, view, prior, { guide, prior: drawPrior }, divergence);
  const entropy = temperature === 1 ? null : siteEntropy(b, view, prior, guide);
  return entropy === null ? whole : b.add(whole, b.mul(entropy, 1 - temperature));
}

/** The one draw of a latent for the whole sample, which priors, likelihood and divergences all see. */
function latentDraw(source: NoiseSource, view: SiteView): GateDraw {
  const { path, shape } = view.site;
  const { graph: b } = source;
  const fresh = (kind: NoiseKind, of: Shape) => source.noise(`${path}.draw`, [path, 'draw'], kind, of);
  const { values } = view;
  if (values !== null) {
    const value = values.distribution.draw!.emit(b, values, shape, fresh);
    return { value: b.label(value, `draw of ${path}`, view.site.span), smooth: null };
  }
  return { value: drawFrom(b, view, () => fresh('normal', shape)), smooth: null };
}

/** One draw for each row. */
function noiseOfLayers(source: NoiseSource, density: Density, rows: number): (name: string) => Ref {
  const known = new Map(density.noise.map((spec) => [spec.name, spec]));
  return (name) => {
    const { path, kind, shape } = found(known.get(name), `noise ${name}`);
    return source.noise(name, path, kind, [rows, ...shape]);
  };
}
