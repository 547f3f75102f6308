/** Distributions as maps of noise: one number from standard normals and uniforms, given the arguments. */

/** Arguments and noise stand in the order of the record's lists. */
export interface Sampler {
  readonly arguments: readonly string[];
  /** Those that must be above 0. */
  readonly positive: readonly string[];
  readonly noise: readonly ('normal' | 'uniform')[];
  draw(args: readonly number[], noise: readonly number[]): number;
}

/** Distributions of single numbers, by their names in the catalogue. */
export const samplers: Readonly<Record<string, Sampler>> = {
  Normal: {
    arguments: ['mean', 'sd'],
    positive: ['sd'],
    noise: ['normal'],
    draw: ([mean, sd], [z]) => mean! + sd! * z!,
  },
  HalfNormal: {
    arguments: ['scale'],
    positive: ['scale'],
    noise: ['normal'],
    draw: ([scale], [z]) => scale! * Math.abs(z!),
  },
  /** By the inverse of the distribution function, from the side that is near: log(2u) below the median. */
  Laplace: {
    arguments: ['mean', 'scale'],
    positive: ['scale'],
    noise: ['uniform'],
    draw: ([mean, scale], [u]) => mean! + scale! * (u! < 0.5 ? Math.log(2 * u!) : -Math.log(2 - 2 * u!)),
  },
  /** Bailey 1994, "Polar generation of random variates with the t-distribution": exact for every df. */
  StudentT: {
    arguments: ['df', 'mean', 'scale'],
    positive: ['df', 'scale'],
    noise: ['uniform', 'uniform'],
    draw: ([df, mean, scale], [u, v]) =>
      mean! + scale! * Math.sqrt(df! * Math.expm1((-2 / df!) * Math.log(u!))) * Math.cos(2 * Math.PI * v!),
  },
};

/** The class whose share of the unit interval holds `u`, shares being the softmax of `logits`. */
export function drawClass(logits: readonly number[], u: number): number {
  const top = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - top));
  let left = u * weights.reduce((sum, w) => sum + w, 0);
  for (const [k, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return k;
  }
  return weights.length - 1;
}

/** All that columns may be drawn from. */
export const drawable: readonly string[] = [...Object.keys(samplers), 'Categorical'];
