/** One step of an engine with guides: the objective, averaged over its Monte Carlo samples, its gradient, and the update. */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { StepProgram } from '../graph/program.ts';
import { dependsOn, gradients, pullback } from '../graph/transforms/gradient.ts';
import { totalCorrelation } from '../model/correlation.ts';
import { lowerExpression } from '../model/expression.ts';
import type { SiteView } from '../model/guide.ts';
import { isLatent, type LatentValues } from '../model/latents.ts';
import { isParam, projected } from '../model/params.ts';
import { StepProgramBuilder } from '../model/step-program.ts';
import { moveAverage } from './averaging.ts';
import { clipped } from './clipping.ts';
import type { StepOptions } from './engine.ts';
import { type GatedPass, gatedPass } from './gated-pass.ts';
import type { ProximalMap } from './optimizer.ts';
import { isHeld } from './site-optimizers.ts';
import { inputsOf, parametersOf } from './step-inputs.ts';
import { costNames, type Pass } from './variational-pass.ts';
import { found, parameterSpec, type Setup, slotSuffix, statisticsState } from './variational-setup.ts';

export function variationalStep(setup: Setup, rows: number, options: StepOptions): StepProgram {
  const { density } = setup.request;
  const program = new StepProgramBuilder();
  const b = program.graph;
  const parameters = parametersOf(setup, program);
  const inputs = inputsOf(setup, program, rows);
  const { views } = inputs;
  const passes = Array.from({ length: setup.samples }, (_, i) => gatedPass(setup, program, i, inputs));
  moveStatistics(setup, program, passes);
  const meanLoss = averageOf(
    b,
    passes.map((pass) => pass.meanLoss),
  );
  const costs = costNames(setup).map((name): Cost => {
    const values = passes.map((pass) => found(pass.costs.get(name), `the cost of ${name}`));
    return { view: views.get(name) ?? null, value: averageOf(b, values) };
  });
  costs.push(...correlationOf(setup, b, [...views.values()]));
  const kl = costs.map((c) => c.value).reduce((sum, next) => b.add(sum, next));
  const objective = objectiveOf(setup, program, meanLoss, costs);
  const proxes = [...views.values()].flatMap((view) => proxOf(setup, program, view, passes[0]!.latents));
  const scores = scoresOf(setup, program, passes, views);
  update(
    setup,
    program,
    slopesOf({ setup, b, objective, parameters, views, passes, scores }),
    parameters,
    new Map(proxes),
  );

  const nll = b.label(b.mul(meanLoss, density.rows), 'negative log likelihood', density.model.likelihood.span);
  program.info('nll', nll);
  if (options.values) {
    program.info('kl', b.label(kl, 'KL of all sites', density.model.span));
    const own = objectiveIn(setup, program, nll, kl);
    program.info(
      'loss',
      b.label(own ?? b.add(nll, b.mul(program.scalar(setup.weight), kl)), 'loss', density.model.span),
    );
  }
  return program.finish();
}

/** What counts once in the loss: the divergence of a site, or what belongs to none. */
interface Cost {
  readonly view: SiteView | null;
  readonly value: Ref;
}

/** What the gradient is of: the loss / N, without the priors that a proximal map takes. Also of several states of gates at once. */
function objectiveOf(setup: Setup, program: StepProgramBuilder, meanLoss: Ref, costs: readonly Cost[]): Ref {
  const b = program.graph;
  const { rows } = setup.request.density;
  const all = costs.map(({ value }) => value).reduce((sum, next) => b.add(sum, next));
  const own = objectiveIn(setup, program, b.mul(meanLoss, rows), all);
  if (own !== null) return b.mul(own, 1 / rows);
  const followed = costs.filter(({ view }) => view === null || !takesProx(setup, view)).map(({ value }) => value);
  if (followed.length === 0) return meanLoss;
  const weight = b.mul(program.scalar(setup.weight), 1 / rows);
  return b.add(
    meanLoss,
    b.mul(
      followed.reduce((sum, next) => b.add(sum, next)),
      weight,
    ),
  );
}

/** The objective of the program at the terms of a step; null where it has none. */
function objectiveIn({ request }: Setup, program: StepProgramBuilder, nll: Ref, kl: Ref): Ref | null {
  const written = request.schedules.objective;
  if (written === undefined) return null;
  const terms: Readonly<Record<string, Ref>> = { nll, kl };
  const value = lowerExpression(program.graph, written, (expr) =>
    expr.kind === 'name' ? (terms[expr.name] ?? program.scalar(expr.name)) : null,
  );
  return typeof value === 'number' ? program.graph.full([], value) : value;
}

/** What estimators that look at several states add to the gradients of log odds, by site path; what they remember moves on. */
function scoresOf(
  setup: Setup,
  program: StepProgramBuilder,
  passes: readonly GatedPass[],
  views: ReadonlyMap<string, SiteView>,
): ReadonlyMap<string, Ref> {
  const b = program.graph;
  const found = passes.flatMap(({ states }) => {
    if (states === null) return [];
    const costs = [...states.costs].map(([name, value]) => ({ view: views.get(name) ?? null, value }));
    const score = states.score(objectiveOf(setup, program, states.meanLoss, costs));
    return score === null ? [] : [score];
  });
  const [first] = found;
  if (first === undefined) return new Map();
  const averages = (parts: readonly ReadonlyMap<string, Ref>[]) =>
    [...parts[0]!.keys()].map((name): [string, Ref] => [
      name,
      averageOf(
        b,
        parts.map((part) => part.get(name)!),
      ),
    ]);
  for (const [name, value] of averages(found.map((score) => score.memory))) program.setState(name, value);
  return new Map(averages(found.map((score) => score.gradients)));
}

