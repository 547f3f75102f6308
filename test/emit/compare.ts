/** A run by the runtime and by its emitted trainer, brought to the same form. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitTfjs, gatherInputs } from '../../src/emit/index.ts';
import { executors } from '../../src/executors/index.ts';
import type { RunPlan } from '../../src/language/check/checked.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram, type RunResult, runPlan, silentReporter } from '../../src/runtime/index.ts';
import { templates, writeProject } from './project.ts';

export const SEED = 7;
export const STEPS = 20;

export interface Loss {
  /** Of the infer step in the run, and of the update in it, from 1. */
  readonly training: number;
  readonly step: number;
  readonly loss: number;
  readonly nll: number;
  readonly kl: number;
}

export async function loadPlan(path: string, settings: ReadonlyMap<string, string> = new Map()) {
  const loaded = await loadProgram(nodeHost(), path, settings);
  if (loaded.diagnostics.some((d) => d.severity === 'error')) throw new Error(loaded.diagnostics[0]!.message);
  return { plan: loaded.checked.runs[0]!, source: loaded.source };
}

/** The plan with trainings of at most 20 steps, as `--steps 20` makes them. */
function shortened(plan: RunPlan): RunPlan {
  const length = { unit: 'steps', count: STEPS } as const;
  return { ...plan, steps: plan.steps.map((step) => (step.kind === 'infer' ? { ...step, length } : step)) };
}

/** Runs it here, in steps of the wasm backend. */
export async function runHere(
  path: string,
  out: string,
): Promise<{ readonly result: RunResult; readonly losses: readonly Loss[] }> {
  const { plan, source } = await loadPlan(path);
  const request = {
    ...{
      plan: shortened(plan),
      source,
      seed: SEED,
      out,
      overwrite: true,
      logSteps: STEPS,
      checkpointEvery: null,
      settings: new Map(),
    },
    ...{ executor: executors.get('wasm')!, reason: 'test', version: 'test', argv: [] },
  };
  const result = await runPlan(request, nodeHost(), silentReporter);
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const records = lines.map((line) => JSON.parse(line) as Record<string, number>);
  const losses = records.flatMap(({ step, at, loss, nll, kl }) =>
    at === undefined ? [] : [{ training: step!, step: at, loss: loss!, nll: nll!, kl: kl! }],
  );
  return { result, losses };
}

/** Writes the project of the whole plan; it is the user who asks for few steps. */
export async function compileTo(path: string, folder: string): Promise<void> {
  const { plan, source } = await loadPlan(path);
  const { inputs } = await gatherInputs(plan, nodeHost(), path);
  const emitted = emitTfjs({ plan, source, seed: SEED, templates: await templates(), inputs });
  if (!emitted.ok) throw new Error(JSON.stringify(emitted.diagnostics));
  writeProject(folder, emitted.files);
}

export function readLosses(path: string): readonly Loss[] {
  if (!existsSync(path)) throw new Error(`the trainer wrote no ${path}`);
  return JSON.parse(readFileSync(path, 'utf8')) as readonly Loss[];
}

/** For each training the largest difference of two losses, as a share of the loss, or of one nat a row where that is more. */
export function differences(ours: readonly Loss[], theirs: readonly Loss[], rows: number): ReadonlyMap<number, number> {
  const worst = new Map<number, number>();
  for (const a of ours) {
    const b = theirs.find((loss) => loss.training === a.training && loss.step === a.step);
    const gap =
      b === undefined ? Number.POSITIVE_INFINITY : Math.abs(a.loss - b.loss) / Math.max(Math.abs(a.loss), rows);
    worst.set(a.training, Math.max(worst.get(a.training) ?? 0, gap));
  }
  return worst;
}

/** `  error 0.1722 (se 0.0038)` and so on, in the order in which the trainer prints them. */
export function printedFigures(output: string): readonly (readonly [string, number])[] {
  return [...output.matchAll(/^ {2}(\w+(?:\(\w+\))?) (-?[\d.e+-]+)(?: \(se .*\))?$/gm)].map((m) => [
    m[1]!,
    Number(m[2]),
  ]);
}
