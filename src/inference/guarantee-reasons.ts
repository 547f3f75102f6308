/** Why a loss is no bound on the log evidence, and what else one should know of it. One function for each reason. */
import type { OptionValues } from '../base/catalogue.ts';
import { withCommas } from '../base/counts.ts';
import type { Expr } from '../base/expr.ts';
import { sizeOf } from '../base/host-array.ts';
import { isBinary } from '../base/supports.ts';
import type { CheckedDistribution, CheckedOptimizer, PlanInfer } from '../language/check/checked.ts';
import { distributions, layers } from '../model/index.ts';
import { courseOf, momentOf } from './course.ts';
import type { Engine } from './engine.ts';
import { estimators } from './estimators/index.ts';
import type { GateEstimator } from './gate-estimator.ts';
import { gateEstimators } from './gate-estimators/index.ts';
import type { DivergenceTerm, ScheduleCompiler } from './guarantee.ts';
import { divergenceOf, temperatureOf } from './objective-options.ts';

export type ReasonKind =
  | 'engine'
  | 'improper_prior'
  | 'unnormalised_prior'
  | 'factor'
  | 'point_estimate'
  | 'approximate_divergence'
  | 'guide_support'
  | 'weight'
  | 'temperature'
  | 'divergence'
  | 'objective'
  | 'biased_estimator'
  | 'relaxed_gate'
  | 'biased_gradient'
  | 'batch_statistics'
  | 'undeclared_noise'
  | 'augmented_rows'
  | 'weight_decay'
  | 'minibatch'
  | 'fitted'
  | 'moved'
  | 'drawn'
  | 'held';

export interface Reason {
  readonly kind: ReasonKind;
  /** A sentence without its end. */
  readonly text: string;
  /** The sites, layers or options that it is about. */
  readonly of: readonly string[];
}

export function reasonsAgainst(
  step: PlanInfer,
  engine: Engine,
  terms: readonly DivergenceTerm[],
  compileSchedule: ScheduleCompiler,
): readonly Reason[] {
  return [
    ...engineReason(engine),
    ...improperPriors(terms),
    ...unnormalisedPriors(terms),
    ...factors(step),
    ...(engine.objective.instead === null ? pointEstimates(terms) : []),
    ...approximations(terms),
    ...guideSupports(terms),
    ...(step.schedules.objective === undefined ? weightsAtTheEnd(step, engine, compileSchedule) : []),
    ...ownObjective(step),
    ...(engine.objective.instead === null ? [...temperatures(step), ...otherDivergences(step, terms)] : []),
    ...biasedLayers(step, terms),
    ...relaxedGates(step),
    ...batchStatistics(step),
    ...undeclaredNoise(step),
    ...augmentedRows(step),
  ];
}

export function remarksOn(step: PlanInfer, engine: Engine, compileSchedule: ScheduleCompiler): readonly Reason[] {
  return [
    ...minibatches(step),
    ...fitted(step),
    ...moved(step),
    ...drawnByKernels(step),
    ...heldLatents(step),
    ...biasedGradients(step),
    ...weightDecay(step),
    ...(step.schedules.objective === undefined ? weightsOnTheWay(step, engine, compileSchedule) : []),
  ];
}

function engineReason({ name, objective }: Engine): Reason[] {
  return objective.instead === null ? [] : [{ kind: 'engine', of: [name], text: objective.instead }];
}

function improperPriors(terms: readonly DivergenceTerm[]): Reason[] {
  return grouped(
    terms.filter((t) => !isProper(t.density)),
    (t) => t.density.name,
  ).map(([prior, sites]) => ({
    kind: 'improper_prior',
    of: sites,
    text: `\`${prior}\` has no finite integral, so there is no evidence to bound`,
  }));
}

function isProper({ name, own }: CheckedDistribution): boolean {
  return own === null ? distributions.get(name)?.proper === true : own.signature.proper;
}

