/**
 * How noisy the gradient of a variational inference is where it ended, and would be by the other estimators of its weights: at one
 * batch, over draws of the noise, the variance of the gradient of loss / N by the means (as Kingma, Salimans & Welling 2015, section 4).
 */
import type { HostArray } from '../../base/host-array.ts';
import { rootKey } from '../../base/keys.ts';
import type { Executor } from '../../executors/executor.ts';
import { courseOf, momentOf } from '../../inference/course.ts';
import type { StateArrays } from '../../inference/engine.ts';
import { engines, estimators } from '../../inference/index.ts';
import type { CheckedOptimizer, PlanInfer } from '../../language/check/checked.ts';
import { compileSchedule } from '../../language/index.ts';
import type { Density } from '../../model/density.ts';
import { masksOf, type Posterior, type SitePosterior } from '../../model/posterior.ts';
import { feeder, trainingOn } from '../feed.ts';
import type { ReopenedRun } from '../resume.ts';
import { type Finding, finding, shown } from './finding.ts';
import type { StoredPosterior, StoredSite } from './stored-posterior.ts';

/** Draws of the noise: a ratio of two variances is then known to about 2 / sqrt(100), a fifth. */
export const GRADIENT_DRAWS = 100;
/** A quieter estimator is worth a word from this ratio of variances on. */
const MUCH_QUIETER = 3;

/** Families that a stored posterior tells whole. */
const KNOWN = ['Normal', 'LogNormal', 'Bernoulli', 'Ordered', 'Delta'] as const;
type Known = (typeof KNOWN)[number];

/** One step of it moves each parameter by minus its gradient. */
const PLAIN: CheckedOptimizer = {
  name: 'sgd',
  rate: { kind: 'number', value: 1, unit: null, percent: false, span: { source: '', start: 0, end: 0 } },
  options: {},
  span: null,
};

/** Variances by site path, each the mean over the elements of the site. */
type Variances = ReadonlyMap<string, number>;

/** Null where no weight is drawn, or the posterior is not of families that are told whole. */
export async function gradientFinding(
  step: PlanInfer,
  stored: StoredPosterior,
  density: Density,
  { dataset }: ReopenedRun,
  executor: Executor,
): Promise<Finding | null> {
  const engine = engines.get(step.engine);
  const estimated = engine?.options.some((o) => o.name === 'estimator') === true;
  const isSpread = ({ family }: StoredSite) => family === 'Normal' || family === 'LowRankNormal';
  const spread = stored.sites.some((s) => isSpread(s) && density.model.network.layers.some(ownsSite(s.path)));
  const posterior = posteriorOf(stored, density);
  if (engine === undefined || !estimated || !spread || posterior === null) return null;
  const found = new Map<string, Variances>();
  for (const { name } of estimators)
    found.set(name, await variancesBy({ ...step, estimator: name }, posterior, density, dataset, executor));
  return described(step, density, found);
}

const ownsSite =
  (path: string) =>
  ({ path: layer, parameters }: Density['model']['network']['layers'][number]): boolean =>
    parameters.some((p) => `${layer}.${p.role}` === path);

/** The stored moments as a posterior that an engine goes on from. */
function posteriorOf(stored: StoredPosterior, { sites, statistics }: Density): Posterior | null {
  const own = new Map(stored.sites.map((s) => [s.path, s]));
  const all = sites.flatMap(({ path, layer, parameter, shape }): SitePosterior[] => {
    const site = own.get(path);
    if (site === undefined) return [];
    const { mean, sd, mask, part } = site;
    const base = { path, layer, counts: parameter.counts, shape, mean, sd, mask };
    if (site.family === 'LowRankNormal' && part !== null) return [{ ...base, family: site.family, parts: [part] }];
    const family = KNOWN.find((known: Known) => known === site.family);
    return family === undefined ? [] : [{ ...base, family }];
  });
  if (all.length < sites.length) return null;
  const running = statistics.map(({ path, spec }) => {
    return { path, shape: spec.shape, draws: [Float32Array.from(stored.statistics[path]!.data)] };
  });
  return { kind: 'posterior', sites: all, statistics: running };
}

