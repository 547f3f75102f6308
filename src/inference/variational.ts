/**
 * What `sgvb` and `map` have in common: guides whose parameters follow the gradient of
 * loss / N = -(mean log likelihood of a row) + weight / N * KL, so that learning rates mean what they mean for a mean loss.
 * State: `SITE.mean`, `SITE.log_variance`, the optimizer's `SITE.mean.SLOT`, `SITE.mask` where something was pruned, and the
 * running statistics of layers under their own paths.
 */
import { f32, type HostArray, realArray, sizeOf } from '../base/host-array.ts';
import { initialKey } from '../base/streams.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { StateSpec, StepProgram } from '../graph/program.ts';
import { gradients } from '../graph/transforms/gradient.ts';
import type { CheckedGuideSite, CheckedSite } from '../language/check/checked.ts';
import type { Density } from '../model/density.ts';
import type { Term } from '../model/distribution.ts';
import { gatedView } from '../model/gates.ts';
import { drawFrom, type GuideFamily, type SiteView } from '../model/guide.ts';
import { guides } from '../model/guides/index.ts';
import { siteKl } from '../model/kl.ts';
import { isLatent, latentValues } from '../model/latents.ts';
import { masked, type Posterior, type SitePosterior } from '../model/posterior.ts';
import { startStatistic } from '../model/statistics.ts';
import { StepProgramBuilder } from '../model/step-program.ts';
import { averagedState, averageScalars, averageState, decayOf, initialAverages, moveAverage } from './averaging.ts';
import { clipped } from './clipping.ts';
import type { EngineProgram, EngineRequest, StateArrays, StepOptions } from './engine.ts';
import type { Estimator } from './estimator.ts';
import { estimators } from './estimators/index.ts';
import { expr } from './expressions.ts';
import type { GateDraw } from './gate-estimator.ts';
import { gateEstimators } from './gate-estimators/index.ts';
import type { Optimizer, ProximalMap } from './optimizer.ts';
import { optimizers } from './optimizers/index.ts';

/** A site with its guide, and the parts of the request that belong to it. */
interface GuidedSite {
  readonly site: CheckedSite;
  readonly guide: CheckedGuideSite;
  readonly family: GuideFamily;
  readonly mask: Uint8Array | null;
}

interface Setup {
  readonly request: EngineRequest;
  readonly sites: readonly GuidedSite[];
  readonly estimator: Estimator;
  readonly optimizer: Optimizer;
  /** Names of the tensors that the optimizer keeps for each parameter. */
  readonly slots: readonly string[];
  /** The scalar that multiplies the divergence: `kl_weight`, `prior_weight`. */
  readonly weight: string;
  /** Of the running mean of all parameters; null where none is kept. */
  readonly decay: number | null;
}

/** Builds the program of an engine whose divergence is multiplied by the schedule called `weight`. */
export function buildVariational(request: EngineRequest, weight: string): EngineProgram {
  const optimizer = found(optimizers.get(request.optimizer.name), `optimizer ${request.optimizer.name}`);
  const setup: Setup = {
    request,
    sites: request.density.sites.map((site) => guidedSite(request, site)),
    estimator: found(estimators.get(request.estimator), `estimator ${request.estimator}`),
    optimizer,
    slots: optimizer.slots(request.optimizer.options),
    weight,
    decay: decayOf(request.options),
  };
  const averaged = averagedSpecs(setup);
  return {
    kind: 'engine-program',
    state: [
      ...setup.sites.flatMap((guided) => stateOf(setup, guided)),
      ...statisticsState(setup),
      ...averageState(setup.decay, averaged),
    ],
    initial(key, from) {
      const earlier = new Map((from?.sites ?? []).map((s) => [s.path, s]));
      const sites = setup.sites.flatMap((guided) => {
        const site = guided.site.path;
        return initialState(setup, guided, initialKey(key, site), fitting(earlier.get(site), guided.site));
      });
      const statistics = request.density.statistics.map((statistic): [string, HostArray] => {
        const start = startStatistic(statistic, 1, from?.statistics ?? []);
        return [statistic.path, realArray(statistic.spec.shape, start)];
      });
      const start = Object.fromEntries([...sites, ...statistics]);
      return { ...start, ...initialAverages(setup.decay, averaged, start) };
    },
    step: (rows, options) => stepProgram(setup, rows, options ?? { values: true }),
    scalars: {
      ...optimizer.scalars(request.optimizer.rate, request.optimizer.options),
      [weight]: request.schedules[weight] ?? expr(1),
      ...averageScalars(setup.decay),
    },
    posterior: (state) => posteriorAt(setup, averagedState(setup.decay, state)),
  };
}

