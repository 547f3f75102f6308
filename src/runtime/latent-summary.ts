/**
 * What a posterior says of the latents that are single numbers, such as a precision of the noise: mean, standard deviation and the
 * 5 % and 95 % quantiles of their values, on the support of their priors.
 */
import { f32 } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import { drawKey } from '../base/streams.ts';
import { reference } from '../executors/reference/reference.ts';
import type { Ref } from '../graph/builder.ts';
import type { CheckedModel } from '../language/check/checked.ts';
import { isLatent, supportedValue } from '../model/latents.ts';
import { priorOf } from '../model/likelihood.ts';
import { isParam } from '../model/params.ts';
import { distinctDraws, drawWeights, type Posterior } from '../model/posterior.ts';
import { StepProgramBuilder } from '../model/step-program.ts';

export interface LatentSummary {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  /** Quantiles. */
  readonly low: number;
  readonly high: number;
}

/** Of a posterior without end: quantiles of a normal are then right to about 3 % of its standard deviation. */
const DRAWS = 4000;
const [LOW, HIGH] = [0.05, 0.95];

/** One for each latent that is a single number, in the order of the model. Particles and draws of chains count once each. */
export async function summariseLatents(
  model: CheckedModel,
  posterior: Posterior,
  key: Key,
): Promise<readonly LatentSummary[]> {
  const sites = model.sites.filter((site) => isLatent(site) && site.shape.length === 0);
  if (sites.every(isParam)) return [];
  const single = posterior.sites.filter((s) => sites.some((site) => site.path === s.path));
  const drawn = { ...posterior, sites: single, statistics: [] };
  const count = distinctDraws(drawn) ?? DRAWS;
  const real = Object.fromEntries(sites.map((site) => [site.path, new Float32Array(count)]));
  for (let draw = 0; draw < count; draw++) {
    const values = drawWeights(drawn, draw, (site) => drawKey(key, draw, site));
    for (const { path } of sites) real[path]![draw] = values[path]!.data[0]!;
  }
  const values = await onSupport(sites, real, count);
  // A `param` may be a bound of a latent, but is none.
  return sites.filter((site) => !isParam(site)).map(({ path }) => ({ name: path, ...summaryOf(values[path]!) }));
}

/** The numbers that the real ones stand for, all draws at once; bounds may be other single latents. */
async function onSupport(
  sites: CheckedModel['sites'],
  real: Readonly<Record<string, Float32Array>>,
  count: number,
): Promise<Readonly<Record<string, ArrayLike<number>>>> {
  const program = new StepProgramBuilder();
  const type = f32([count]);
  const values = new Map<string, Ref>();
  for (const site of sites) {
    const input = program.batch({ name: site.path, type });
    const prior = priorOf(program.graph, site, (path) => values.get(path)!);
    values.set(site.path, supportedValue(program.graph, input, prior));
    program.info(site.path, values.get(site.path)!);
  }
  const session = await reference.open([]);
  try {
    const compiled = await session.compile(program.finish());
    const batch = Object.fromEntries(sites.map(({ path }) => [path, { type, data: real[path]! }]));
    const [info] = await session.run(compiled, [{ batch, noise: {}, scalars: {} }]);
    return Object.fromEntries(sites.map(({ path }) => [path, info![path]!.data]));
  } finally {
    session.dispose();
  }
}

function summaryOf(values: ArrayLike<number>): Omit<LatentSummary, 'name'> {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const mean = sorted.reduce((sum, v) => sum + v, 0) / n;
  const sd = n < 2 ? 0 : Math.sqrt(sorted.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1));
  return { mean, sd, low: quantile(sorted, LOW), high: quantile(sorted, HIGH) };
}

/** Linear between order statistics: type 7 of Hyndman & Fan 1996, as R and NumPy have it. */
function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (at - Math.floor(at)) * (above - below);
}
