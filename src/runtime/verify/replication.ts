/** One replication: true values and data from the model, the declared inference on them, and where the truth lies among its draws. */
import type { Dataset } from '../../base/data.ts';
import { childKey, type Key, keyAt } from '../../base/keys.ts';
import { fillUniform } from '../../base/normal.ts';
import { drawKey } from '../../base/streams.ts';
import type { Executor } from '../../executors/executor.ts';
import { bulkSize } from '../../inference/diagnostics/effective-size.ts';
import type { PlanInfer } from '../../language/check/checked.ts';
import { distinctDraws, drawWeights, type Posterior } from '../../model/posterior.ts';
import type { Host } from '../host.ts';
import { noRecord } from '../record.ts';
import { silentReporter } from '../reporter.ts';
import { runPlanStep } from '../steps/index.ts';
import { noCheckpoints, type RunContext, type RunState } from '../steps/step.ts';
import type { Quantity } from './quantities.ts';
import type { Simulator } from './simulator.ts';

/** Draws that the truth is compared with, at most. */
const DRAWS = 100;

export interface Inference {
  readonly steps: readonly PlanInfer[];
  readonly executor: Executor;
  readonly host: Host;
}

export interface Replication {
  /** By quantity: the share of the draws below the truth, equal ones and the ends broken at random: uniform where all is right. */
  readonly shares: Float64Array;
  /** By quantity: the truth less the mean of the draws, in their standard deviations; NaN where they do not spread. */
  readonly scores: Float64Array;
  /** By quantity, of chains: how many independent draws these are worth. Null of other posteriors. */
  readonly effective: Float64Array | null;
  readonly draws: number;
}

/** Null where the user asked to stop. Throws `DiagnosticError` where the training does not stay finite. */
export async function replicate(
  simulator: Simulator,
  quantities: readonly Quantity[],
  inference: Inference,
  key: Key,
): Promise<Replication | null> {
  const { truth, dataset } = await simulator.simulate(keyAt(key, 'truth'));
  const posterior = await infer(inference, dataset, childKey(key, 'seed').a);
  if (posterior === null) return null;
  const count = drawsOf(posterior);
  const values = quantities.map(() => new Float64Array(count));
  const total = distinctDraws(posterior) ?? count;
  for (let draw = 0; draw < count; draw++) {
    const number = Math.floor((draw * total) / count);
    const weights = drawWeights(posterior, number, (site) => drawKey(keyAt(key, 'draws'), draw, site));
    const predicted = await simulator.predict(weights, dataset, posterior);
    quantities.forEach((quantity, q) => void (values[q]![draw] = quantity.read(weights, predicted)));
  }
  const predicted = await simulator.predict(truth, dataset);
  const ties = new Float64Array(quantities.length);
  fillUniform(keyAt(key, 'ties'), ties);
  const { chains } = posterior;
  return {
    shares: ties.map((tie, q) => shareBelow(quantities[q]!.read(truth, predicted), values[q]!, tie)),
    scores: ties.map((_, q) => scoreOf(quantities[q]!.read(truth, predicted), values[q]!)),
    effective: chains === undefined ? null : ties.map((_, q) => bulkSize(cut(values[q]!, chains))),
    draws: count,
  };
}

/** The posterior of the last step; null where the user asked to stop before it was whole. */
async function infer({ steps, executor, host }: Inference, dataset: Dataset, seed: number): Promise<Posterior | null> {
  let state: RunState = { posterior: null };
  for (const step of steps) {
    const context: RunContext = {
      ...{ seed, dataset, executor, host, reporter: silentReporter, record: noRecord },
      ...{ figures: new Map(), logSteps: 0, snapshot: null, checkpoints: noCheckpoints },
    };
    if (host.interrupted()) return null;
    const outcome = await runPlanStep(step, state, context);
    if (outcome.cut === true) return null;
    state = outcome.state;
  }
  return state.posterior;
}

/** Of several chains equally many of each. */
function drawsOf(posterior: Posterior): number {
  const count = Math.min(DRAWS, distinctDraws(posterior) ?? DRAWS);
  const chains = posterior.chains ?? 1;
  return Math.max(1, Math.floor(count / chains)) * chains;
}

/** Randomised ranks, (those below + u (those equal + 1)) / (L + 1): uniform for discrete quantities too. */
export function shareBelow(truth: number, draws: Float64Array, u: number): number {
  let [below, equal] = [0, 0];
  for (const draw of draws) {
    if (draw < truth) below += 1;
    if (draw === truth) equal += 1;
  }
  return (below + u * (equal + 1)) / (draws.length + 1);
}

function scoreOf(truth: number, draws: Float64Array): number {
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const squares = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const sd = Math.sqrt(squares / (draws.length - 1));
  return sd > 0 ? (truth - mean) / sd : Number.NaN;
}

function cut(values: Float64Array, chains: number): Float64Array[] {
  const length = values.length / chains;
  return Array.from({ length: chains }, (_, c) => values.slice(c * length, (c + 1) * length));
}