/** What correlated guides pay beside the divergences of their elements. The temperature T counts T times what entropy it takes away. */
function correlationOf({ temperature }: Setup, b: GraphBuilder, views: readonly SiteView[]): readonly Cost[] {
  const whole = totalCorrelation(b, views);
  if (whole === null) return [];
  const view = views.find(({ columns }) => columns !== null)!;
  return [{ view, value: b.label(b.mul(whole, temperature), 'total correlation of the guides', view.site.span) }];
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

/** Where the optimizer takes the prior by its proximal map, so that the gradient leaves it out. */
function takesProx({ optimizers }: Setup, view: SiteView): boolean {
  return optimizers.of(view.site.path).takesPrior && view.spread === null && !isLatent(view.site);
}

/** A site's proximal map with its weight and over N, by the site's path, where one is used. What is masked stays 0. */
function proxOf(
  setup: Setup,
  program: StepProgramBuilder,
  view: SiteView,
  latents: LatentValues,
): [string, ProximalMap][] {
  if (!takesProx(setup, view)) return [];
  const { graph: b } = program;
  const prior = setup.request.density.prior(b, view.site, latents);
  const { prox, name } = prior.distribution;
  if (prox === null) throw new Error(`internal: ${name} has no proximal map`);
  const share = b.mul(program.scalar(setup.weight), 1 / setup.request.density.rows);
  const map: ProximalMap = (x, step) => {
    const moved = prox(b, x, b.mul(step, share), prior);
    return view.mask === null ? moved : b.mul(moved, view.mask);
  };
  return [[view.site.path, map]];
}

interface Slopes {
  readonly setup: Setup;
  readonly b: GraphBuilder;
  readonly objective: Ref;
  readonly parameters: ReadonlyMap<string, Ref>;
  readonly views: ReadonlyMap<string, SiteView>;
  readonly passes: readonly Pass[];
  readonly scores: ReadonlyMap<string, Ref>;
}

/**
 * By each parameter, clipped. A draw of 0 and 1 has no slope: what comes to it in each sample goes on through what its estimator says.
 */
function slopesOf({
  setup: { request },
  b,
  objective,
  parameters,
  views,
  passes,
  scores,
}: Slopes): ReadonlyMap<string, Ref> {
  const gates = passes.flatMap(({ draws }) =>
    [...draws.values()].flatMap(({ value, smooth }) => (smooth === null ? [] : [{ value, smooth }])),
  );
  const slopes = gradients(b, objective, [...parameters.values(), ...gates.map((gate) => gate.value)]);
  const whole = new Map([...parameters.keys()].map((name, i) => [name, slopes[i]!]));
  const passed = gates.map(({ smooth }, i) => ({ through: smooth, slope: slopes[parameters.size + i]! }));
  const scored = [...scores].map(([path, slope]) => {
    return { through: found(views.get(path)?.logits, `log odds of ${path}`), slope };
  });
  for (const { through, slope } of [...passed, ...scored]) {
    const moved = [...parameters].filter(([, parameter]) => dependsOn(b, through, parameter));
    const parts = pullback(
      b,
      through,
      slope,
      moved.map(([, parameter]) => parameter),
    );
    moved.forEach(([name], i) => void whole.set(name, b.add(whole.get(name)!, parts[i]!)));
  }
  // What no gradient moves has no part in its length.
  for (const site of request.density.sites.filter((s) => isHeld(request, s)))
    whole.set(`${site.path}.mean`, b.full(site.shape, 0));
  const all = clipped(b, [...whole.values()], request.options, false);
  return new Map([...whole.keys()].map((name, i) => [name, all[i]!]));
}

/** `proxes`: by site, where the optimizer takes the prior. */
function update(
  setup: Setup,
  program: StepProgramBuilder,
  slopes: ReadonlyMap<string, Ref>,
  parameters: ReadonlyMap<string, Ref>,
  proxes: ReadonlyMap<string, ProximalMap>,
): void {
  const b = program.graph;
  const followed = setup.sites.flatMap((guided) => guided.learned.map((of) => ({ guided, of })));
  for (const { guided, of } of followed) {
    const { site } = guided;
    const spec = parameterSpec(guided, of);
    const { name } = spec;
    const gradient = b.label(slopes.get(name)!, `gradient of ${name}`, site.span);
    const result = setup.optimizers.of(site.path).update(b, {
      parameter: parameters.get(name)!,
      // No decay of weights pulls at what is no weight of a prior's.
      of: of === 'mean' && !isParam(site) ? 'value' : 'spread',
      gradient,
      prox: proxes.get(site.path) ?? null,
      slot: (slot) => program.state(parameterSpec(guided, of, slotSuffix(slot))),
      scalar: (scalar) => program.scalar(scalar),
    });
    const moved = projected(b, site, result.parameter);
    program.setState(name, b.label(moved, `${name} after the step`, site.span));
    for (const [slot, value] of Object.entries(result.slots)) program.setState(`${name}${slotSuffix(slot)}`, value);
    moveAverage(program, setup.decay, spec, moved);
  }
}