function posteriorAt({ sites, request }: Setup, state: StateArrays): Posterior {
  const statistics = request.density.statistics.map(({ path, spec }) => ({
    path,
    shape: spec.shape,
    draws: [Float32Array.from(state[path]!.data)],
  }));
  return { kind: 'posterior', sites: sites.map((guided) => sitePosterior(guided, state)), statistics };
}

function found<T>(record: T | undefined, what: string): T {
  if (record === undefined) throw new Error(`internal: ${what} is not registered`);
  return record;
}

function guidedSite(request: EngineRequest, site: CheckedSite): GuidedSite {
  const guide = found(
    request.guide.find((g) => g.site === site.path),
    `a guide for ${site.path}`,
  );
  const family = found(guides.get(guide.family), `guide family ${guide.family}`);
  return { site, guide, family, mask: request.masks.get(site.path) ?? null };
}

const parameterName = (site: CheckedSite, parameter: string) => `${site.path}.${parameter}`;
const slotName = (parameter: string, slot: string) => `${parameter}.${slot}`;
const maskName = (site: CheckedSite) => `${site.path}.mask`;

function tensor(site: CheckedSite, name: string): StateSpec {
  return { name, type: f32(site.shape), follows: site.path };
}

function stateOf(setup: Setup, { site, family, mask }: GuidedSite): StateSpec[] {
  const parameters = family.parameters.map((p) => parameterName(site, p));
  const slots = parameters.flatMap((p) => setup.slots.map((slot) => slotName(p, slot)));
  const names = [...parameters, ...slots, ...(mask === null ? [] : [maskName(site)])];
  return names.map((name) => tensor(site, name));
}

/** What a running mean follows: all parameters, and the statistics that go with them. */
function averagedSpecs(setup: Setup): readonly StateSpec[] {
  const parameters = setup.sites.flatMap(({ site, family }) =>
    family.parameters.map((p) => tensor(site, parameterName(site, p))),
  );
  return [...parameters, ...statisticsState(setup)];
}

/** `bn1.statistics.mean`, ...: no gradient follows them. */
function statisticsState({ request }: Setup): StateSpec[] {
  return request.density.statistics.map(({ path, spec }) => ({ name: path, type: f32(spec.shape), follows: null }));
}

/** An earlier posterior of the same shape, else null. */
function fitting(earlier: SitePosterior | undefined, site: CheckedSite): SitePosterior | null {
  return earlier !== undefined && earlier.mean.length === sizeOf(site.shape) ? earlier : null;
}

function initialState(
  setup: Setup,
  guided: GuidedSite,
  key: ReturnType<typeof initialKey>,
  from: SitePosterior | null,
): [string, HostArray][] {
  const { site, guide, family, mask } = guided;
  const arrays = family.initial(site, guide, key, from);
  const entries: [string, HostArray][] = [];
  for (const parameter of family.parameters) {
    const name = parameterName(site, parameter);
    const values = arrays[parameter]!;
    // Slots begin at 0 and masked gradients are 0, so a mean that begins at 0 under the mask stays 0.
    const start = parameter === 'mean' && mask !== null ? values.map((v, i) => (mask[i] === 0 ? 0 : v)) : values;
    entries.push([name, realArray(site.shape, start)]);
    for (const slot of setup.slots) entries.push([slotName(name, slot), realArray(site.shape)]);
  }
  if (mask !== null) entries.push([maskName(site), realArray(site.shape, Float32Array.from(mask))]);
  return entries;
}

