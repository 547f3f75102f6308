/** The contract of a sampler: one number of a distribution from standard normals and uniforms of (0, 1). */
import type { Arithmetic } from './arithmetic.ts';

export interface Sampler {
  /** In the order in which `draw` takes them. */
  readonly arguments: readonly string[];
  /** Those that must be above 0. */
  readonly positive: readonly string[];
  /** Two arguments of which the first must be the smaller. */
  readonly increasing: readonly [string, string] | null;
  readonly noise: readonly ('normal' | 'uniform')[];
  /** The draw is a smooth function of the arguments, whose gradient at fixed noise is right. */
  readonly reparameterised: boolean;
  draw<T, C>(m: Arithmetic<T, C>, args: readonly (T | number)[], noise: readonly T[]): T;
}
