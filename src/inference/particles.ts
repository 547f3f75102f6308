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
import type { CheckedSite } from '../language/check/checked.ts';
import { batchOf, namedBatch } from '../model/batch-values.ts';
import type { PointSpace } from '../model/kl.ts';
import { isLatent } from '../model/latents.ts';
import { isParam, projected } from '../model/params.ts';
import { areOne, particleSite, spreadApart, startParticles } from '../model/particles.ts';
import { masked, type Posterior, type SitePosterior } from '../model/posterior.ts';
import { startStatistic } from '../model/statistics.ts';
import { StepProgramBuilder } from '../model/step-program.ts';
import { clipped } from './clipping.ts';
import type { EngineProgram, EngineRequest, StateArrays, StepOptions } from './engine.ts';
import { expr } from './expressions.ts';
import { pointJoint } from './point-joint.ts';
import { maskIn } from './pruned-state.ts';
import { isHeld, type SiteOptimizers, siteOptimizers } from './site-optimizers.ts';

/** How particles move. */
export interface ParticleWay {
  readonly particles: number;
  /** The schedule that multiplies -log prior; null for none. */
  readonly weight: string | null;
  /** Of which numbers the density is that a particle climbs. */
  readonly space: PointSpace;
  /** How far inputs are moved against each particle; null where they are not (see `againstPoint`). */
  readonly adversarial: number | null;
  /** One number for all particles where the model has a `param`, along the mean of their gradients; else one for each. */
  readonly sharesParams: boolean;
  /** Which sites one Stein kernel sees together, by a name that they share; null where particles do not see each other. */
  readonly kernelOf: ((site: CheckedSite) => string) | null;
  /** What the directions are, for whom one of them is not finite: `gradient`. */
  readonly direction: string;
  /** What the optimizer sees, site by site: of all that moves. */
  directions(b: GraphBuilder, moving: readonly MovingSite[]): readonly Ref[];
}

/** The particles of a site that moves, `[P, ...shape]`, and the gradients of their own loss / N. */
export interface MovingSite {
  readonly site: CheckedSite;
  readonly particles: Ref;
  readonly slopes: Ref;
}

interface Setup {
  readonly request: EngineRequest;
  readonly way: ParticleWay;
  readonly particles: number;
  readonly optimizers: SiteOptimizers;
}

const particlesName = (site: CheckedSite) => `${site.path}.particles`;
const slotName = (site: CheckedSite, slot: string) => `${particlesName(site)}.${slot}`;
const maskName = (site: CheckedSite) => `${site.path}.mask`;

