/** One step of an engine with guides: the objective, averaged over its Monte Carlo samples, its gradient, and the update. */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { StepProgram } from '../graph/program.ts';
import { gradients } from '../graph/transforms/gradient.ts';
import { batchOf } from '../model/batch-values.ts';
import type { Term } from '../model/distribution.ts';
import type { SiteView } from '../model/guide.ts';
import { isLatent } from '../model/latents.ts';
import { StepProgramBuilder } from '../model/step-program.ts';
import { moveAverage } from './averaging.ts';
import { clipped } from './clipping.ts';
import type { StepOptions } from './engine.ts';
import type { ProximalMap } from './optimizer.ts';
import { type Pass, variationalPass } from './variational-pass.ts';
import {
  found,
  type GuidedSite,
  maskName,
  parameterName,
  type Setup,
  slotName,
  statisticsState,
  tensor,
} from './variational-setup.ts';

export function variationalStep(setup: Setup, rows: number, options: StepOptions): StepProgram {
  const { density } = setup.request;
  const program = new StepProgramBuilder();
  const b = program.graph;
  const parameters = new Map<string, Ref>();
  const views = new Map(setup.sites.map((guided) => [guided.site.path, viewOf(program, guided, parameters)]));
  const batch = batchOf(program, density, rows);
  const running = new Map(statisticsState(setup).map((spec) => [spec.name, program.state(spec)]));
  const stored = (path: string) => found(running.get(path), `statistic ${path}`);
  const passes = Array.from({ length: setup.samples }, (_, i) =>
    variationalPass(setup, program.sample(i), { rows, batch, views, stored }),
  );
  moveStatistics(setup, program, passes);
  const meanLoss = averageOf(
    b,
    passes.map((pass) => pass.meanLoss),
  );
  const divergences = [...views.values()].map((view) => {
    const values = passes.map((pass) =>
      found(pass.divergences.get(view.site.path), `a divergence of ${view.site.path}`),
    );
    return { view, value: averageOf(b, values) };
  });
  const sumOf = (parts: typeof divergences) => parts.map((d) => d.value).reduce((sum, next) => b.add(sum, next));
  const kl = sumOf(divergences);
  const weight = program.scalar(setup.weight);
  const followed = divergences.filter(({ view }) => !takesProx(setup, view));
  const objective =
    followed.length === 0 ? meanLoss : b.add(meanLoss, b.mul(sumOf(followed), b.mul(weight, 1 / density.rows)));
  const proxes = [...views.values()].flatMap((view) =>
    proxOf(setup, program, view, density.prior(b, view.site, passes[0]!.latents)),
  );
  update(setup, program, slopesOf(setup, b, objective, parameters, passes), parameters, new Map(proxes));

  const nll = b.label(b.mul(meanLoss, density.rows), 'negative log likelihood', density.model.likelihood.span);
  program.info('nll', nll);
  if (options.values) {
    program.info('kl', b.label(kl, 'KL of all sites', density.model.span));
    program.info('loss', b.label(b.add(nll, b.mul(weight, kl)), 'loss', density.model.span));
  }
  return program.finish();
}

/** What is the same for all samples, such as a divergence in closed form, is one value. */
function averageOf(b: GraphBuilder, values: readonly Ref[]): Ref {
  const [first] = values;
  if (values.every((value) => value.id === first!.id)) return first!;
  return b.mul(
    values.reduce((sum, next) => b.add(sum, next)),
    1 / values.length,
  );
}

/** Running statistics after the step, and their averages. */
function moveStatistics(setup: Setup, program: StepProgramBuilder, passes: readonly Pass[]): void {
  for (const spec of statisticsState(setup)) {
    const values = passes.map((pass) => found(pass.statistics.get(spec.name), `statistic ${spec.name} of the batch`));
    const value = averageOf(program.graph, values);
    program.setState(spec.name, value);
    moveAverage(program, setup.decay, spec, value);
  }
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

/**
 * By each parameter, clipped. A draw of 0 and 1 has no slope: what comes to it in each sample goes on to the log odds by that of its
 * estimator.
 */
function slopesOf(
  { request }: Setup,
  b: GraphBuilder,
  objective: Ref,
  parameters: ReadonlyMap<string, Ref>,
  passes: readonly Pass[],
): readonly Ref[] {
  const gates = passes.flatMap(({ draws }) =>
    [...draws].flatMap(([path, { value, slope }]) => (slope === null ? [] : [{ path, value, slope }])),
  );
  const slopes = gradients(b, objective, [...parameters.values(), ...gates.map((gate) => gate.value)]);
  const whole = new Map([...parameters.keys()].map((name, i) => [name, slopes[i]!]));
  gates.forEach(({ path, slope }, i) => {
    const name = `${path}.logits`;
    whole.set(name, b.add(whole.get(name)!, b.mul(slopes[parameters.size + i]!, slope)));
  });
  return clipped(b, [...whole.values()], request.options, false);
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
