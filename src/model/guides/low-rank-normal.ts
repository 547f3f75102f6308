/**
 * One normal of all sites with this family (Ong, Nott & Smith 2018; `AutoLowRankMultivariateNormal` of Pyro): for each element a mean and
 * a log variance of its own, and `columns` `[rank, ...shape]`, its part in the directions that all of them share. Of latents it is one of
 * the real numbers that stand for them. Whatever is said of one element by itself is said of a normal: `model/correlation.ts`.
 */
import { sizeOf } from '../../base/host-array.ts';
import { childKey } from '../../base/keys.ts';
import { fillNormal } from '../../base/normal.ts';
import type { GuideArrays, GuideFamily } from '../guide.ts';
import { startSd } from '../initial.ts';
import { type LowRankPart, lowRankMoments } from '../low-rank.ts';
import { meanAndSd, normalGuide, normalView } from './normal.ts';

/** Share of the own spread that the columns have together at the start: none would be a place from which no gradient leads. */
const START_SHARE = 0.1;

export const lowRankNormalGuide: GuideFamily = {
  name: 'LowRankNormal',
  doc: 'one normal of all sites that have it, correlated along a few directions',
  parameters: ['mean', 'log_variance', 'columns'],
  expressed: meanAndSd,
  shapeOf: (parameter, { shape }, guide) => (parameter === 'columns' ? [rankOf(guide.args), ...shape] : shape),
  view(b, site, parameter, mask) {
    const positive = site.support === 'positive' || site.support === 'nonnegative';
    const view = normalView(b, site, parameter, mask, positive ? 'LogNormal' : 'Normal');
    const columns = b.label(parameter('columns'), `columns of ${site.path}`, site.span);
    return { ...view, columns: mask === null ? columns : b.mul(columns, mask) };
  },
  initial(site, guide, key, from) {
    const rank = rankOf(guide.args);
    const earlier = from?.family === 'LowRankNormal' && from.parts.length === 1 ? from.parts[0]! : null;
    const own = earlier === null ? from : { ...from!, family: 'Normal' as const, sd: earlier.own };
    const { mean, log_variance } = normalGuide.initial(site, guide, key, own);
    if (earlier?.columns.length === rank) return { mean: mean!, log_variance: log_variance!, columns: joined(earlier) };
    const columns = new Float32Array(rank * sizeOf(site.shape));
    fillNormal(childKey(key, 'columns'), columns);
    const scale = (START_SHARE * (guide.args.sd ?? startSd(site))) / Math.sqrt(rank);
    return { mean: mean!, log_variance: log_variance!, columns: columns.map((e) => scale * e) };
  },
  moments: (arrays) => lowRankMoments([partOf(arrays)]),
  parts: (arrays) => [partOf(arrays)],
};

function rankOf(args: Readonly<Record<string, number | null>>): number {
  if (typeof args.rank !== 'number') throw new Error('internal: a LowRankNormal guide without a rank');
  return args.rank;
}

function joined({ columns }: LowRankPart): Float32Array {
  const whole = new Float32Array(columns.reduce((n, column) => n + column.length, 0));
  columns.forEach((column, k) => void whole.set(column, k * column.length));
  return whole;
}

function partOf({ mean, log_variance, columns }: GuideArrays): LowRankPart {
  const size = mean!.length;
  return {
    mean: mean!,
    own: log_variance!.map((v) => Math.exp(0.5 * v)),
    columns: Array.from({ length: columns!.length / size }, (_, k) => columns!.slice(k * size, (k + 1) * size)),
  };
}
