/**
 * Several sets of weights as one engine program: the log joint of one set, batched, and its gradients, of which the engine makes
 * the directions that the sets follow. They are called particles here, whether they act on each other or not.
 */
import { f32, type HostArray, realArray, sizeOf } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import { initialKey } from '../base/streams.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { StateSpec, StepProgram } from '../graph/program.ts';
import { batch } from '../graph/transforms/batch.ts';
import { gradients } from '../graph/transforms/gradient.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import type { Term } from '../model/distribution.ts';
import type { SiteView } from '../model/guide.ts';
import { deltaGuide } from '../model/guides/delta.ts';
import { particleCost, siteKl } from '../model/kl.ts';
import { latentValues } from '../model/latents.ts';
import { particleSite, startParticles } from '../model/particles.ts';
import { masked, type Posterior, type SitePosterior } from '../model/posterior.ts';
import { startStatistic } from '../model/statistics.ts';
import { StepProgramBuilder } from '../model/step-program.ts';
import { drawnWeights } from '../model/weights.ts';
import type { EngineProgram, EngineRequest, StateArrays, StepOptions } from './engine.ts';
import { expr } from './expressions.ts';
import type { Optimizer } from './optimizer.ts';
import { optimizers } from './optimizers/index.ts';

/** How particles move. */
export interface ParticleWay {
  readonly particles: number;
  /** The schedule that multiplies -log prior; null for none. */
  readonly weight: string | null;
  /** How far inputs are moved against each particle; null where they are not (see `againstMember`). */
  readonly adversarial: number | null;
  /** What the directions are, for whom one of them is not finite: `gradient`. */
  readonly direction: string;
  /** What the optimizer sees: of the particles' values, and of the gradients of their own loss / N, site by site. */
  directions(b: GraphBuilder, particles: readonly Ref[], slopes: readonly Ref[]): readonly Ref[];
}

interface Setup {
  readonly request: EngineRequest;
  readonly way: ParticleWay;
  readonly particles: number;
  readonly optimizer: Optimizer;
  readonly slots: readonly string[];
}

const particlesName = (site: CheckedSite) => `${site.path}.particles`;
const slotName = (site: CheckedSite, slot: string) => `${particlesName(site)}.${slot}`;
const maskName = (site: CheckedSite) => `${site.path}.mask`;

export function buildParticles(request: EngineRequest, way: ParticleWay): EngineProgram {
  const { optimizer: chosen, density, masks } = request;
  const optimizer = optimizers.get(chosen.name);
  if (optimizer === undefined) throw new Error(`internal: optimizer ${chosen.name} is not registered`);
  const setup: Setup = {
    request,
    way,
    particles: way.particles,
    optimizer,
    slots: optimizer.slots(chosen.options),
  };
  return {
    kind: 'engine-program',
    state: density.sites
      .flatMap((site) => [
        ...[particlesName(site), ...setup.slots.map((slot) => slotName(site, slot))].map((n) => tensor(setup, site, n)),
        ...(masks.has(site.path) ? [maskSpec(site)] : []),
      ])
      .concat(statisticsState(setup)),
    initial: (key, from) => initialState(setup, key, from),
    step: (rows, stepOptions) => stepProgram(setup, rows, stepOptions ?? { values: true }),
    scalars: {
      ...optimizer.scalars(chosen.rate, chosen.options),
      ...(way.weight === null ? {} : { [way.weight]: request.schedules[way.weight] ?? expr(1) }),
    },
    posterior: (state) => ({
      kind: 'posterior',
      sites: density.sites.map((site) => sitePosterior(setup, site, state)),
      statistics: density.statistics.map(({ path, spec }) => ({
        path,
        shape: spec.shape,
        draws: ofEachParticle(setup, state[path]!, sizeOf(spec.shape)),
      })),
    }),
  };
}

/** `[P, ...shape]`: the axis of particles stands before those of the site. */
function tensor({ particles }: Setup, site: CheckedSite, name: string): StateSpec {
  return { name, type: f32([particles, ...site.shape]), follows: site.path };
}

