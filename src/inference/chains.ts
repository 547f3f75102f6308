/**
 * Chains as an engine program: sets of weights along a leading axis, which follow the gradient of the log joint density U and the
 * noise of a dynamics. What distinguishes `sgld` from `sghmc` is the dynamics; when draws are kept, `sampling-course` says. Latents of 0
 * and 1 have no gradient: they stay as they are in a step, and kernels draw them between two of them (`chain-moves`).
 * State: `SITE.chain` `[chains, ...shape]`, the slots of the dynamics `SITE.chain.SLOT`, `SITE.mask` where something was pruned,
 * the running statistics of layers `[chains, ...shape]`, and the draws that were kept.
 */
import type { Ref } from '../graph/builder.ts';
import type { StepProgram } from '../graph/program.ts';
import { batch } from '../graph/transforms/batch.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import { batchOf, namedBatch } from '../model/batch-values.ts';
import { particleSite } from '../model/particles.ts';
import { masked, type Posterior } from '../model/posterior.ts';
import { StepProgramBuilder } from '../model/step-program.ts';
import { chainMoves } from './chain-moves.ts';
import {
  type ChainSetup,
  chainName,
  type Dynamics,
  initialState,
  maskName,
  maskSpec,
  ofChains,
  slotName,
  slotNames,
  statisticsState,
} from './chain-state.ts';
import type { EngineProgram, EngineRequest, StateArrays, StepOptions } from './engine.ts';
import { expr } from './expressions.ts';
import { keepProgram, keptDraws, keptState, nothingKept } from './kept-draws.ts';
import { pointJoint } from './point-joint.ts';
import { maskIn } from './pruned-state.ts';
import { samplingCourse } from './sampling-course.ts';
import { isHeld } from './site-optimizers.ts';

export function buildChains(request: EngineRequest, dynamics: Dynamics): EngineProgram {
  const { options, density, masks, schedules } = request;
  const course = samplingCourse(options, request.course);
  const [chains, temperature] = [Number(options.chains ?? 1), Number(options.temperature ?? 1)];
  const setup: ChainSetup = { request, dynamics, chains, temperature, course };
  const drawn = [...density.sites.map((site) => ofChains(setup, site, chainName(site))), ...statisticsState(setup)];
  const slots = density.sites.flatMap((site) => slotNames(setup, site).map((name) => ofChains(setup, site, name)));
  const maskState = density.sites.filter((site) => masks.has(site.path)).map(maskSpec);
  return {
    kind: 'engine-program',
    state: [...drawn, ...slots, ...maskState, ...keptState(drawn, course.draws)],
    initial: (key, from) => ({ ...initialState(setup, key, from), ...nothingKept(drawn, course.draws) }),
    step: (rows, stepOptions) => stepProgram(setup, rows, stepOptions ?? { values: true }),
    collect: { due: course.due, program: keepProgram(drawn, course.draws) },
    moves: chainMoves(setup),
    scalars: { lr: schedules.lr ?? expr(0), cooling: course.cooling, sampling: course.sampling },
    valueName: (site) => `${site}.chain`,
    posterior: (state) => posteriorAt(setup, state),
  };
}

function stepProgram(setup: ChainSetup, rows: number, options: StepOptions): StepProgram {
  const { request, chains } = setup;
  const { density, masks } = request;
  const program = new StepProgramBuilder();
  const b = program.graph;
  const shared = namedBatch(batchOf(program, density, rows));
  const batched: Record<string, Ref> = {};
  for (const site of density.sites) {
    const value = program.state(ofChains(setup, site, chainName(site)));
    batched[chainName(site)] = b.label(value, `chains of ${site.path}`, site.span);
    if (masks.has(site.path)) shared[maskName(site)] = program.state(maskSpec(site));
  }
  const running = statisticsState(setup);
  for (const spec of running) batched[spec.name] = program.state(spec);
  for (const { name, path, kind, shape } of density.noise) {
    batched[name] = program.noise(name, path, kind, [chains, rows, ...shape]);
  }
  const point = { nameOf: chainName, maskOf: maskName, space: 'real', adversarial: null, frozen: false } as const;
  const found = batch(b, chains, { batched, shared }, (inner, refs) =>
    pointJoint(density, inner, rows, { refs, ...point }, options.values),
  );
  for (const site of density.sites.filter((s) => !isHeld(request, s)))
    move(setup, program, site, found[chainName(site)]!, shared[maskName(site)] ?? null);
  for (const { name } of running) program.setState(name, found[name]!);
  report(setup, program, found, options);
  return program.finish();
}

/** One step of a site in all chains; `slope` is the gradient of the loss over N. */
function move(setup: ChainSetup, program: StepProgramBuilder, site: CheckedSite, slope: Ref, mask: Ref | null): void {
  const { dynamics, chains, temperature, request } = setup;
  const b = program.graph;
  const name = chainName(site);
  const value = program.state(ofChains(setup, site, name));
  const gradient = b.label(b.mul(slope, request.density.rows), `gradient of ${name}`, site.span);
  const fresh = program.noise(`${site.path}.dynamics`, [site.path, 'dynamics'], 'normal', [chains, ...site.shape]);
  const heated = b.mul(fresh, b.mul(program.scalar('sampling'), Math.sqrt(temperature)));
  const { value: moved, slots } = dynamics.step(b, {
    value,
    gradient,
    lr: b.mul(program.scalar('lr'), program.scalar('cooling')),
    noise: mask === null ? heated : b.mul(heated, mask),
    slot: (slot) => program.state(ofChains(setup, site, slotName(site, slot))),
  });
  program.setState(name, b.label(moved, `${name} after the step`, site.span));
  for (const [slot, after] of Object.entries(slots)) program.setState(slotName(site, slot), after);
}

/** The figures are means over the chains. */
function report(
  { request: { density } }: ChainSetup,
  program: StepProgramBuilder,
  found: Readonly<Record<string, Ref>>,
  options: StepOptions,
): void {
  const b = program.graph;
  const average = (name: string, label: string) => b.label(b.mean(found[name]!), label, density.model.span);
  const nll = average('nll', 'negative log likelihood');
  program.info('nll', nll);
  if (!options.values) return;
  const kl = average('kl', 'minus log prior of all sites');
  program.info('kl', kl);
  program.info('loss', b.label(b.add(nll, kl), 'loss', density.model.span));
}

function posteriorAt(setup: ChainSetup, state: StateArrays): Posterior {
  const { request, course, chains } = setup;
  const sites = request.density.sites.map((site) => {
    const whole = particleSite(site, keptDraws(ofChains(setup, site, chainName(site)), course.draws, state));
    const mask = maskIn(state, site.path);
    return mask === null ? whole : masked(whole, mask);
  });
  const running = statisticsState(setup);
  const statistics = request.density.statistics.map(({ path, spec }, i) => ({
    ...{ path, shape: spec.shape, draws: keptDraws(running[i]!, course.draws, state) },
  }));
  return { kind: 'posterior', sites, statistics, chains };
}
