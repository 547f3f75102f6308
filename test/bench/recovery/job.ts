/** One method on one data set: its program is trained as `bprune run` trains it, and its inputs are held to those that matter. */
import { resolve } from 'node:path';
import { DiagnosticError, hasErrors, invariant } from '../../../src/base/diagnostic.ts';
import { fingerprintOf } from '../../../src/data/fingerprint.ts';
import type { Executor } from '../../../src/executors/executor.ts';
import type { Posterior } from '../../../src/model/posterior.ts';
import { inclusionOf } from '../../../src/pruning/index.ts';
import type { Host } from '../../../src/runtime/host.ts';
import { loadProgram, silentReporter } from '../../../src/runtime/index.ts';
import { openBench } from '../../../src/runtime/interactive.ts';
import type { RunState } from '../../../src/runtime/steps/step.ts';
import { anyAbove, largestInputs, TRUTH } from './inputs.ts';

export const PROGRAMS = resolve(import.meta.dirname, '../programs/recovery');

/** Programs in `test/bench/programs/recovery`. */
export const methods = ['edges', 'magnitude'] as const;
export type Method = (typeof methods)[number];

export interface Figures {
  /** Inputs, from 1. */
  readonly selected: readonly number[];
  /** Of 1,000 rows that training never saw, whose noise has sd 1. */
  readonly rmse: number;
  /** Share of the weights that are gone, biases apart. */
  readonly sparsity: number;
  /** Training and evaluation. */
  readonly seconds: number;
}

export interface Place {
  readonly host: Host;
  readonly executor: Executor;
}

/** What is left when the program ends, and what there was after its first inference. */
interface Trained {
  readonly first: Posterior;
  readonly inclusion: Float32Array;
  readonly rmse: number;
  readonly sparsity: number;
  readonly seconds: number;
}

/** Gates: an input is selected when one of its edges is more probably there than not. `set` counts from 1 and is the seed. */
export async function runEdges(set: number, place: Place): Promise<Figures> {
  const { inclusion, first, ...figures } = await train('edges', set, new Map(), place);
  return { selected: anyAbove(inclusion, outputsOf(first), 0.5), ...figures };
}

/** Sizes of weights: given that five matter, the five inputs of the dense network with the largest norms; `share` of the weights is cut. */
export async function runMagnitude(set: number, share: number, place: Place): Promise<Figures> {
  const { first, inclusion: _, ...figures } = await train('magnitude', set, new Map([['share', String(share)]]), place);
  return { selected: largestInputs(first, FIRST_LAYER, TRUTH.length), ...figures };
}

/** Changes with anything in the programs that the figures of a method depend on. */
export async function programFingerprint(method: Method, host: Host): Promise<string> {
  const texts = await Promise.all([method, 'common'].map((name) => host.read(pathOf(name))));
  return (await fingerprintOf(texts)).slice(0, 12);
}

const FIRST_LAYER = 'fc1.weight';
const pathOf = (name: string) => `${PROGRAMS}/${name}.bprune`;

function outputsOf(posterior: Posterior): number {
  const site = posterior.sites.find((s) => s.path === FIRST_LAYER);
  invariant(site !== undefined, `there is ${FIRST_LAYER}`);
  return site.shape[1]!;
}

/** Throws `DiagnosticError` where the program or the training fails. */
async function train(
  method: Method,
  set: number,
  changed: ReadonlyMap<string, string>,
  { host, executor }: Place,
): Promise<Trained> {
  const began = performance.now();
  const settings = new Map([...changed, ['set', String(set)]]);
  const { checked, diagnostics } = await loadProgram(host, pathOf(method), settings);
  if (hasErrors(diagnostics)) throw new DiagnosticError(...diagnostics);
  const plan = checked.runs[0]!;
  const bench = openBench(host, executor, set);
  let state: RunState = { posterior: null };
  let first: Posterior | null = null;
  let metrics: Readonly<Record<string, number>> = {};
  for (const step of plan.steps) {
    const outcome = await bench.step(plan.data, step, state, silentReporter);
    state = outcome.state;
    metrics = outcome.result.metrics;
    first ??= state.posterior;
  }
  invariant(first !== null, 'the program infers');
  const inclusion = inclusionOf(checked.models[0]!, first, FIRST_LAYER);
  const seconds = (performance.now() - began) / 1000;
  return { first, inclusion, rmse: metrics.rmse!, sparsity: metrics.sparsity!, seconds };
}
