/** Runs a plan: step after step, states by name, figures by name, everything kept in the run directory. */
import type { Dataset } from '../base/data.ts';
import { DiagnosticError } from '../base/diagnostic.ts';
import type { HostValue } from '../base/expr.ts';
import type { Source } from '../base/span.ts';
import { fingerprintOf } from '../data/fingerprint.ts';
import type { Executor } from '../executors/executor.ts';
import type { PlanStep, RunPlan } from '../language/check/checked.ts';
import { stepError, withWayOn } from './broken-run.ts';
import type { About, Checkpoint, Progress } from './checkpoint/checkpoint.ts';
import { CHECKPOINT_FILE, encodeCheckpoint } from './checkpoint/file.ts';
import { posteriorFile } from './export/posterior-file.ts';
import { guaranteesOf } from './guarantee-text.ts';
import type { Host } from './host.ts';
import { readData } from './read-data.ts';
import { openRecord, type RunRecord, type RunStatus, reopenRecord } from './record.ts';
import type { Reporter } from './reporter.ts';
import { runPlanStep } from './steps/index.ts';
import {
  type Checkpoints,
  Interrupted,
  noCheckpoints,
  type Requirement,
  type RunState,
  type StepOutcome,
  type StepResult,
} from './steps/step.ts';
import { type ResultTable, tablesOf } from './tables.ts';
import type { TrainingSnapshot } from './training.ts';

/** What a run and one that goes on have in common. */
export interface RunSettings {
  readonly plan: RunPlan;
  readonly source: Source;
  /** What the program imports; nothing when left out. */
  readonly imported?: readonly Source[];
  readonly executor: Executor;
  /** Why this executor. */
  readonly reason: string;
  /** Seconds between two checkpoints inside a training; null for none. */
  readonly checkpointEvery: number | null;
}

export interface RunRequest extends RunSettings {
  readonly seed: number;
  /** `--set` as written. */
  readonly settings: ReadonlyMap<string, string>;
  readonly out: string | null;
  readonly overwrite: boolean;
  readonly logSteps: number;
  readonly version: string;
  readonly argv: readonly string[];
}

export interface RunResult {
  readonly status: RunStatus;
  readonly path: string;
  readonly seconds: number;
  readonly steps: readonly StepResult[];
  readonly requirements: readonly Requirement[];
  readonly tables: readonly ResultTable[];
}

const START: Progress = { state: { posterior: null }, states: new Map(), figures: new Map(), results: [] };

/** Throws `DiagnosticError` when data, training or writing fail; a failed training leaves its run directory, with status `failed`. */
export async function runPlan(request: RunRequest, host: Host, reporter: Reporter): Promise<RunResult> {
  request.executor.warm?.();
  const record = await openRecord(host, { out: request.out, name: request.plan.name, overwrite: request.overwrite });
  try {
    const dataset = await readData(request.plan.data, host);
    if (dataset.warnings.length > 0) reporter.warned(dataset.warnings);
    await record.file('model.bprune', request.source.text);
    await record.file(
      'guarantee.txt',
      guaranteesOf(request.plan, new Map([[request.source.name, request.source.text]])),
    );
    const about = await aboutRun(request, dataset, host);
    return await carryOn({ ...request, about, dataset, record, host, reporter }, START, null);
  } catch (error) {
    if (error instanceof StepFailure) throw error.cause;
    if (await record.has(CHECKPOINT_FILE)) throw stillKept(error, record);
    await record.abandon().catch(() => undefined);
    throw error;
  } finally {
    await record.release().catch(() => undefined);
  }
}

/** The run could not be written to its end, but what it had come to lies in its temporary directory. */
function stillKept(error: unknown, record: RunRecord): unknown {
  return error instanceof DiagnosticError ? withWayOn(error, record.path) : error;
}

/** Goes on from a checkpoint whose program, data and version are known to be the same. */
export async function resumePlan(
  request: RunSettings & { readonly path: string; readonly checkpoint: Checkpoint; readonly dataset: Dataset },
  host: Host,
  reporter: Reporter,
): Promise<RunResult> {
  const { checkpoint, executor, reason } = request;
  const record = await reopenRecord(host, request.path, checkpoint.lengths);
  const about = { ...checkpoint.about, backend: executor.name, backend_reason: reason };
  try {
    return await carryOn({ ...request, about, record, host, reporter }, checkpoint.progress, checkpoint.training);
  } catch (error) {
    throw error instanceof StepFailure ? error.cause : stillKept(error, record);
  } finally {
    await record.release().catch(() => undefined);
  }
}

/** A step that failed after its record was finished: the directory stays. */
class StepFailure extends Error {
  override readonly cause: unknown;
  constructor(cause: unknown) {
    super('a step failed');
    this.cause = cause;
  }
}

async function aboutRun(request: RunRequest, dataset: Dataset, host: Host): Promise<About> {
  return {
    run: request.plan.name,
    program: host.resolve(request.source.name),
    program_sha256: await programFingerprint(request.source, request.imported ?? []),
    data: dataset.name,
    data_sha256: dataset.fingerprint,
    data_warnings: dataset.warnings.map(({ code, message }) => ({ code, message })),
    seed: request.seed,
    settings: Object.fromEntries(request.settings),
    backend: request.executor.name,
    backend_reason: request.reason,
    versions: { bprune: request.version, ...host.versions },
    argv: request.argv,
    started: host.date(),
    log_steps: request.logSteps,
  };
}

