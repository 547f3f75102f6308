/** Regression with a spike and a slab for each slope: data, program, and the inclusion that enumeration gives. */
import type { HostArray } from '../../src/base/host-array.ts';
import { type Key, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import type { Executor } from '../../src/executors/executor.ts';
import { inferencesOf, programOf } from './inferences.ts';
import { gram, invert, times } from './linear-algebra.ts';
import { keyedNoise, real, scalarsAt } from './reference.ts';

/** Sd of the observations, and the prior inclusion. */
export const NOISE = 0.5;
export const PI = 0.3;

export interface Regression {
  readonly X: readonly (readonly number[])[];
  readonly Y: readonly number[];
  readonly batch: Readonly<Record<string, HostArray>>;
}

/** A column of `slopes` with noise on the rows. */
function observed(X: readonly (readonly number[])[], slopes: readonly number[], noise: Float32Array): Regression {
  const Y = X.map((x, i) => x.reduce((s, v, j) => s + v * slopes[j]!, 0) + NOISE * noise[i]!);
  return { X, Y, batch: { x: real(X.flat(), [X.length, slopes.length]), y: real(Y) } };
}

/** Rows of normals, each column with 0.2 of the next. */
export function correlated(rows: number, slopes: readonly number[], seed: number): Regression {
  const d = slopes.length;
  const normals = new Float32Array(rows * (d + 1));
  fillNormal(rootKey(seed), normals);
  const X = Array.from({ length: rows }, (_, i) => {
    const own = slopes.map((_, j) => normals[i * (d + 1) + j]!);
    return own.map((v, j) => v + 0.2 * own[(j + 1) % d]!);
  });
  return observed(
    X,
    slopes,
    Float32Array.from({ length: rows }, (_, i) => normals[i * (d + 1) + d]!),
  );
}

/** Columns of a Hadamard matrix (Sylvester's; `rows` a power of 2): X'X = rows I, so that the posterior is a product over slopes. */
export function orthogonal(rows: number, slopes: readonly number[], seed: number): Regression {
  const entry = (i: number, j: number) => {
    let odd = 0;
    for (let bits = i & j; bits > 0; bits >>= 1) odd ^= bits & 1;
    return odd === 1 ? -1 : 1;
  };
  const noise = new Float32Array(rows);
  fillNormal(rootKey(seed), noise);
  const X = Array.from({ length: rows }, (_, i) => slopes.map((_, j) => entry(i, j + 1)));
  return observed(X, slopes, noise);
}

const patternsOf = (d: number) =>
  Array.from({ length: 2 ** d }, (_, k) => Array.from({ length: d }, (_, j) => (k >> j) & 1));

/** Marginal inclusion over all 2^d models, each with the evidence of a Bayesian linear regression. */
export function enumerated({ X, Y }: Regression): readonly number[] {
  const d = X[0]!.length;
  const patterns = patternsOf(d);
  const logs = patterns.map((pattern) => {
    const used = pattern.flatMap((z, j) => (z === 1 ? [j] : []));
    const prior = pattern.reduce((s, z) => s + Math.log(z === 1 ? PI : 1 - PI), 0);
    if (used.length === 0) return prior;
    const columns = X.map((x) => used.map((j) => x[j]!));
    const precision = gram(columns).map((row, i) => row.map((v, j) => v / NOISE ** 2 + (i === j ? 1 : 0)));
    const { inverse, logDeterminant } = invert(precision);
    const projected = used.map((_, j) => columns.reduce((s, x, i) => s + x[j]! * Y[i]!, 0) / NOISE ** 2);
    const fitted = times(inverse, projected).reduce((s, m, j) => s + m * projected[j]!, 0);
    return prior + 0.5 * fitted - 0.5 * logDeterminant;
  });
  const top = Math.max(...logs);
  const total = logs.reduce((s, l) => s + Math.exp(l - top), 0);
  return Array.from({ length: d }, (_, j) =>
    patterns.reduce((s, pattern, k) => s + (pattern[j] === 1 ? Math.exp(logs[k]! - top) / total : 0), 0),
  );
}

export function regression(d: number, rows: number, more = '', optimizer = 'sgd(1)') {
  return programOf(
    inferencesOf(
      `data d = csv("d.csv") { x: real[${d}]; y: real }
network lin { input real[${d}]; fc = dense(1, bias = false) }
model m {
  z[fc.weight] ~ Bernoulli(${PI})
  fc.weight ~ SpikeSlab(z, Normal(0, 1))
  y ~ Normal(lin(x), ${NOISE})
}
run on d { infer sgvb { steps = 1, batch = ${rows}, optimizer = ${optimizer} ${more} } }`,
      rows,
    )[0]!,
  );
}

export interface Fit {
  readonly estimator: string;
  readonly steps: number;
  readonly rate: number;
  readonly noise: Key;
}

/**
 * The inclusion that a training ends with. The rate falls to nothing over the second half, which averages the noise of the gates; that of
 * local reparameterisation is +1 and -1 by turns, which has the moments that a loss of squares asks for.
 */
export async function included(
  { batch, X }: Regression,
  executor: Executor,
  { estimator, steps, rate, noise }: Fit,
): Promise<readonly number[]> {
  const rows = X.length;
  const program = regression(X[0]!.length, rows, `, estimator of z = ${estimator}`, `adam(${rate})`);
  const session = await executor.open(program.state);
  await session.write(program.initial(rootKey(1), null));
  const step = program.step(rows, { values: false });
  const compiled = await session.compile(step);
  for (let i = 0; i < steps; i++) {
    const known = scalarsAt(program, i, i);
    const scalars = { ...known, 'adam.rate': known['adam.rate']! * Math.min(1, 2 * (1 - i / steps)) };
    const fresh = keyedNoise(step, noise, i);
    const turned = Object.fromEntries(
      step.noise.map(({ name, kind, type }) => {
        const { data } = fresh[name]!;
        return [
          name,
          kind === 'uniform'
            ? fresh[name]!
            : real(new Float64Array(data.length).fill(i % 2 === 0 ? 1 : -1), type.shape),
        ];
      }),
    );
    await session.run(compiled, [{ batch, noise: turned, scalars }]);
  }
  const posterior = program.posterior(await session.read());
  session.dispose();
  return [...posterior.sites.find((s) => s.path === 'z[fc.weight]')!.mean];
}
