/** Particles as an engine program: the log joint of one particle, batched; its gradients, turned into Stein directions. */
import { f32, type HostArray, realArray, sizeOf } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import { initialKey } from '../base/streams.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { StateSpec, StepProgram } from '../graph/program.ts';
import { batch } from '../graph/transforms/batch.ts';
import { gradients } from '../graph/transforms/gradient.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import { deltaGuide } from '../model/guides/delta.ts';
import { siteKl } from '../model/kl.ts';
import { particleSite, startParticles } from '../model/particles.ts';
import { masked, type Posterior, type SitePosterior } from '../model/posterior.ts';
import { startStatistic } from '../model/statistics.ts';
import { StepProgramBuilder } from '../model/step-program.ts';
import { drawnWeights } from '../model/weights.ts';
import type { EngineProgram, EngineRequest, StateArrays, StepOptions } from './engine.ts';
import type { Optimizer } from './optimizer.ts';
import { optimizers } from './optimizers/index.ts';
import type { SteinKernel } from './stein-kernel.ts';
import { geometryOf } from './stein-kernels/geometry.ts';
import { steinKernels } from './stein-kernels/index.ts';

interface Setup {
  readonly request: EngineRequest;
  readonly particles: number;
  readonly kernel: SteinKernel;
  readonly bandwidth: 'median' | number;
  readonly optimizer: Optimizer;
  readonly slots: readonly string[];
}

const particlesName = (site: CheckedSite) => `${site.path}.particles`;
const slotName = (site: CheckedSite, slot: string) => `${particlesName(site)}.${slot}`;
const maskName = (site: CheckedSite) => `${site.path}.mask`;

export function buildParticles(request: EngineRequest): EngineProgram {
  const { options, optimizer: chosen, density, masks } = request;
  const optimizer = optimizers.get(chosen.name);
  const kernel = steinKernels.get(String(options.kernel ?? steinKernels.names[0]));
  if (optimizer === undefined || kernel === undefined) throw new Error('internal: an option of svgd is not registered');
  const setup: Setup = {
    request,
    particles: Number(options.particles ?? 20),
    kernel,
    bandwidth: typeof options.bandwidth === 'number' ? options.bandwidth : 'median',
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
    scalars: optimizer.scalars(chosen.rate, chosen.options),
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
  const shared: Record<string, Ref> = { x: program.batch(input), y: program.batch(observed) };
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
    program.info('loss', b.label(b.add(nll, kl), 'loss', density.model.span));
  }
  return program.finish();
}

/** `nll`, `kl` (minus the log prior) for the whole data set, the statistics after the step, and the gradient of (nll + kl) / N by each site. */
function ofOneParticle(
  { request: { density } }: Setup,
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
  const { output, statistics } = density.forward(b, weights, refs.x!, {
    kind: 'training',
    stored: named,
    noise: named,
  });
  const logLikelihood = density.logLikelihood(b, output, refs.y!);
  const meanLoss = b.mul(b.sum(logLikelihood), -1 / rows);
  const kl = [...views.values()]
    .map((view) => siteKl(b, view, density.prior(b, view.site), () => view.mean))
    .reduce((sum, next) => b.add(sum, next));
  const objective = b.add(meanLoss, b.mul(kl, 1 / density.rows));
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

/** Each particle follows -phi / N. `slopes` are the gradients of the particles' own losses, under the names of the state. */
function update(
  setup: Setup,
  program: StepProgramBuilder,
  particles: Readonly<Record<string, Ref>>,
  slopes: Readonly<Record<string, Ref>>,
): void {
  const { request, kernel, particles: count } = setup;
  const { sites, rows } = request.density;
  const b = program.graph;
  const flat = (x: Ref) => b.reshape(x, [count, x.type.shape.slice(1).reduce((n, m) => n * m, 1)]);
  const centred = sites.map((site) => {
    const x = flat(particles[particlesName(site)]!);
    // The mean as a product: executors are slow at sums over a short first axis.
    return b.sub(x, b.matmul(b.full([1, count], 1 / count), x));
  });
  const { attraction, repulsion } = kernel.matrices(b, geometryOf(b, centred, setup.bandwidth));
  const pull = b.label(b.mul(attraction, 1 / count), 'Stein kernel of the particles', request.density.model.span);
  const push = b.mul(repulsion, 1 / (count * rows));
  sites.forEach((site, i) => {
    const name = particlesName(site);
    const parameter = particles[name]!;
    const direction = b.sub(b.matmul(pull, flat(slopes[name]!)), b.matmul(push, centred[i]!));
    const gradient = b.label(b.reshape(direction, parameter.type.shape), `Stein direction of ${site.path}`, site.span);
    const slot = (s: string) => program.state(tensor(setup, site, slotName(site, s)));
    const scalar = (s: string) => program.scalar(s);
    const inputs = { parameter, of: 'value', gradient, slot, scalar } as const;
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