/** Of the program and all that it imports. */
export function programFingerprint(program: Source, imported: readonly Source[]): Promise<string> {
  return fingerprintOf([program, ...imported].map((source) => new TextEncoder().encode(source.text)));
}

interface Work extends RunSettings {
  readonly about: About;
  readonly dataset: Dataset;
  readonly record: RunRecord;
  readonly host: Host;
  readonly reporter: Reporter;
}

/** Runs the steps that are left. */
async function carryOn(work: Work, from: Progress, training: TrainingSnapshot | null): Promise<RunResult> {
  const { plan, record, host } = work;
  const started = host.now();
  let progress = from;
  let snapshot = training;
  let cut = false;
  for (const step of plan.steps.slice(progress.results.length)) {
    if (cut || host.interrupted()) break;
    const outcome = await oneStep(work, step, progress, snapshot);
    if (outcome === null) break;
    snapshot = null;
    cut = outcome.cut === true;
    progress = advanced(progress, step, outcome, plan.steps);
    if (!cut) await saveCheckpoint(work, progress, null);
  }
  const { state, results } = progress;
  await savePosterior(state, record);
  const status = !cut && results.length === plan.steps.length ? 'finished' : 'interrupted';
  if (status === 'finished') await record.remove(CHECKPOINT_FILE);
  // Stopped before anything was kept: going on is then beginning.
  else if (!(await record.has(CHECKPOINT_FILE))) await saveCheckpoint(work, from, training);
  const requirements = results.flatMap((r) => (r.requirement === null ? [] : [r.requirement]));
  const seconds = (host.now() - started) / 1000;
  await record.timings({ total: seconds, peak_mib: Math.round(host.peakMemory() / 2 ** 20) });
  const tables = tablesOf(plan, results);
  await record.finish(status, { ...work.about, steps: results, requirements, tables });
  return { status, steps: results, requirements, tables, path: record.path, seconds };
}

/** Null when the user asked to stop before the step had anything to show. */
async function oneStep(
  work: Work,
  step: PlanStep,
  progress: Progress,
  snapshot: TrainingSnapshot | null,
): Promise<StepOutcome | null> {
  const { plan, about, record, host, reporter } = work;
  reporter.stepStarted(step.index, plan.steps.length, step.text);
  const began = host.now();
  const start = stateBefore(step, progress);
  const checkpoints = checkpointsOf(work, progress);
  const context = { ...work, seed: about.seed, logSteps: about.log_steps, figures: progress.figures };
  try {
    const outcome = await runPlanStep(step, start, { ...context, snapshot, checkpoints });
    await record.timings({ step: step.index, seconds: (host.now() - began) / 1000 });
    return outcome;
  } catch (error) {
    if (error instanceof Interrupted) return null;
    throw await withRecordKept(stepError(error, step), work, progress);
  } finally {
    reporter.stepDone();
  }
}

function stateBefore({ from }: PlanStep, progress: Progress): RunState {
  if (from === null) return progress.state;
  return from === 0 ? START.state : progress.states.get(from)!;
}

/** States are kept for as long as a step that is left starts from them. */
function advanced(
  progress: Progress,
  step: PlanStep,
  { state, result }: StepOutcome,
  steps: readonly PlanStep[],
): Progress {
  const results = [...progress.results, result];
  const wanted = new Set(steps.slice(step.index).map(({ from }) => from));
  const states = new Map([...progress.states, [step.index, state] as const].filter(([index]) => wanted.has(index)));
  if (step.name === null) return { ...progress, state, states, results };
  const figures = new Map<string, HostValue>(progress.figures);
  for (const [key, value] of Object.entries(result.metrics)) figures.set(`${step.name}.${key}`, value);
  for (const [key, value] of Object.entries(result.se)) figures.set(`${step.name}.${key}.se`, value);
  return { state, states, results, figures };
}

function checkpointsOf(work: Work, progress: Progress): Checkpoints {
  const { checkpointEvery, host } = work;
  if (checkpointEvery === null)
    return { ...noCheckpoints, save: (training) => saveCheckpoint(work, progress, training) };
  let last = host.now();
  return {
    due: () => host.now() - last >= 1000 * checkpointEvery,
    async save(training) {
      await saveCheckpoint(work, progress, training);
      last = host.now();
    },
  };
}

async function saveCheckpoint(work: Work, progress: Progress, training: TrainingSnapshot | null): Promise<void> {
  const { about, record } = work;
  const bytes = await encodeCheckpoint({ about, progress, training, lengths: record.lengths() });
  await record.file(CHECKPOINT_FILE, bytes);
}

async function savePosterior(state: RunState, record: RunRecord): Promise<void> {
  if (state.posterior !== null) await record.file('posterior.safetensors', posteriorFile(state.posterior));
}

/** A step that failed, for whatever reason but the disk, keeps what was known before it: hours of training may lie there. */
async function withRecordKept(error: DiagnosticError, { record, about }: Work, progress: Progress): Promise<unknown> {
  if (error.diagnostics.some((d) => d.code.startsWith('BP7'))) return error;
  const problem = error.diagnostics.map((d) => ({ code: d.code, message: d.message }));
  await savePosterior(progress.state, record);
  const kept = await record.has(CHECKPOINT_FILE);
  await record.finish('failed', { ...about, steps: progress.results, problem });
  return new StepFailure(kept ? withWayOn(error, record.path) : error);
}
