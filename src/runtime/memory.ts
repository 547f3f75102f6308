/**
 * How much memory a training takes, told before it begins; one that would not fit is refused with the batch that does.
 * The parts: the process with its backend, the data, the state as often as it is held, what one step needs in between,
 * and a block of feeds. The factors of each executor were fitted to the benchmark's programs; `test/bench/forecast.ts` holds
 * the forecast against what a run takes.
 */
import type { Dataset } from '../base/data.ts';
import { DiagnosticError, diagnostic } from '../base/diagnostic.ts';
import type { Executor } from '../executors/executor.ts';
import { bytesOf, forecastMemory } from '../graph/transforms/memory.ts';
import type { EngineProgram } from '../inference/engine.ts';
import { engines } from '../inference/index.ts';
import type { PlanInfer } from '../language/check/checked.ts';
import { blockSteps } from './block-length.ts';

/** Bytes of a training in batches of `rows`. */
export function forecastTraining(program: EngineProgram, rows: number, dataset: Dataset, executor: Executor): number {
  const step = program.step(rows, { values: false });
  const { state, fed, values } = forecastMemory(step);
  const { base, states, step: stepFactor } = executor.memory;
  const idle = program.state.reduce((sum, { type }) => sum + bytesOf(type), 0) - state / 2;
  // `state` counts the state before and after the step; what the step leaves alone is held twice while it is taken down.
  return base + dataBytes(dataset) + (states * state) / 2 + 2 * idle + stepFactor * values + blockSteps(step) * fed;
}

/** Bytes of all columns. */
function dataBytes(dataset: Dataset): number {
  const columns = Object.values(dataset.splits).flatMap((split) => Object.values(split.columns));
  return columns.reduce((sum, column) => sum + column.data.byteLength, 0);
}

/** The forecast in bytes. Throws `DiagnosticError` BP5903 when it is more than `free`. */
export function refuseTooLarge(
  step: PlanInfer,
  program: EngineProgram,
  rows: number,
  dataset: Dataset,
  executor: Executor,
  free: number,
): number {
  const need = (batch: number) => forecastTraining(program, batch, dataset, executor);
  const wanted = need(rows);
  if (wanted <= free) return wanted;
  const fits = largest(rows - 1, (batch) => need(batch) <= free);
  const copies = engines.get(step.engine)?.draws;
  const several = copies !== undefined && Number(step.options[copies] ?? 0) > 1;
  const smaller = several ? `take fewer ${copies}, or make the network smaller` : 'make the network smaller';
  throw new DiagnosticError(
    diagnostic(
      'BP5903',
      step.span,
      `This training needs about ${gibibytes(wanted)} of memory, and ${gibibytes(free)} are free.`,
      { hint: fits === 0 ? `not even a batch of 1 fits: ${smaller}` : `batch = ${fits} is the largest that fits` },
    ),
  );
}

/** The largest number from 1 to `most` that fits, where a larger one never fits when a smaller does not; 0 for none. */
function largest(most: number, fits: (n: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function gibibytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