function stepProgram(setup: Setup, rows: number, options: StepOptions): StepProgram {
  const { density } = setup.request;
  const program = new StepProgramBuilder();
  const b = program.graph;
  const parameters = new Map<string, Ref>();
  const views = new Map(setup.sites.map((guided) => [guided.site.path, viewOf(program, guided, parameters)]));
  const [input, observed] = density.batch(rows);
  const x = program.batch(input);
  const y = program.batch(observed);

  const draws = new Map(setup.sites.flatMap((guided) => latentDraw(program, guided, views.get(guided.site.path)!)));
  const latents = latentValues(b, density, (site) => draws.get(site.path)!.value);
  const behindGates = (view: SiteView) => gatedView(b, view, density.prior(b, view.site, latents));
  const weights = setup.estimator.weights(program, rows, (site) => behindGates(found(views.get(site), `site ${site}`)));
  const running = new Map(statisticsState(setup).map((spec) => [spec.name, program.state(spec)]));
  const stored = (path: string) => found(running.get(path), `statistic ${path}`);
  const noise = noiseOfLayers(program, density, rows);
  const { output, statistics } = density.forward(b, weights.source, x, { kind: 'training', stored, noise }, latents);
  moveStatistics(setup, program, statistics);
  const drawOf = (view: SiteView) => draws.get(view.site.path)?.value ?? weights.draw(view);
  const logLikelihood = density.logLikelihood(b, output, y, latents);
  const meanLoss = b.mul(b.sum(logLikelihood), -1 / rows);
  const priorOf = (view: SiteView) => density.prior(b, view.site, latents);
  const divergences = [...views.values()].map((view) => {
    return { view, value: siteKl(b, view, priorOf(view), () => drawOf(view)) };
  });
  const sumOf = (parts: typeof divergences) => parts.map((d) => d.value).reduce((sum, next) => b.add(sum, next));
  const kl = sumOf(divergences);
  const weight = program.scalar(setup.weight);
  const followed = divergences.filter(({ view }) => !takesProx(setup, view));
  const objective =
    followed.length === 0 ? meanLoss : b.add(meanLoss, b.mul(sumOf(followed), b.mul(weight, 1 / density.rows)));
  const proxes = [...views.values()].flatMap((view) => proxOf(setup, program, view, priorOf(view)));
  const slopes = slopesOf(setup, b, objective, parameters, draws);
  update(setup, program, slopes, parameters, new Map(proxes));

  const nll = b.label(b.mul(meanLoss, density.rows), 'negative log likelihood', density.model.likelihood.span);
  program.info('nll', nll);
  if (options.values) {
    program.info('kl', b.label(kl, 'KL of all sites', density.model.span));
    program.info('loss', b.label(b.add(nll, b.mul(weight, kl)), 'loss', density.model.span));
  }
  return program.finish();
}

/** By its path the one draw of a latent for the whole step, which priors, likelihood and divergences all see; nothing for a parameter. */
function latentDraw(program: StepProgramBuilder, { site, guide }: GuidedSite, view: SiteView): [string, GateDraw][] {
  if (!isLatent(site)) return [];
  const { path, shape } = site;
  const noise = (kind: 'normal' | 'uniform') => program.noise(`${path}.draw`, [path, 'draw'], kind, shape);
  if (view.logits === null)
    return [[path, { value: drawFrom(program.graph, view, () => noise('normal')), slope: null }]];
  const { name, options } = guide.estimator!;
  const estimator = found(gateEstimators.get(name), `estimator ${name}`);
  const draw = estimator.draw(program.graph, view.logits, noise('uniform'), options);
  return [[path, { ...draw, value: program.graph.label(draw.value, `draw of ${path}`, site.span) }]];
}

/** Running statistics after the step, and their averages. */
function moveStatistics(setup: Setup, program: StepProgramBuilder, statistics: ReadonlyMap<string, Ref>): void {
  for (const spec of statisticsState(setup)) {
    const value = found(statistics.get(spec.name), `statistic ${spec.name} of the batch`);
    program.setState(spec.name, value);
    moveAverage(program, setup.decay, spec, value);
  }
}

/** One draw for each row. */
function noiseOfLayers(program: StepProgramBuilder, density: Density, rows: number): (name: string) => Ref {
  const known = new Map(density.noise.map((spec) => [spec.name, spec]));
  return (name) => {
    const { path, kind, shape } = found(known.get(name), `noise ${name}`);
    return program.noise(name, path, kind, [rows, ...shape]);
  };
}

