/** Runs a plan: step after step, states by name, figures by name, everything kept in the run directory. */

import type { Dataset } from '../base/data.ts';
import { DiagnosticError } from '../base/diagnostic.ts';
import type { HostValue } from '../base/expr.ts';
import type { Source } from '../base/span.ts';
import { fingerprintOf } from '../data/fingerprint.ts';
import type { Executor } from '../executors/executor.ts';
import type { RunPlan } from '../language/check/checked.ts';
import { posteriorFile } from './export/posterior-file.ts';
import type { Host } from './host.ts';
import { readData } from './read-data.ts';
import { openRecord, type RunRecord, type RunStatus } from './record.ts';
import type { Reporter } from './reporter.ts';
import { runPlanStep } from './steps/index.ts';
import { Interrupted, type Requirement, type RunContext, type RunState, type StepResult } from './steps/step.ts';

export interface RunRequest {
  readonly plan: RunPlan;
  readonly source: Source;
  readonly seed: number;
  readonly executor: Executor;
  readonly reason: string;
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
}

/** Throws `DiagnosticError` when data, training or writing fail; a failed training leaves its run directory, with status `failed`. */
export async function runPlan(request: RunRequest, host: Host, reporter: Reporter): Promise<RunResult> {
  const started = host.now();
  const record = await openRecord(host, { out: request.out, name: request.plan.name, overwrite: request.overwrite });
  try {
    const dataset = await readData(request.plan.data, host, request.source.name);
    await record.file('model.bprune', request.source.text);
    const about = await aboutRun(request, dataset, host);
    const outcome = await runSteps(request, dataset, record, host, reporter, about);
    const seconds = (host.now() - started) / 1000;
    await record.timings({ total: seconds });
    await record.finish(outcome.status, { ...about, ...summaryOf(outcome) });
    return { ...outcome, path: record.path, seconds };
  } catch (error) {
    if (!(error instanceof StepFailure)) await record.abandon().catch(() => undefined);
    throw error instanceof StepFailure ? error.cause : error;
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

async function aboutRun(request: RunRequest, dataset: Dataset, host: Host): Promise<Readonly<Record<string, unknown>>> {
  return {
    run: request.plan.name,
    program: request.source.name,
    program_sha256: await fingerprintOf([new TextEncoder().encode(request.source.text)]),
    data: dataset.name,
    data_sha256: dataset.fingerprint,
    seed: request.seed,
    settings: Object.fromEntries(request.settings),
    backend: request.executor.name,
    backend_reason: request.reason,
    versions: { bprune: request.version, ...host.versions },
    argv: request.argv,
    started: host.date(),
  };
}

type Outcome = Pick<RunResult, 'status' | 'steps' | 'requirements'>;

function summaryOf(outcome: Outcome) {
  return { steps: outcome.steps, requirements: outcome.requirements };
}

async function runSteps(
  request: RunRequest,
  dataset: Dataset,
  record: RunRecord,
  host: Host,
  reporter: Reporter,
  about: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  const figures = new Map<string, HostValue>();
  const { executor, seed, logSteps } = request;
  const context: RunContext = { seed, dataset, executor, host, reporter, record, figures, logSteps };
  const named = new Map<string, RunState>();
  const results: StepResult[] = [];
  let state: RunState = { posterior: null };
  for (const step of request.plan.steps) {
    if (host.interrupted()) break;
    reporter.stepStarted(step.index, request.plan.steps.length, step.text);
    const began = host.now();
    const start = step.from === null ? state : named.get(step.from)!;
    const outcome = await runPlanStep(step, start, context)
      .finally(() => reporter.stepDone())
      .catch(async (error: unknown) => {
        if (error instanceof Interrupted) return null;
        throw await withRecordKept(error, record, state, { ...about, steps: results });
      });
    if (outcome === null) break;
    state = outcome.state;
    results.push(outcome.result);
    await record.timings({ step: step.index, seconds: (host.now() - began) / 1000 });
    if (step.name === null) continue;
    named.set(step.name, state);
    for (const [key, value] of Object.entries(outcome.result.metrics)) figures.set(`${step.name}.${key}`, value);
    for (const [key, value] of Object.entries(outcome.result.se)) figures.set(`${step.name}.${key}.se`, value);
  }
  await savePosterior(state, record);
  const requirements = results.flatMap((r) => (r.requirement === null ? [] : [r.requirement]));
  return { status: host.interrupted() ? 'interrupted' : 'finished', steps: results, requirements };
}

async function savePosterior(state: RunState, record: RunRecord): Promise<void> {
  if (state.posterior !== null) await record.file('posterior.safetensors', posteriorFile(state.posterior));
}

/** A step that failed, for whatever reason but the disk, keeps what was known before it: hours of training may lie there. */
async function withRecordKept(error: unknown, record: RunRecord, state: RunState, about: object): Promise<unknown> {
  const diagnostics = error instanceof DiagnosticError ? error.diagnostics : [];
  if (diagnostics.some((d) => d.code.startsWith('BP7'))) return error;
  const known = diagnostics.map((d) => ({ code: d.code, message: d.message }));
  const problem = known.length > 0 ? known : [{ code: 'BP9001', message: String(error) }];
  await savePosterior(state, record);
  await record.finish('failed', { ...about, problem });
  return new StepFailure(error);
}
