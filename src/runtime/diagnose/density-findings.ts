/** How a posterior lies to the density that it stands for: the Stein discrepancy of draws, Pareto k-hat of a guide. */
import { childKey, type Key } from '../../base/keys.ts';
import { paretoK, paretoLimit } from '../../inference/diagnostics/pareto.ts';
import { type ScoredPoint, steinDiscrepancy } from '../../inference/diagnostics/stein-discrepancy.ts';
import { type Finding, finding, shown } from './finding.ts';
import { guideDraws } from './guide-draws.ts';
import type { LogJoint } from './log-joint.ts';
import type { StoredPosterior } from './stored-posterior.ts';

/** Draws of a guide of which importance ratios are made: about 190 of them are their tail. */
export const GUIDE_DRAWS = 1000;

/** Squared discrepancies this many standard deviations above 0 are no chance. */
const LIMIT = 4;

export function steinFinding(points: readonly ScoredPoint[], inOrder: boolean): Finding {
  const { squared, se, scale } = steinDiscrepancy(points);
  const away = squared / se;
  const warning = away > LIMIT;
  const relation = warning
    ? 'more than chance: the draws are not where the posterior has its mass, or not spread as it is'
    : 'no more than chance';
  const caveat = inOrder ? ' (Draws of a chain are not independent, so chance makes somewhat more of it.)' : '';
  const text = `The squared kernelised Stein discrepancy of the draws from the posterior is ${shown(squared)}, ${shown(away)} times what chance makes of as many independent draws: ${relation}.${caveat}`;
  return finding('stein_discrepancy', text, { warning, figures: { squared, se, scale } });
}

/** Null for a posterior without a density, or without any spread. */
export async function paretoFinding(posterior: StoredPosterior, joint: LogJoint, key: Key): Promise<Finding | null> {
  const drawn = guideDraws(posterior);
  if (drawn === null) return null;
  const logRatios = new Float64Array(GUIDE_DRAWS);
  for (let i = 0; i < GUIDE_DRAWS; i++) {
    const { values, logDensity } = drawn(childKey(key, i));
    logRatios[i] = (await joint.at(values)).logJoint - logDensity;
  }
  const k = paretoK(logRatios);
  const limit = paretoLimit(GUIDE_DRAWS);
  const warning = !(k <= limit);
  const verdict = warning
    ? `above ${shown(limit)}: the guide is far from the posterior in some direction, and no reweighting of its draws would mend its moments. Of hundreds of weights and more that is the rule; predictions may still be good, and test figures say so.`
    : `at most ${shown(limit)}: the guide is near enough to the posterior that reweighting its draws would mend what is left.`;
  const points = posterior.sites.some((s) => s.family === 'Delta')
    ? ' Sites with `Delta` guides are held at their points.'
    : '';
  const text = `Pareto k-hat of the guide is ${shown(k)}, ${verdict}${points}`;
  return finding('pareto_k', text, { warning, figures: { k, limit } });
}
