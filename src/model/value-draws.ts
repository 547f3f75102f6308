/**
 * Posteriors that are distributions of a latent's values and not of the real numbers that stand for them: a truncated log-normal between
 * bounds, a hard concrete gate. Their samplers are those of `base/samplers`; what they draw is handed on as real numbers, as all else.
 */
import { f32, type HostArray, type Shape } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import { fillUniform } from '../base/normal.ts';
import { hostArithmetic } from '../base/samplers/arithmetic.ts';
import { samplers } from '../base/samplers/index.ts';
import type { Sampler } from '../base/samplers/sampler.ts';
import { realNumber, type ValueRange } from './bijectors/index.ts';
import type { SitePosterior } from './posterior.ts';

export type ValueFamily = 'TruncatedLogNormal' | 'HardConcrete';

export interface ValueDraws {
  /** Arguments of the sampler by name: one number for each element, or one for all. */
  readonly args: Readonly<Record<string, Float32Array | number>>;
  /** Of the prior: which real number stands for a value. */
  readonly range: ValueRange;
}

/** Element `i` at the quantile u of (0, 1): both families rise with their one uniform number, but for the mirrored right tail. */
export function valueAt(family: ValueFamily, { args }: ValueDraws, i: number, u: number): number {
  const sampler: Sampler = samplers[family];
  const own = sampler.arguments.map((name) => {
    const given = args[name];
    if (given === undefined) throw new Error(`internal: ${family} without ${name}`);
    return typeof given === 'number' ? given : given[i]!;
  });
  return sampler.draw(hostArithmetic, own, [u]);
}

/** One draw of `size` elements, as the real numbers that stand for them. */
export function drawReals(family: ValueFamily, values: ValueDraws, size: number, key: Key): Float32Array {
  const uniform = new Float32Array(size);
  fillUniform(key, uniform);
  return uniform.map((u, i) => realNumber(values.range, valueAt(family, values, i, u)));
}

/** Parts of (0, 1) in which the mean over the quantiles is taken at two points each (Gauss). */
const PARTS = 64;
const NODES = Array.from({ length: PARTS }, (_, k) =>
  [-1, 1].map((side) => (k + 0.5 + side / Math.sqrt(12)) / PARTS),
).flat();

/** The mean of each element: between bounds right to six digits, whatever the shape. */
export function meanValues(family: ValueFamily, values: ValueDraws, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => {
    return NODES.reduce((sum, u) => sum + valueAt(family, values, i, u), 0) / NODES.length;
  });
}

/** The shares of a normal below one standard deviation left and right of its mean. */
const ONE_SD = [0.158655, 0.841345] as const;

/** Half of the distance between the real numbers that leave as much outside as one standard deviation of a normal does. */
export function halfWidths(family: ValueFamily, values: ValueDraws, size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => {
    const [low, high] = ONE_SD.map((u) => realNumber(values.range, valueAt(family, values, i, u)));
    return Math.abs(high! - low!) / 2;
  });
}

/** The probability that a hard concrete gate is not 0 (Louizos, Welling & Kingma 2018, eq. 11). */
function openProbability({ args }: ValueDraws, i: number): number {
  const [alpha, temperature, low, high] = ['log_alpha', 'temperature', 'low', 'high'].map((name) => args[name]!);
  const logAlpha = typeof alpha === 'number' ? alpha : alpha![i]!;
  return 1 / (1 + Math.exp(-logAlpha + Number(temperature) * Math.log(-Number(low) / Number(high))));
}

/** The probability that element `i` of a latent of 0 and 1 is not 0: its mean, but where it is relaxed. */
export function openness(latent: SitePosterior, i: number): number {
  return latent.family === 'HardConcrete' ? openProbability(latent.values, i) : latent.mean[i]!;
}

/** The arguments as tensors by name, those that are one number for all elements with no axis. */
export function valueArrays(
  path: string,
  shape: Shape,
  { args }: ValueDraws,
): readonly (readonly [string, HostArray])[] {
  return Object.entries(args).map(([name, value]) => {
    const array: HostArray =
      typeof value === 'number' ? { type: f32([]), data: Float32Array.of(value) } : { type: f32(shape), data: value };
    return [`${path}.values.${name}`, array] as const;
  });
}