/** Densities of the program's own whose integral is not 1, or not known. */
function unnormalisedPriors(terms: readonly DivergenceTerm[]): Reason[] {
  const wrong = terms.filter(({ density }) => density.own !== null && !INTEGRAL_KNOWN.has(density.own.integral.kind));
  return grouped(wrong, (t) => t.density.name).map(([prior, sites]) => {
    const integral = wrong.find((t) => t.density.name === prior)?.density.own?.integral;
    const found =
      integral?.kind === 'other'
        ? `integrates to ${integral.value.toPrecision(6)}, not to 1`
        : 'is not known to integrate to 1';
    return { kind: 'unnormalised_prior', of: sites, text: `\`${prior}\` ${found}` };
  });
}

/** An infinite integral is an improper prior. */
const INTEGRAL_KNOWN: ReadonlySet<string> = new Set(['one', 'infinite']);

function factors({ model }: PlanInfer): Reason[] {
  if (model.factors.length === 0) return [];
  const text =
    'a term that is no density: the joint is not normalised, and its integral is not the evidence of the model';
  return [{ kind: 'factor', of: ['factor'], text }];
}

/** Under an improper prior that is said already. */
function pointEstimates(terms: readonly DivergenceTerm[]): Reason[] {
  const points = terms.filter((t) => t.form.kind === 'point' && isProper(t.density)).map((t) => t.site);
  if (points.length === 0) return [];
  const text = 'the guide is a point under a density: its KL is infinite, and -log prior alone is paid';
  return [{ kind: 'point_estimate', of: points, text }];
}

function approximations(terms: readonly DivergenceTerm[]): Reason[] {
  const inexact = terms.flatMap((t) =>
    t.form.kind === 'closed' && !t.form.exact ? [{ site: t.site, doc: t.form.doc }] : [],
  );
  return grouped(inexact, (t) => t.doc).map(([doc, sites]) => ({
    kind: 'approximate_divergence',
    of: sites,
    text: `the divergence is approximated: ${doc}`,
  }));
}

/** A gate between 0 and 1 under a prior of 0 and 1. */
function guideSupports(terms: readonly DivergenceTerm[]): Reason[] {
  const supportOf = (name: string) => distributions.get(name)?.support;
  const relaxed = terms.filter((t) => supportOf(t.density.name) === 'binary' && supportOf(t.guide) === 'unit');
  if (relaxed.length === 0) return [];
  const text =
    'guide support exceeds prior support: the guide has mass between 0 and 1, its KL is infinite, and -log prior alone is paid';
  return [{ kind: 'guide_support', of: relaxed.map((t) => t.site), text }];
}

function grouped<T extends { readonly site: string }>(
  items: readonly T[],
  keyOf: (item: T) => string,
): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item.site]);
  return [...groups];
}

/** The graph reads schedules in single precision. */
const isOne = (value: number) => Math.fround(value) === 1;

interface WeightCourse {
  readonly name: string;
  readonly last: number;
  /** The first step from which on the schedule is 1; null if it is not at the last. */
  readonly oneFrom: number | null;
}

function coursesOf(step: PlanInfer, engine: Engine, compileSchedule: ScheduleCompiler): readonly WeightCourse[] {
  return engine.objective.weights.flatMap((name): WeightCourse[] => {
    const schedule: Expr | undefined = step.schedules[name];
    if (schedule === undefined) return [];
    const course = courseOf(step, step.model.rows);
    const value = compileSchedule(schedule);
    const at = (done: number) => value(momentOf(course, done));
    const last = at(course.steps - 1);
    if (!isOne(last)) return [{ name, last, oneFrom: null }];
    if (schedule.kind === 'number') return [{ name, last, oneFrom: 0 }];
    let from = course.steps - 1;
    while (from > 0 && isOne(at(from - 1))) from -= 1;
    return [{ name, last, oneFrom: from }];
  });
}

function weightsAtTheEnd(step: PlanInfer, engine: Engine, compileSchedule: ScheduleCompiler): Reason[] {
  return coursesOf(step, engine, compileSchedule).flatMap(({ name, last, oneFrom }): Reason[] => {
    if (oneFrom !== null) return [];
    const text = `is ${Number(last.toPrecision(4))} at the last step, where a bound counts every divergence once`;
    return [{ kind: 'weight', of: [name], text }];
  });
}

