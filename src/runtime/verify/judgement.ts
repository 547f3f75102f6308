/** What the places of the true values among the draws say of each quantity. */

import { type Key, keyAt } from '../../base/keys.ts';
import { quantile } from '../../inference/diagnostics/chains.ts';
import { uniformityP } from '../../inference/diagnostics/ecdf-bands.ts';
import { symmetryP } from '../../inference/diagnostics/symmetry.ts';
import type { Quantity } from './quantities.ts';
import type { Replication } from './replication.ts';

/**
 * How a posterior is judged: draws of chains claim to be the posterior, so their ranks must be uniform (Talts et al. 2018,
 * theorem 1); a fitted family need not have the right spread, but must lie around the truth (VSBC, Yao et al. 2018, proposition 2).
 */
export type Rule = 'uniform' | 'symmetric';

export interface Judged {
  readonly name: string;
  readonly site: string | null;
  /** Of the rule, for this quantity alone, and for all of them together (Holm 1979). */
  readonly p: number;
  readonly adjusted: number;
  /** How often the truth lies in each tenth of the draws, from the lowest. */
  readonly histogram: readonly number[];
  /** Share of the replications whose truth lies above the median of the draws: 1/2 where nothing is shifted. */
  readonly above: number;
  /** Share of the replications whose truth lies outside the middle 80 % of the draws. */
  readonly outside: number;
  /** How far the truth lies above the mean of the draws, in their standard deviations, and its standard error: by medians. */
  readonly shift: number;
  readonly shiftError: number;
  /** The spread of the draws beside that which the truth has around them; 1 is right, 0.5 half of it. */
  readonly spread: number;
  readonly spreadError: number;
  /** Departures of mean and variance of the ranks from those of uniform ones, in their standard errors. */
  readonly meanScore: number;
  readonly varianceScore: number;
  /** Of chains, in half of the replications at most so many independent draws. Null of other posteriors. */
  readonly effective: number | null;
  readonly shares: readonly number[];
}

/** Quantities of which any replication had draws that do not spread are left out: a point has no rank. */
export function judge(
  quantities: readonly Quantity[],
  replications: readonly Replication[],
  rule: Rule,
  key: Key,
): readonly Judged[] {
  const judged = quantities.flatMap(({ name, site, ofDraws }, q) => {
    if (ofDraws && rule === 'symmetric') return [];
    const shares = Float64Array.from(replications, (r) => r.shares[q]!);
    const scores = Float64Array.from(replications, (r) => r.scores[q]!);
    if (scores.some(Number.isNaN)) return [];
    const p = rule === 'uniform' ? uniformityP(shares) : symmetryP(shares, keyAt(key, 'symmetry', q));
    const worth = replications.flatMap((r) => (r.effective === null ? [] : [r.effective[q]!]));
    const effective = worth.length === 0 ? null : quantile(Float64Array.from(worth), 0.5);
    return [{ name, site, p, effective, ...described(shares, scores) }];
  });
  const adjusted = holm(judged.map((j) => j.p));
  return judged.map((j, i) => ({ ...j, adjusted: adjusted[i]! }));
}

function described(shares: Float64Array, scores: Float64Array) {
  const n = shares.length;
  const mean = (of: (u: number) => number) => shares.reduce((sum, u) => sum + of(u), 0) / n;
  const shift = quantile(scores, 0.5);
  // Of a normal distribution the median distance from the middle is 0.6745 sd; errors of medians as of normal samples.
  const truth =
    quantile(
      scores.map((z) => Math.abs(z - shift)),
      0.5,
    ) / 0.6745;
  const histogram = new Array<number>(10).fill(0);
  for (const u of shares) histogram[Math.min(9, Math.floor(10 * u))]! += 1;
  return {
    histogram,
    above: mean((u) => (u > 0.5 ? 1 : 0)),
    outside: mean((u) => (u < 0.1 || u > 0.9 ? 1 : 0)),
    shift,
    shiftError: (1.253 * truth) / Math.sqrt(n),
    spread: 1 / truth,
    spreadError: 1.167 / truth / Math.sqrt(n),
    meanScore: (mean((u) => u) - 1 / 2) / Math.sqrt(1 / 12 / n),
    varianceScore: (mean((u) => (u - 1 / 2) ** 2) - 1 / 12) / Math.sqrt(1 / 180 / n),
    shares: [...shares],
  };
}

/** P-values that hold for all of them together, in their order (Holm 1979). */
export function holm(ps: readonly number[]): readonly number[] {
  const order = [...ps.keys()].sort((i, j) => ps[i]! - ps[j]!);
  const adjusted = new Array<number>(ps.length);
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * ps[i]!));
    adjusted[i] = largest;
  });
  return adjusted;
}
