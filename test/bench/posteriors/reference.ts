/** The three posteriors: what others have drawn of them, and how their parameters follow from those of our programs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lgamma } from '../../../src/base/special.ts';
import { cholesky, inverseOfLower } from '../../../src/base/symmetric.ts';
import type { SiteValues } from '../../../src/model/posterior.ts';

export interface Moments {
  readonly mean: number;
  readonly sd: number;
}

export interface KnownPosterior {
  /** Of posteriordb; our program has the name of its model. */
  readonly name: string;
  readonly program: string;
  /** By parameter. */
  readonly reference: ReadonlyMap<string, Moments>;
  /** The parameters at a draw of our sites, in the order of the reference. */
  readonly parametersOf: (draw: SiteValues) => readonly number[];
  /**
   * What independent normals of our own numbers at their best make of each sd, relative to the true one: with precision L of
   * those numbers their variances are 1 / L_ii (Bishop 2006, section 10.1.2).
   */
  readonly independentRatio: readonly number[];
  /** What the normal at the mode makes of each: its error and its ratio, as of a `Verdict`. */
  readonly atMode: readonly Known[];
}

export interface Known {
  readonly error: number;
  readonly ratio: number;
}

type Table = Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>>;

export function knownPosteriors(folder: string): readonly KnownPosterior[] {
  return [
    blr(folder),
    kidiq(folder, 'kidiq-kidscore_momhsiq', false),
    kidiq(folder, 'kidiq-kidscore_interaction', true),
  ];
}

function files(folder: string, name: string) {
  const read = (kind: string) => JSON.parse(readFileSync(join(folder, `${name}.${kind}.json`), 'utf8'));
  const { reference } = read('reference') as { readonly reference: Readonly<Record<string, Moments>> };
  return { data: read('data') as Table, reference: new Map(Object.entries(reference)) };
}

const numbersAt = (draw: SiteValues, site: string) => [...draw[site]!.data];

function blr(folder: string): KnownPosterior {
  const { data, reference } = files(folder, 'sblrc-blr');
  return {
    name: 'sblrc-blr',
    program: 'blr',
    reference,
    parametersOf: (draw) => [...numbersAt(draw, 'fc.weight').map((w) => w / 100), Math.exp(draw.sigma!.data[0]!)],
    independentRatio: [...ratios(data.X as readonly (readonly number[])[], unit(5)), 1],
    atMode: regressionAtMode(data.X!.length, 5),
  };
}

function kidiq(folder: string, name: string, interaction: boolean): KnownPosterior {
  const { data, reference } = files(folder, name);
  const [hs, iq] = ['mom_hs', 'mom_iq'].map((column) => standardised(data[column] as readonly number[]));
  // b1 + b2 h + b3 q + b4 h q at h = (hs - m) / s and q = (iq - n) / t, in the scores' units: a linear map of our numbers.
  const original = ([bias, w1, w2, both]: readonly number[]): number[] => {
    const [m, s, n, t] = [hs!.mean, hs!.sd, iq!.mean, iq!.sd];
    const [b2, b3, b4] = [(20 * w1!) / s, (20 * w2!) / t, (20 * (both ?? 0)) / (s * t)];
    const slopes = [20 * bias! - b2 * m - b3 * n + b4 * m * n, b2 - b4 * n, b3 - b4 * m];
    return interaction ? [...slopes, b4] : slopes;
  };
  const width = interaction ? 4 : 3;
  const map = unit(width).map(original);
  const rows = hs!.values.map((h, i) => {
    const q = iq!.values[i]!;
    return [1, h, q, h * q].slice(0, width);
  });
  return {
    name,
    program: name.replace('kidiq-', ''),
    reference,
    parametersOf(draw) {
      const own = [
        ...numbersAt(draw, 'fc.bias'),
        ...numbersAt(draw, 'fc.weight'),
        ...(interaction ? numbersAt(draw, 'both') : []),
      ];
      const [b1, ...others] = original(own);
      return [87 + b1!, ...others, 20 * Math.exp(draw.s!.data[0]!)];
    },
    independentRatio: [...ratios(rows, map), 1],
    atMode: regressionAtMode(rows.length, width),
  };
}

/**
 * The normal of slopes and log sigma at their joint mode, beside the posterior of a regression of N rows on p columns under flat
 * priors of slopes and sigma. With a sum of squares S, sigma^2 is S over a chi-squared variable of n = N - p - 1 degrees (Gelman
 * et al. 2013, section 14.2, where the prior 1 / sigma^2 makes it N - p), so that E sigma^k = (S / 2)^(k/2) G((n - k) / 2) / G(n / 2).
 * The mode is at sigma^2 = S / (N - 1), with variance 1 / (2 (N - 1)) of log sigma. S cancels. First the slopes, then sigma.
 */
export function regressionAtMode(N: number, p: number): readonly Known[] {
  const n = N - p - 1;
  const moment = (k: number) => 2 ** (-k / 2) * Math.exp(lgamma((n - k) / 2) - lgamma(n / 2));
  const sd = Math.sqrt(moment(2) - moment(1) ** 2);
  const [scale, variance] = [1 / Math.sqrt(N - 1), 0.5 / (N - 1)];
  const mean = scale * Math.exp(variance / 2);
  const slope = { error: 0, ratio: scale / Math.sqrt(moment(2)) };
  const sigma = { error: Math.abs(mean - moment(1)) / sd, ratio: (mean * Math.sqrt(Math.expm1(variance))) / sd };
  return [...Array.from({ length: p }, () => slope), sigma];
}

const unit = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));

function standardised(values: readonly number[]) {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  return { mean, sd, values: values.map((v) => (v - mean) / sd) };
}

/** `map`: the parameters at each unit vector of our numbers. Given sigma their precision is X'X up to a factor. */
function ratios(X: readonly (readonly number[])[], map: readonly (readonly number[])[]): number[] {
  const n = X[0]!.length;
  const L = unit(n).map((row, i) => row.map((_, j) => X.reduce((sum, x) => sum + x[i]! * x[j]!, 0)));
  const covariance = inverted(L);
  return map[0]!.map((_, p) => {
    const own = L.reduce((sum, row, i) => sum + map[i]![p]! ** 2 / row[i]!, 0);
    const all = covariance.reduce(
      (sum, row, i) => sum + row.reduce((s, c, j) => s + map[i]![p]! * c * map[j]![p]!, 0),
      0,
    );
    return Math.sqrt(own / all);
  });
}

function inverted(a: readonly (readonly number[])[]): number[][] {
  const n = a.length;
  const L = cholesky(Float64Array.from(a.flat()), n);
  if (typeof L === 'number') throw new Error('columns that depend on each other');
  const K = inverseOfLower(L, n);
  return unit(n).map((row, i) => row.map((_, j) => row.reduce((sum, _, k) => sum + K[k * n + i]! * K[k * n + j]!, 0)));
}
