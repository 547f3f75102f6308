/**
 * Chains of draws of one quantity, as convergence diagnostics look at them (Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021):
 * cut into halves, so that a drift within a chain shows as a difference between two, and replaced by normal scores of their ranks,
 * so that nothing depends on finite moments.
 */
import { normalQuantile } from '../../base/special.ts';

/** Draws of one quantity: chains of the same length, each in the order in which it was drawn. */
export type Chains = readonly Float64Array[];

/** Both halves of each chain; of an odd number of draws the one in the middle belongs to none. */
export function halves(chains: Chains): Chains {
  return chains.flatMap((chain) => {
    const half = Math.floor(chain.length / 2);
    return [chain.slice(0, half), chain.slice(chain.length - half)];
  });
}

/** Normal scores of the ranks among all draws (Blom 1958; Vehtari et al. 2021, eq. 14): equal draws have their average rank. */
export function rankNormalised(chains: Chains): Chains {
  const all = pooled(chains);
  const order = Uint32Array.from(all.keys()).sort((i, j) => all[i]! - all[j]!);
  const scores = new Float64Array(all.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && all[order[end]!] === all[order[first]!]) end += 1;
    const score = normalQuantile(((first + 1 + end) / 2 - 3 / 8) / (all.length + 1 / 4));
    for (const i of order.subarray(first, end)) scores[i] = score;
    first = end;
  }
  const [{ length }] = chains as readonly [Float64Array];
  return chains.map((_, c) => scores.slice(c * length, (c + 1) * length));
}

/** Distances from the median of all draws: what is compared where chains may agree on the middle and not on the spread. */
export function folded(chains: Chains): Chains {
  const middle = quantile(pooled(chains), 0.5);
  return chains.map((chain) => chain.map((x) => Math.abs(x - middle)));
}

/** 1 where a draw is not above the quantile `p` of all draws, else 0. */
export function belowQuantile(chains: Chains, p: number): Chains {
  const bound = quantile(pooled(chains), p);
  return chains.map((chain) => chain.map((x) => (x <= bound ? 1 : 0)));
}

export function pooled(chains: Chains): Float64Array {
  return Float64Array.from(chains.flatMap((chain) => [...chain]));
}

/** Between the two neighbours in the sorted values, in proportion (definition 7 of Hyndman & Fan 1996). */
export function quantile(values: Float64Array, p: number): number {
  const sorted = values.slice().sort();
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** With divisor n - 1. */
export function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
}