async function variancesBy(
  step: PlanInfer,
  posterior: Posterior,
  density: Density,
  dataset: ReopenedRun['dataset'],
  executor: Executor,
): Promise<Variances> {
  const { clip_norm: _, clip_value: __, average: ___, ...options } = step.options;
  const course = courseOf(step, density.rows);
  const request = { ...step, options, optimizer: PLAIN, optimizers: {}, density, masks: masksOf(posterior), course };
  const program = engines.get(step.engine)!.build(request);
  const rows = Math.min(step.batch, density.rows);
  const key = rootKey(0);
  const feeds = feeder(trainingOn(step.split, dataset), rows, program.scalars, key);
  const one = program.step(rows, { values: false });
  const session = await executor.open(program.state);
  try {
    const compiled = await session.compile(one);
    const state = program.initial(key, posterior);
    const { batch } = feeds.feed(one, 0);
    // The weights of the divergence are those of the end of the training.
    const scalars = scalarsAt(program.scalars, momentOf(course, course.steps - 1));
    const names = density.sites.map(({ path }) => `${path}.mean`).filter((name) => state[name] !== undefined);
    const moments = new Map(names.map((name) => [name, startMoments(state[name]!.data.length)]));
    for (let i = 0; i < GRADIENT_DRAWS; i++) {
      await session.write(state);
      await session.run(compiled, [{ batch, noise: feeds.feed(one, i).noise, scalars }]);
      const after = await session.read(names);
      for (const [name, sums] of moments) addTo(sums, state, after, name);
    }
    return new Map([...moments].map(([name, sums]) => [name.slice(0, -'.mean'.length), varianceOf(sums)]));
  } finally {
    session.dispose();
  }
}

function scalarsAt(scalars: Parameters<typeof feeder>[2], at: ReturnType<typeof momentOf>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(scalars).map(([name, scalar]) => {
      return [name, typeof scalar === 'function' ? scalar(at) : compileSchedule(scalar)(at)];
    }),
  );
}

interface Sums {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

const startMoments = (size: number): Sums => ({ first: new Float64Array(size), second: new Float64Array(size) });

function addTo({ first, second }: Sums, before: StateArrays, after: Readonly<Record<string, HostArray>>, name: string) {
  const [from, to] = [before[name]!.data, after[name]!.data];
  first.forEach((_, i) => {
    const gradient = Number(from[i]) - Number(to[i]);
    first[i]! += gradient;
    second[i]! += gradient * gradient;
  });
}

/** Unbiased, and averaged over the elements. */
function varianceOf({ first, second }: Sums): number {
  const n = GRADIENT_DRAWS;
  const each = first.map((sum, i) => Math.max(0, second[i]! - (sum * sum) / n) / (n - 1));
  return each.reduce((sum, v) => sum + v, 0) / Math.max(1, each.length);
}

function described(step: PlanInfer, density: Density, found: ReadonlyMap<string, Variances>): Finding | null {
  const sizes = new Map(density.sites.map((s) => [s.path, s.shape.reduce((n, m) => n * m, 1)]));
  const total = (by: Variances) => [...by].reduce((sum, [path, v]) => sum + v * sizes.get(path)!, 0);
  const own = found.get(step.estimator);
  const whole = own === undefined ? 0 : total(own);
  if (own === undefined || whole === 0) return null;
  const others = [...found].filter(([name]) => name !== step.estimator);
  const ratios = others.map(([name, by]) => ({ name, ratio: total(by) / whole, by }));
  const parts = ratios.map(
    ({ name, ratio, by }) => `${shown(ratio)} times as large by \`${name}\`${extremes(own, by)}`,
  );
  const exact = (name: string) => density.model.network.layers.every((l) => estimators.get(name)!.bias(l) === null);
  const quieter = ratios
    .filter(({ name, ratio }) => ratio * MUCH_QUIETER < 1 && (exact(name) || !exact(step.estimator)))
    .sort((a, c) => a.ratio - c.ratio)[0];
  const advice =
    quieter === undefined ? '' : ` \`estimator = ${quieter.name}\` would train this model with far less noise.`;
  const text = `By \`${step.estimator}\`, the variance of the gradient at one batch has the sum ${shown(whole)} over all means; it is ${parts.join(', and ')}.${advice}`;
  const figures = Object.fromEntries([
    [`variance_${step.estimator}`, whole],
    ...ratios.map(({ name, ratio }) => [`ratio_${name}`, ratio] as const),
    ...[...own].map(([path, v]) => [`variance_${step.estimator}/${path}`, v] as const),
    ...ratios.flatMap(({ name, by }) => [...by].map(([path, v]) => [`variance_${name}/${path}`, v] as const)),
  ]);
  return finding('gradient_noise', text, { warning: quieter !== undefined, figures });
}

/** Where sites differ from each other, from which to which. */
function extremes(own: Variances, by: Variances): string {
  const each = [...own].flatMap(([path, v]) => (v === 0 ? [] : [{ path, ratio: by.get(path)! / v }]));
  each.sort((a, c) => a.ratio - c.ratio);
  const [least, most] = [each[0], each.at(-1)];
  if (least === undefined || most === undefined || most.ratio < 1.5 * least.ratio) return '';
  return ` (from ${shown(least.ratio)} in ${least.path} to ${shown(most.ratio)} in ${most.path})`;
}
