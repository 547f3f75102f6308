/**
 * Effective sample size: how many independent draws would give as small an error as these correlated ones.
 * S / tau, with tau from autocorrelations over all chains (Vehtari et al. 2021, eq. 10 to 13), cut by Geyer's (1992, section 3.3)
 * initial positive and monotone sequences.
 */
import { belowQuantile, type Chains, halves, meanOf, rankNormalised, varianceOf } from './chains.ts';

/** Of each chain, before its quantiles and its own diagnostics can be trusted (Vehtari et al. 2021, section 4: 400 for four). */
export const ENOUGH_PER_CHAIN = 100;

/** For the middle of the distribution: that of normal scores. NaN for fewer than four draws in a chain. */
export function bulkSize(chains: Chains): number {
  return chains.some((chain) => chain.length < 4) ? Number.NaN : effectiveSize(rankNormalised(halves(chains)));
}

/** For the 5 % and 95 % quantiles, whichever is known worse. NaN for fewer than four draws in a chain. */
export function tailSize(chains: Chains): number {
  if (chains.some((chain) => chain.length < 4)) return Number.NaN;
  return Math.min(...[0.05, 0.95].map((p) => effectiveSize(halves(belowQuantile(chains, p)))));
}

/** Draws that do not vary say of themselves exactly as much as they are. */
function effectiveSize(chains: Chains): number {
  const draws = chains.length * chains[0]!.length;
  const [first] = chains[0]!;
  if (chains.every((chain) => chain.every((x) => x === first))) return draws;
  // No chain is believed to be better than antithetic by this much (Vehtari et al. 2021, section 3.2).
  return draws / Math.max(autocorrelationTime(chains), 1 / Math.log10(draws));
}

/** tau = 1 + 2 sum of rho_t, from pairs of lags whose sum is positive and falls. */
function autocorrelationTime(chains: Chains): number {
  const rho = correlations(chains);
  const last = chains[0]!.length - 3;
  const pairs: number[] = [1 + rho(1)];
  let even = 1;
  let lag = 1;
  while (lag < last && pairs[pairs.length - 1]! > 0) {
    even = rho(lag + 1);
    pairs.push(even + rho(lag + 2));
    lag += 2;
  }
  // Of the pair that ended the sequence its even lag still counts, once, unless both are negative (as in Stan and ArviZ).
  const kept = pairs.slice(0, -1);
  const rest = even > 0 || pairs[pairs.length - 1]! >= 0 ? even : 0;
  for (let t = 1; t < kept.length; t++) kept[t] = Math.min(kept[t]!, kept[t - 1]!);
  return -1 + 2 * kept.reduce((total, pair) => total + pair, 0) + rest;
}

/** rho_t of all chains together: 1 - (W - mean autocovariance at lag t) / var+. */
function correlations(chains: Chains): (lag: number) => number {
  const n = chains[0]!.length;
  const centred = chains.map((chain) => {
    const mean = meanOf(chain);
    return chain.map((x) => x - mean);
  });
  const within = meanOf(Float64Array.from(chains, varianceOf));
  const between = chains.length > 1 ? varianceOf(Float64Array.from(chains, meanOf)) : 0;
  const total = (within * (n - 1)) / n + between;
  return (lag) => {
    let sum = 0;
    for (const x of centred) for (let i = lag; i < n; i++) sum += x[i]! * x[i - lag]!;
    return 1 - (within - sum / n / chains.length) / total;
  };
}