/** Reads a site's state and notes its parameters. */
function viewOf(program: StepProgramBuilder, guided: GuidedSite, parameters: Map<string, Ref>): SiteView {
  const { site, family, mask } = guided;
  const read = (parameter: string) => {
    const name = parameterName(site, parameter);
    const value = program.state(tensor(site, name));
    parameters.set(name, value);
    return value;
  };
  return family.view(program.graph, site, read, mask === null ? null : program.state(tensor(site, maskName(site))));
}

/** Where the optimizer takes the prior by its proximal map, so that the gradient leaves it out. */
function takesProx({ optimizer }: Setup, view: SiteView): boolean {
  return optimizer.takesPrior === true && view.spread === null && !isLatent(view.site);
}

/** A site's proximal map with its weight and over N, by the site's path, where one is used. What is masked stays 0. */
function proxOf(setup: Setup, program: StepProgramBuilder, view: SiteView, prior: Term): [string, ProximalMap][] {
  if (!takesProx(setup, view)) return [];
  const { graph: b } = program;
  const { prox, name } = prior.distribution;
  if (prox === null) throw new Error(`internal: ${name} has no proximal map`);
  const share = b.mul(program.scalar(setup.weight), 1 / setup.request.density.rows);
  const map: ProximalMap = (x, step) => {
    const moved = prox(b, x, b.mul(step, share), prior);
    return view.mask === null ? moved : b.mul(moved, view.mask);
  };
  return [[view.site.path, map]];
}

/** By each parameter, clipped. A draw of 0 and 1 has no slope: what comes to it goes on to the log odds by that of its estimator. */
function slopesOf(
  { request }: Setup,
  b: GraphBuilder,
  objective: Ref,
  parameters: ReadonlyMap<string, Ref>,
  draws: ReadonlyMap<string, GateDraw>,
): readonly Ref[] {
  const gates = [...draws].flatMap(([path, { value, slope }]) => (slope === null ? [] : [{ path, value, slope }]));
  const found = gradients(b, objective, [...parameters.values(), ...gates.map((gate) => gate.value)]);
  const passedOn = new Map(
    gates.map(({ path, slope }, i) => [`${path}.logits`, b.mul(found[parameters.size + i]!, slope)]),
  );
  const whole = [...parameters.keys()].map((name, i) => {
    const passed = passedOn.get(name);
    return passed === undefined ? found[i]! : b.add(found[i]!, passed);
  });
  return clipped(b, whole, request.options, false);
}

/** `proxes`: by site, where the optimizer takes the prior. */
function update(
  setup: Setup,
  program: StepProgramBuilder,
  slopes: readonly Ref[],
  parameters: ReadonlyMap<string, Ref>,
  proxes: ReadonlyMap<string, ProximalMap>,
): void {
  const b = program.graph;
  const followed = new Map(
    setup.sites.flatMap(({ site, family }) => family.parameters.map((p) => [parameterName(site, p), site] as const)),
  );
  [...parameters].forEach(([name, parameter], i) => {
    const site = followed.get(name)!;
    const gradient = b.label(slopes[i]!, `gradient of ${name}`, site.span);
    const result = setup.optimizer.update(
      b,
      {
        parameter,
        of: name === parameterName(site, 'mean') ? 'value' : 'spread',
        gradient,
        prox: proxes.get(site.path) ?? null,
        slot: (slot) => program.state(tensor(site, slotName(name, slot))),
        scalar: (scalar) => program.scalar(scalar),
      },
      setup.request.optimizer.options,
    );
    program.setState(name, b.label(result.parameter, `${name} after the step`, site.span));
    for (const [slot, value] of Object.entries(result.slots)) program.setState(slotName(name, slot), value);
    moveAverage(program, setup.decay, tensor(site, name), result.parameter);
  });
}

function sitePosterior({ site, family, mask }: GuidedSite, state: StateArrays): SitePosterior {
  const arrays = Object.fromEntries(
    family.parameters.map((p) => [p, Float32Array.from(state[parameterName(site, p)]!.data)]),
  );
  const { mean, sd } = family.moments(arrays);
  const { path, layer, shape, parameter } = site;
  const whole: SitePosterior = {
    path,
    layer,
    counts: parameter.counts,
    shape,
    family: family.name,
    mean,
    sd,
    mask: null,
  };
  return mask === null ? whole : masked(whole, mask);
}