export function buildParticles(request: EngineRequest, way: ParticleWay): EngineProgram {
  const { density, masks } = request;
  const setup: Setup = { request, way, particles: way.particles, optimizers: siteOptimizers(request) };
  const slotsOf = ({ path }: CheckedSite) => setup.optimizers.of(path).slots;
  return {
    kind: 'engine-program',
    state: density.sites
      .flatMap((site) => [
        ...[particlesName(site), ...slotsOf(site).map((slot) => slotName(site, slot))].map((n) =>
          tensor(setup, site, n),
        ),
        ...(masks.has(site.path) ? [maskSpec(site)] : []),
      ])
      .concat(statisticsState(setup)),
    initial: (key, from) => initialState(setup, key, from),
    step: (rows, stepOptions) => stepProgram(setup, rows, stepOptions ?? { values: true }),
    scalars: {
      ...setup.optimizers.scalars,
      ...(way.weight === null ? {} : { [way.weight]: request.schedules[way.weight] ?? expr(1) }),
    },
    valueName: (site) => `${site}.particles`,
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
  const { particles, optimizers, request } = setup;
  const starts = startsApart(setup, key, startsOf(setup, key, from));
  const entries = request.density.sites.flatMap((site): [string, HostArray][] => {
    const mask = request.masks.get(site.path);
    const start = starts.get(site.path)!;
    // Slots begin at 0 and masked gradients are 0, so what begins at 0 under the mask stays 0.
    if (mask !== undefined) start.forEach((_, i) => void (mask[i % mask.length] === 0 && (start[i] = 0)));
    const shape = [particles, ...site.shape];
    const slots = optimizers.of(site.path).slots;
    const entries: [string, HostArray][] = [[particlesName(site), realArray(shape, start)]];
    for (const slot of slots) entries.push([slotName(site, slot), realArray(shape)]);
    if (mask !== undefined) entries.push([maskName(site), realArray(site.shape, Float32Array.from(mask))]);
    return entries;
  });
  const statistics = request.density.statistics.map((statistic): [string, HostArray] => {
    const start = startStatistic(statistic, particles, from?.statistics ?? []);
    return [statistic.path, realArray([particles, ...statistic.spec.shape], start)];
  });
  return Object.fromEntries([...entries, ...statistics]);
}

type Starts = ReadonlyMap<string, Float32Array>;

function startsOf({ particles, request }: Setup, key: Key, from: Posterior | null): Starts {
  const earlier = new Map((from?.sites ?? []).map((s) => [s.path, s]));
  return new Map(
    request.density.sites.map((site) => {
      const before = earlier.get(site.path);
      const fitting = before !== undefined && before.mean.length === sizeOf(site.shape) ? before : null;
      const keys = { own: initialKey(key, site.path), common: initialKey(key, 'common') };
      return [site.path, startParticles(site, particles, keys, fitting, isHeld(request, site))];
    }),
  );
}

/** Where a kernel would see one point alone, such as biases that all begin at 0, it could never part the particles. */
function startsApart({ particles, request, way: { kernelOf } }: Setup, key: Key, starts: Starts): Starts {
  const seen = request.density.sites.filter((site) => kernelOf !== null && !isHeld(request, site) && !isParam(site));
  const parted = new Set(
    seen.filter((site) => !areOne(starts.get(site.path)!, particles)).map((site) => kernelOf!(site)),
  );
  const together = particles === 1 ? [] : seen.filter((site) => !parted.has(kernelOf!(site)));
  const spread = together.map(
    (site) => [site.path, spreadApart(site, starts.get(site.path)!, particles, initialKey(key, site.path))] as const,
  );
  return new Map([...starts, ...spread]);
}

function stepProgram(setup: Setup, rows: number, options: StepOptions): StepProgram {
  const { density, masks } = setup.request;
  const program = new StepProgramBuilder();
  const b = program.graph;
  const weight = setup.way.weight === null ? null : program.scalar(setup.way.weight);
  const shared: Record<string, Ref> = {
    ...namedBatch(batchOf(program, density, rows)),
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
  const frozen = isFrozen(setup.request);
  const noise = Object.fromEntries(
    (frozen ? [] : density.noise).map(({ name, path, kind, shape }) => [
      name,
      program.noise(name, path, kind, [setup.particles, rows, ...shape]),
    ]),
  );
  const batched = { ...particles, ...running, ...noise };
  const { space, adversarial } = setup.way;
  const point = { nameOf: particlesName, maskOf: maskName, space, adversarial, frozen };
  const found = batch(b, setup.particles, { batched, shared }, (inner, refs) =>
    pointJoint(density, inner, rows, { refs, ...point }, options.values),
  );
  update(setup, program, particles, found);
  if (!frozen) for (const path of Object.keys(running)) program.setState(path, found[path]!);
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

/**
 * Whether the network is one that stands: where some of its parameters are held, layers use the running statistics that belong to
 * them, and draw nothing, as they do in predictions.
 */
function isFrozen(request: EngineRequest): boolean {
  return request.density.sites.some((site) => !isLatent(site) && isHeld(request, site));
}

/** Each particle follows what the engine makes of the slopes, by the rule of the optimizer; what is held is left alone. */
function update(
  setup: Setup,
  program: StepProgramBuilder,
  particles: Readonly<Record<string, Ref>>,
  slopes: Readonly<Record<string, Ref>>,
): void {
  const { request, way } = setup;
  const b = program.graph;
  const moving = request.density.sites
    .filter((site) => !isHeld(request, site))
    .map((site): MovingSite => {
      const name = particlesName(site);
      return { site, particles: particles[name]!, slopes: slopes[name]! };
    });
  const ways = way.directions(b, moving);
  const isShared = (site: CheckedSite) => way.sharesParams && isParam(site);
  const all = moving.map((own, i) => (isShared(own.site) ? own.slopes : ways[i]!));
  const directions = clipped(b, all, request.options, true).map((direction, i) =>
    isShared(moving[i]!.site) ? meanOfParticles(b, direction) : direction,
  );
  moving.forEach(({ site, particles: parameter }, i) => {
    const name = particlesName(site);
    const gradient = b.label(directions[i]!, `${way.direction} of ${site.path}`, site.span);
    const slot = (s: string) => program.state(tensor(setup, site, slotName(site, s)));
    const scalar = (s: string) => program.scalar(s);
    const of = isParam(site) ? 'spread' : 'value';
    const inputs = { parameter, of, gradient, prox: null, slot, scalar } as const;
    const step = setup.optimizers.of(site.path).update(b, inputs);
    program.setState(name, b.label(projected(b, site, step.parameter), `${name} after the step`, site.span));
    for (const [s, value] of Object.entries(step.slots)) program.setState(slotName(site, s), value);
  });
}

/** The mean over the particles, for each of them. */
function meanOfParticles(b: GraphBuilder, x: Ref): Ref {
  return b.broadcast(b.mean(x, [0], true), x.type.shape);
}

/** The parts of a tensor that belong to the particles. */
function ofEachParticle({ particles }: Setup, { data }: HostArray, size: number): Float32Array[] {
  const values = Float32Array.from(data);
  return Array.from({ length: particles }, (_, i) => values.slice(i * size, (i + 1) * size));
}

function sitePosterior(setup: Setup, site: CheckedSite, state: StateArrays): SitePosterior {
  const particles = ofEachParticle(setup, state[particlesName(site)]!, sizeOf(site.shape));
  const whole = particleSite(site, particles);
  const mask = maskIn(state, site.path);
  return mask === null ? whole : masked(whole, mask);
}