function weightsOnTheWay(step: PlanInfer, engine: Engine, compileSchedule: ScheduleCompiler): Reason[] {
  return coursesOf(step, engine, compileSchedule).flatMap(({ name, oneFrom }): Reason[] => {
    if (oneFrom === null || oneFrom === 0) return [];
    const { steps, stepsPerEpoch } = courseOf(step, step.model.rows);
    const epoch = Number((oneFrom / stepsPerEpoch).toPrecision(4));
    const text = `reaches 1 at epoch ${epoch} (step ${oneFrom} of ${steps}): what is said here holds from there on`;
    return [{ kind: 'weight', of: [name], text }];
  });
}

function temperatures({ options }: PlanInfer): Reason[] {
  const temperature = temperatureOf(options);
  if (isOne(temperature)) return [];
  const text =
    temperature === 0
      ? 'is 0: the guide has no entropy to gain, and falls to the highest point of the joint density'
      : `is ${temperature}: the guide stands for the joint density to the power 1 / ${temperature}, not for the posterior`;
  return [{ kind: 'temperature', of: ['temperature'], text }];
}

function otherDivergences({ options }: PlanInfer, terms: readonly DivergenceTerm[]): Reason[] {
  const sites = terms.filter((t) => t.form.kind === 'other').map((t) => t.site);
  if (sites.length === 0) return [];
  const text = `a bound has KL(guide || prior), and not \`${divergenceOf(options).divergence.name}\``;
  return [{ kind: 'divergence', of: sites, text }];
}

/** The sum itself is what an engine has without one. */
function ownObjective({ schedules }: PlanInfer): Reason[] {
  const own = schedules.objective;
  if (own === undefined || isPlainSum(own)) return [];
  const text = 'is minimised as the program says, and a bound is `nll + kl`';
  return [{ kind: 'objective', of: ['objective'], text }];
}

function isPlainSum(expr: Expr): boolean {
  if (expr.kind !== 'binary' || expr.op !== '+') return false;
  const names = [expr.left, expr.right].map((part) => (part.kind === 'name' ? part.name : ''));
  return names.sort().join() === 'kl,nll';
}

/** A bound stays one: that on the evidence of the model with the values that were found. */
function fitted({ model, moves }: PlanInfer): Reason[] {
  const sites = model.sites.filter(
    (site) => site.param?.of === 'model' && !moves.some((move) => move.sites.includes(site.path)),
  );
  if (sites.length === 0) return [];
  const count = sites.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const [numbers, their] = count === 1 ? ['1 hyper-parameter', 'its'] : [`${count} hyper-parameters`, 'their'];
  const text = `${numbers} fitted by the loss: what is said of the evidence holds at ${their} final values, and no prior pays for the choice`;
  return [{ kind: 'fitted', of: sites.map((site) => site.path), text }];
}

function moved({ moves, model }: PlanInfer): Reason[] {
  const text =
    'set by a rule between the steps: the joint density is another one behind it, and what is said here holds from the last time on';
  const ofModel = new Set(model.sites.flatMap((site) => (site.param?.of === 'model' ? [site.path] : [])));
  const rules = moves.flatMap((move) => (move.kind === 'rule' ? move.sites : []));
  const sites = rules.filter((path) => ofModel.has(path));
  return sites.length === 0 ? [] : [{ kind: 'moved', of: sites, text }];
}

function heldLatents({ model, guide }: PlanInfer): Reason[] {
  const points = new Set(guide.filter((g) => g.family === 'Delta').map((g) => g.site));
  const sites = model.sites.filter((site) => isBinary(site.support) && points.has(site.path));
  const text = 'held at the more probable of 0 and 1, as the inference before it left it';
  return sites.length === 0 ? [] : [{ kind: 'held', of: sites.map((site) => site.path), text }];
}

