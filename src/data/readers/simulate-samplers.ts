/** What columns can be drawn from: the samplers that models use too, and counts and classes, which only the host draws. */
import { hostArithmetic } from '../../base/samplers/arithmetic.ts';
import { samplers as shared } from '../../base/samplers/index.ts';
import type { Sampler } from '../../base/samplers/sampler.ts';
import { lgamma } from '../../base/special.ts';

/** Arguments and noise stand in the order of the record's lists. */
export interface ColumnSampler extends Pick<Sampler, 'arguments' | 'positive' | 'increasing' | 'noise'> {
  draw(args: readonly number[], noise: readonly number[]): number;
}

function onHost(sampler: Sampler): ColumnSampler {
  const { arguments: names, positive, increasing, noise } = sampler;
  const draw = (args: readonly number[], values: readonly number[]) =>
    sampler.draw<number, boolean>(hostArithmetic, args, values);
  return { arguments: names, positive, increasing, noise, draw };
}

/**
 * By inversion over an order of the outcomes that begins at the mode and goes to and fro: as many steps as the distribution is wide.
 * `up(k)` is P(k + 1) / P(k), `down(k)` is P(k - 1) / P(k); both end at 0.
 */
function drawCount(
  mode: number,
  logAtMode: number,
  up: (k: number) => number,
  down: (k: number) => number,
  u: number,
): number {
  let [low, high] = [mode, mode];
  let [below, above] = [Math.exp(logAtMode), Math.exp(logAtMode)];
  let left = u - below;
  // What rounding leaves of the unit interval belongs to the outcomes seen last.
  while (left > 0 && below + above > 0) {
    above *= up(high);
    if (above > 0) high++;
    left -= above;
    if (left <= 0) return high;
    below *= down(low);
    if (below > 0) low--;
    left -= below;
  }
  return low;
}

const counts: Readonly<Record<string, ColumnSampler>> = {
  Poisson: {
    arguments: ['log_rate'],
    positive: [],
    increasing: null,
    noise: ['uniform'],
    draw([logRate], [u]) {
      const rate = Math.exp(logRate!);
      const mode = Math.floor(rate);
      const logAtMode = mode * logRate! - rate - lgamma(mode + 1);
      return Number.isFinite(rate)
        ? drawCount(
            mode,
            logAtMode,
            (k) => rate / (k + 1),
            (k) => k / rate,
            u!,
          )
        : Number.NaN;
    },
  },
  Binomial: {
    arguments: ['trials', 'logits'],
    positive: ['trials'],
    increasing: null,
    noise: ['uniform'],
    draw([trials, logits], [u]) {
      const n = Math.round(trials!);
      const p = 1 / (1 + Math.exp(-logits!));
      const mode = Math.min(n, Math.floor((n + 1) * p));
      const orders = lgamma(n + 1) - lgamma(mode + 1) - lgamma(n - mode + 1);
      const logAtMode = orders + (mode > 0 ? mode * Math.log(p) : 0) + (mode < n ? (n - mode) * Math.log1p(-p) : 0);
      const odds = p / (1 - p);
      return drawCount(
        mode,
        logAtMode,
        (k) => ((n - k) / (k + 1)) * odds,
        (k) => k / (n - k + 1) / odds,
        u!,
      );
    },
  },
};

/** Distributions of single numbers, by their names in the catalogue. `Delta` is a point that no column needs a name for. */
export const samplers: Readonly<Record<string, ColumnSampler>> = {
  ...Object.fromEntries(Object.entries(shared).flatMap(([name, s]) => (name === 'Delta' ? [] : [[name, onHost(s)]]))),
  ...counts,
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
