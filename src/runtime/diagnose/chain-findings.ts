/** Whether chains have mixed, and how many independent draws they are worth (Vehtari et al. 2021). */
import type { Chains } from '../../inference/diagnostics/chains.ts';
import { bulkSize, ENOUGH_PER_CHAIN, tailSize } from '../../inference/diagnostics/effective-size.ts';
import { R_HAT_LIMIT, rHat } from '../../inference/diagnostics/r-hat.ts';
import { type Finding, finding, shown } from './finding.ts';
import type { StoredPosterior } from './stored-posterior.ts';

/** Elements of each site that are looked at, evenly spread: the worst of many thousands is found as well among hundreds. */
const LOOKED_AT = 200;
/** Below this no figure of chains means anything. */
const FEWEST = 4;

interface Judged {
  readonly name: string;
  readonly rHat: number;
  readonly bulk: number;
  readonly tail: number;
}

/** `logJoints` are those of the draws. Weights of hidden units can change places without a change of the network; the log joint cannot. */
export function chainFindings(posterior: StoredPosterior, chains: number, logJoints: Float64Array): Finding[] {
  const length = posterior.draws / chains;
  if (length < FEWEST) {
    const text = `Each chain has ${length} draws, too few to say whether it has mixed: keep more, with a smaller \`collect_every\`.`;
    return [finding('not_looked_at', text, { warning: true })];
  }
  const joint = judged('the log joint density', cut(logJoints, chains));
  const weights = posterior.sites.flatMap(({ path, draws, mean }) => {
    const stride = Math.ceil(mean.length / LOOKED_AT);
    const elements = Array.from({ length: Math.ceil(mean.length / stride) }, (_, i) => i * stride);
    return elements.map((element) => {
      const values = Float64Array.from({ length: posterior.draws }, (_, d) => draws![d * mean.length + element]!);
      return judged(path, cut(values, chains));
    });
  });
  // What never varies, such as a pruned weight, has no R-hat.
  const varied = weights.filter((w) => !Number.isNaN(w.rHat));
  return [mixing(joint, varied), worth(joint, varied, chains)];
}

function judged(name: string, chains: Chains): Judged {
  return { name, rHat: rHat(chains), bulk: bulkSize(chains), tail: tailSize(chains) };
}

function cut(values: Float64Array, chains: number): Chains {
  const length = values.length / chains;
  return Array.from({ length: chains }, (_, c) => values.slice(c * length, (c + 1) * length));
}

function mixing(joint: Judged, weights: readonly Judged[]): Finding {
  const worst = most(weights, (j) => j.rHat);
  const warning = !(joint.rHat <= R_HAT_LIMIT);
  const verdict = warning
    ? `above ${R_HAT_LIMIT}: the chains, or the halves of one, do not say the same yet. Run them longer, with a longer \`burn_in\`.`
    : `at most ${R_HAT_LIMIT}, as of chains that have mixed.`;
  const found = `R-hat of the log joint density is ${shown(joint.rHat)}, ${verdict}`;
  if (worst === null) return finding('chains', found, { warning, figures: { r_hat: joint.rHat } });
  const ofWeights =
    worst.rHat > R_HAT_LIMIT && !warning
      ? `Single weights have up to ${shown(worst.rHat)} (${worst.name}), which may be units that change places.`
      : `Of single weights it is at most ${shown(worst.rHat)} (${worst.name}).`;
  const figures = { r_hat: joint.rHat, worst_r_hat: worst.rHat };
  return finding('chains', `${found} ${ofWeights}`, { warning, figures });
}

function worth(joint: Judged, weights: readonly Judged[], chains: number): Finding {
  const [bulk, tail] = [most(weights, (j) => -j.bulk), most(weights, (j) => -j.tail)];
  const enough = ENOUGH_PER_CHAIN * chains;
  const warning = Math.min(joint.bulk, joint.tail) < enough;
  const verdict = warning ? `, fewer than the ${enough} that quantiles need: keep more draws, farther apart` : '';
  const found = `For the log joint density the draws are worth ${shown(joint.bulk)} independent ones in the bulk and ${shown(joint.tail)} in the tails${verdict}.`;
  const figures = { bulk: joint.bulk, tail: joint.tail };
  if (bulk === null || tail === null) return finding('effective_size', found, { warning, figures });
  const ofWeights = `Of single weights the least is ${shown(bulk.bulk)} (${bulk.name}) in the bulk and ${shown(tail.tail)} (${tail.name}) in the tails.`;
  const worst = { worst_bulk: bulk.bulk, worst_tail: tail.tail };
  return finding('effective_size', `${found} ${ofWeights}`, { warning, figures: { ...figures, ...worst } });
}

/** The one of which it is most; null of none. */
function most(all: readonly Judged[], of: (j: Judged) => number): Judged | null {
  return all.reduce<Judged | null>((a, b) => (a === null || of(b) > of(a) ? b : a), null);
}