/** Each particle has running statistics of its own: `[P, ...shape]`. */
function statisticsState({ request, particles }: Setup): StateSpec[] {
  return request.density.statistics.map(({ path, spec }) => ({
    name: path,
    type: f32([particles, ...spec.shape]),
    follows: null,
  }));
}

function maskSpec(site: CheckedSite): StateSpec {
  return { name: maskName(site), type: f32(site.shape), follows: site.path };
}

function initialState(setup: Setup, key: Key, from: Posterior | null): StateArrays {
  const { particles, slots, request } = setup;
  const earlier = new Map((from?.sites ?? []).map((s) => [s.path, s]));
  const entries = request.density.sites.flatMap((site): [string, HostArray][] => {
    const before = earlier.get(site.path);
    const fitting = before !== undefined && before.mean.length === sizeOf(site.shape) ? before : null;
    const mask = request.masks.get(site.path) ?? null;
    const start = startParticles(
      site,
      particles,
      { own: initialKey(key, site.path), common: initialKey(key, 'common') },
      fitting,
    );
    // Slots begin at 0 and masked gradients are 0, so what begins at 0 under the mask stays 0.
    if (mask !== null) start.forEach((_, i) => void (mask[i % mask.length] === 0 && (start[i] = 0)));
    const shape = [particles, ...site.shape];
    return [
      [particlesName(site), realArray(shape, start)],
      ...slots.map((slot): [string, HostArray] => [slotName(site, slot), realArray(shape)]),
      ...(mask === null
        ? []
        : [[maskName(site), realArray(site.shape, Float32Array.from(mask))] as [string, HostArray]]),
    ];
  });
  const statistics = request.density.statistics.map((statistic): [string, HostArray] => {
    const start = startStatistic(statistic, particles, from?.statistics ?? []);
    return [statistic.path, realArray([particles, ...statistic.spec.shape], start)];
  });
  return Object.fromEntries([...entries, ...statistics]);
}

function stepProgram(setup: Setup, rows: number, options: StepOptions): StepProgram {
  const { density, masks } = setup.request;
  const program = new StepProgramBuilder();
  const b = program.graph;
  const [input, observed] = density.batch(rows);
  const weight = setup.way.weight === null ? null : program.scalar(setup.way.weight);
  const shared: Record<string, Ref> = {
    x: program.batch(input),
    y: program.batch(observed),
    ...(weight === null ? {} : { weight }),
  };
  const particles: Record<string, Ref> = {};
  for (const site of density.sites) {
    const label = `particles of ${site.path}`;
    const value = program.state(tensor(setup, site, particlesName(site)));
    particles[particlesName(site)] = b.label(value, label, site.span);
    if (masks.has(site.path)) shared[maskName(site)] = program.state(maskSpec(site));
  }
  const running = Object.fromEntries(statisticsState(setup).map((spec) => [spec.name, program.state(spec)]));
  const noise = Object.fromEntries(
    density.noise.map(({ name, path, kind, shape }) => [
      name,
      program.noise(name, path, kind, [setup.particles, rows, ...shape]),
    ]),
  );
  const batched = { ...particles, ...running, ...noise };
  const found = batch(b, setup.particles, { batched, shared }, (inner, refs) =>
    ofOneParticle(setup, inner, rows, refs, options.values),
  );
  update(setup, program, particles, found);
  for (const path of Object.keys(running)) program.setState(path, found[path]!);
  const average = (name: string, label: string) => b.label(b.mean(found[name]!), label, density.model.span);
  const nll = average('nll', 'negative log likelihood');
  program.info('nll', nll);
  if (options.values) {
    const kl = average('kl', 'minus log prior of all sites');
    program.info('kl', kl);
    const loss = b.add(nll, weight === null ? kl : b.mul(weight, kl));
    program.info('loss', b.label(loss, 'loss', density.model.span));
  }
  return program.finish();
}