function drawnByKernels({ moves }: PlanInfer): Reason[] {
  return moves.flatMap((move): Reason[] => {
    if (move.kind !== 'kernel') return [];
    const often = move.steps === 1 ? 'after each step' : `after every ${move.steps} steps`;
    const text = `drawn by \`${move.kernel}\` ${often}, and held between them`;
    return [{ kind: 'drawn', of: move.sites, text }];
  });
}

/** The loss that is reported has no part in it. */
function weightDecay({ optimizer, optimizers, model }: PlanInfer): Reason[] {
  const used = [...new Set(model.sites.map(({ path }) => optimizers[path] ?? optimizer))];
  return used.flatMap(decayOf);
}

function decayOf(optimizer: CheckedOptimizer): Reason[] {
  const decay = Number(optimizer.options.weight_decay ?? 0);
  if (decay === 0) return [];
  const text = `\`weight_decay\` ${decay} pulls means and points to 0 beside the loss: a pull that no density of the model declares`;
  return [{ kind: 'weight_decay', of: [optimizer.name], text }];
}

function biasedLayers(step: PlanInfer, terms: readonly DivergenceTerm[]): Reason[] {
  const estimator = estimators.get(step.estimator);
  const spread = new Set(terms.flatMap((t) => (t.form.kind === 'point' ? [] : [t.layer])));
  const biased = step.model.network.layers.flatMap((layer) => {
    const text = spread.has(layer.path) ? (estimator?.bias(layer) ?? null) : null;
    return text === null ? [] : [{ site: layer.path, text }];
  });
  return grouped(biased, (b) => b.text).map(([text, layers]) => ({
    kind: 'biased_estimator',
    of: layers,
    text: `\`${step.estimator}\` ${text}`,
  }));
}

function relaxedGates(step: PlanInfer): Reason[] {
  return ofGates(step, 'relaxed_gate', (estimator, options) => estimator.bias(options));
}

/** The loss that is reported is still the one that the program declares. */
function biasedGradients(step: PlanInfer): Reason[] {
  return ofGates(step, 'biased_gradient', (estimator, options) => estimator.gradientBias(options));
}

function ofGates(
  { guide }: PlanInfer,
  kind: ReasonKind,
  about: (estimator: GateEstimator, options: OptionValues) => string | null,
): Reason[] {
  const found = guide.flatMap(({ site, estimator }) => {
    const record = estimator === null ? undefined : gateEstimators.get(estimator.name);
    const text = record === undefined ? null : about(record, estimator!.options);
    return text === null ? [] : [{ site, text: `\`${record!.name}\` ${text}` }];
  });
  return grouped(found, (f) => f.text).map(([text, of]) => ({ kind, of, text }));
}

function batchStatistics({ model }: PlanInfer): Reason[] {
  const layers = model.network.layers.filter((layer) => layer.statistics.length > 0).map((layer) => layer.path);
  if (layers.length === 0) return [];
  const text = 'the likelihood of a row depends on the other rows of its batch';
  return [{ kind: 'batch_statistics', of: layers, text }];
}

function undeclaredNoise({ model }: PlanInfer): Reason[] {
  const noisy = model.network.layers.filter((layer) => layers.get(layer.kind)?.noise !== undefined).map((l) => l.path);
  if (noisy.length === 0) return [];
  const text =
    'the training draws noise here that is no part of the declared density, and predictions are made without it';
  return [{ kind: 'undeclared_noise', of: noisy, text }];
}

/** One of the "dirty likelihoods" of Wenzel et al. 2020, "How good is the Bayes posterior in deep neural networks really?" */
function augmentedRows({ model }: PlanInfer): Reason[] {
  if (!model.augmented) return [];
  const text = 'training sees images that are changed at random, of which no density is declared';
  return [{ kind: 'augmented_rows', of: [model.input], text }];
}

function minibatches({ batch, model }: PlanInfer): Reason[] {
  if (batch >= model.rows) return [];
  const [rows, all] = [batch, model.rows].map(withCommas);
  const text = `the likelihood of ${rows} of ${all} rows, times ${all} / ${rows}: an unbiased estimate of that of all`;
  return [{ kind: 'minibatch', of: ['batch'], text }];
}
