/** One method on one data set: its program is trained as `bprune run` trains it, and its inputs are held to those that matter. */
import { resolve } from 'node:path';
import type { DataRequest } from '../../../src/base/data.ts';
import { DiagnosticError, hasErrors, invariant } from '../../../src/base/diagnostic.ts';
import { fingerprintOf } from '../../../src/data/fingerprint.ts';
import type { Executor } from '../../../src/executors/executor.ts';
import type { PlanStep } from '../../../src/language/check/checked.ts';
import type { Posterior, SitePosterior } from '../../../src/model/posterior.ts';
import type { Host } from '../../../src/runtime/host.ts';
import { loadProgram, silentReporter } from '../../../src/runtime/index.ts';
import { type Bench, openBench } from '../../../src/runtime/interactive.ts';
import type { RunState } from '../../../src/runtime/steps/step.ts';
import { anyAbove, largestInputs, TRUTH } from './inputs.ts';
import { leastBad } from './starts.ts';

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
  /** How many times the fit was begun anew. */
  readonly starts: number;
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
  readonly last: Posterior;
  readonly rmse: number;
  readonly sparsity: number;
  readonly starts: number;
  readonly seconds: number;
}

/** Gates: an input is selected when one of its edges is left, being more probably there than not. `set` is the seed of the data. */
export async function runEdges(set: number, place: Place): Promise<Figures> {
  const { first: _, last, ...figures } = await train('edges', set, new Map(), place);
  const { mask, shape } = firstLayerOf(last);
  invariant(mask !== null, 'the program prunes');
  return { selected: anyAbove(mask, shape[1]!, 0), ...figures };
}

/** Sizes of weights: given that five matter, the five inputs of the dense network with the largest norms; `share` of the weights is cut. */
export async function runMagnitude(set: number, share: number, place: Place): Promise<Figures> {
  const { first, last: _, ...figures } = await train('magnitude', set, new Map([['share', String(share)]]), place);
  return { selected: largestInputs(first, FIRST_LAYER, TRUTH.length), ...figures };
}

/** Changes with anything in the programs that the figures of a method depend on. */
export async function programFingerprint(method: Method, host: Host): Promise<string> {
  const texts = await Promise.all([method, 'common'].map((name) => host.read(pathOf(name))));
  return (await fingerprintOf(texts)).slice(0, 12);
}

const FIRST_LAYER = 'fc1.weight';
/** The step whose figures say whether a start was good. */
export const FIT = 'fit';
/** The noise has sd 1: with 3,000 rows this RMSE is four standard errors above it, and says that something is not fitted. */
export const ENOUGH = 1.05;
export const STARTS = 6;

const pathOf = (name: string) => `${PROGRAMS}/${name}.bprune`;

function firstLayerOf(posterior: Posterior): SitePosterior {
  const site = posterior.sites.find((s) => s.path === FIRST_LAYER);
  invariant(site !== undefined, `there is ${FIRST_LAYER}`);
  return site;
}

/**
 * The steps up to the one called `fit`, whose RMSE is that of training rows, from as many starts as it takes; then the others. The seeds are
 * those of `bprune run --seed`: the number of the data set, and 1,000 more for each further start. Throws `DiagnosticError` where the program or
 * the training fails.
 */
async function train(
  method: Method,
  set: number,
  changed: ReadonlyMap<string, string>,
  place: Place,
): Promise<Trained> {
  const began = performance.now();
  const settings = new Map([...changed, ['set', String(set)]]);
  const { checked, diagnostics } = await loadProgram(place.host, pathOf(method), settings);
  if (hasErrors(diagnostics)) throw new DiagnosticError(...diagnostics);
  const { steps, data } = checked.runs[0]!;
  const fitted = 1 + steps.findIndex((step) => step.name === FIT);
  const fit = async (start: number) => {
    const walk = new Walk(data, set + 1000 * start, place);
    for (const step of steps.slice(0, fitted)) await walk.go(step);
    return walk;
  };
  // A program without such a step has no figure to go by, and one start.
  const most = fitted === 0 ? 1 : STARTS;
  const { best: walk, starts } = await leastBad(fit, (w) => w.metrics.rmse ?? Number.NaN, { enough: ENOUGH, most });
  for (const step of steps.slice(fitted)) await walk.go(step);
  const { first, last } = walk.posteriors();
  const seconds = (performance.now() - began) / 1000;
  return { first, last, rmse: walk.metrics.rmse!, sparsity: walk.metrics.sparsity!, starts, seconds };
}

/** A run of a program, step by step. */
class Walk {
  readonly #data: DataRequest;
  readonly #bench: Bench;
  #state: RunState = { posterior: null };
  #first: Posterior | null = null;
  /** Of the last step. */
  metrics: Readonly<Record<string, number>> = {};

  constructor(data: DataRequest, seed: number, { host, executor }: Place) {
    this.#data = data;
    this.#bench = openBench(host, executor, seed);
  }

  async go(step: PlanStep): Promise<void> {
    const { state, result } = await this.#bench.step(this.#data, step, this.#state, silentReporter);
    this.#state = state;
    this.metrics = result.metrics;
    this.#first ??= state.posterior;
  }

  /** After the first inference, and as they are now. */
  posteriors(): { readonly first: Posterior; readonly last: Posterior } {
    invariant(this.#first !== null && this.#state.posterior !== null, 'the program infers');
    return { first: this.#first, last: this.#state.posterior };
  }
}