/** `nll`, `kl` (minus the log prior) for the whole data set, the statistics after the step, and the gradient of (nll + kl) / N by each site. */
function ofOneParticle(
  { request: { density }, way }: Setup,
  b: GraphBuilder,
  rows: number,
  refs: Readonly<Record<string, Ref>>,
  values: boolean,
): Readonly<Record<string, Ref>> {
  const views = new Map(
    density.sites.map((site) => {
      const own = () => refs[particlesName(site)]!;
      return [site.path, deltaGuide.view(b, site, own, refs[maskName(site)] ?? null)] as const;
    }),
  );
  const weights = drawnWeights((path) => views.get(path)!.mean);
  const named = (name: string) => refs[name]!;
  const latents = latentValues(b, density, (site) => views.get(site.path)!.mean);
  const lossAt = (x: Ref) => {
    const { output, statistics } = density.forward(b, weights, x, { kind: 'training', stored: named, noise: named });
    return { loss: b.mul(b.sum(density.logLikelihood(b, output, refs.y!, latents)), -1 / rows), statistics };
  };
  const { loss, statistics } = lossAt(refs.x!);
  const meanLoss = way.adversarial === null ? loss : againstMember(b, refs.x!, loss, way.adversarial, lossAt);
  // Members that climb to the highest density are points; particles that spread over the real numbers have their density.
  const costOf = (view: SiteView, prior: Term) =>
    way.weight === null ? particleCost(b, view, prior) : siteKl(b, view, prior, () => view.mean);
  const kl = [...views.values()]
    .map((view) => costOf(view, density.prior(b, view.site, latents)))
    .reduce((sum, next) => b.add(sum, next));
  const objective = b.add(meanLoss, b.mul(refs.weight === undefined ? kl : b.mul(kl, refs.weight), 1 / density.rows));
  const names = density.sites.map(particlesName);
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
    ...(values ? { kl } : {}),
  };
}

/**
 * The mean of the loss at the inputs and at inputs that are moved by `distance` along the sign of the loss' slope, where the
 * likelihood is worst (Goodfellow, Shlens & Szegedy 2015; Lakshminarayanan et al. 2017, algorithm 1, whose sum counts every row twice).
 * The sign passes no gradient, so that the moved inputs are held.
 */
function againstMember(
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

/** Each particle follows what the engine makes of the slopes, by the rule of the optimizer. */
function update(
  setup: Setup,
  program: StepProgramBuilder,
  particles: Readonly<Record<string, Ref>>,
  slopes: Readonly<Record<string, Ref>>,
): void {
  const { request, way } = setup;
  const { sites } = request.density;
  const b = program.graph;
  const inOrder = (refs: Readonly<Record<string, Ref>>) => sites.map((site) => refs[particlesName(site)]!);
  const directions = way.directions(b, inOrder(particles), inOrder(slopes));
  sites.forEach((site, i) => {
    const name = particlesName(site);
    const gradient = b.label(directions[i]!, `${way.direction} of ${site.path}`, site.span);
    const slot = (s: string) => program.state(tensor(setup, site, slotName(site, s)));
    const scalar = (s: string) => program.scalar(s);
    const inputs = { parameter: particles[name]!, of: 'value', gradient, slot, scalar } as const;
    const step = setup.optimizer.update(b, inputs, request.optimizer.options);
    program.setState(name, b.label(step.parameter, `${name} after the step`, site.span));
    for (const [s, value] of Object.entries(step.slots)) program.setState(slotName(site, s), value);
  });
}

/** The parts of a tensor that belong to the particles. */
function ofEachParticle({ particles }: Setup, { data }: HostArray, size: number): Float32Array[] {
  const values = Float32Array.from(data);
  return Array.from({ length: particles }, (_, i) => values.slice(i * size, (i + 1) * size));
}

function sitePosterior(setup: Setup, site: CheckedSite, state: StateArrays): SitePosterior {
  const particles = ofEachParticle(setup, state[particlesName(site)]!, sizeOf(site.shape));
  const whole = particleSite(site, particles);
  const mask = setup.request.masks.get(site.path);
  return mask === undefined ? whole : masked(whole, mask);
}
