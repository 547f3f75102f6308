/** One engine on one split of one table: the program is trained as `bprune run` trains it, and judged in original units. */
import { resolve } from 'node:path';
import { DiagnosticError, hasErrors } from '../../../src/base/diagnostic.ts';
import { fingerprintOf } from '../../../src/data/fingerprint.ts';
import type { Executor } from '../../../src/executors/executor.ts';
import type { PlanStep } from '../../../src/language/check/checked.ts';
import type { Host } from '../../../src/runtime/host.ts';
import { loadProgram, silentReporter } from '../../../src/runtime/index.ts';
import { openBench } from '../../../src/runtime/interactive.ts';
import type { RunState } from '../../../src/runtime/steps/step.ts';
import type { Table } from './tables.ts';

export const PROGRAMS = resolve(import.meta.dirname, '../programs/uci');

export interface Job {
  readonly engine: string;
  readonly table: Table;
  /** From 1; also the seed. */
  readonly split: number;
}

/** In the units of the table: `logLikelihood` in nats for each row, the log of the density averaged over draws; `seconds` of the processor, with what it compiles. */
export interface Figures {
  readonly rmse: number;
  readonly logLikelihood: number;
  readonly seconds: number;
}

/** What is judged: rows that training never saw. While settings are looked for, `validation`: a tenth of the training rows. */
export type Judged = 'test' | 'validation';

/** Where a job finds its files, and what it runs on. */
export interface Place {
  /** Holds the tables by name. */
  readonly data: string;
  /** Holds the programs of the engines, and `common.bprune`. */
  readonly programs: string;
  readonly host: Host;
  readonly executor: Executor;
}

/** `on` is what is judged. Throws `DiagnosticError` where the program or the training fails. */
export async function runJob(job: Job, on: Judged, { data, programs, host, executor }: Place): Promise<Figures> {
  const began = process.cpuUsage();
  const files = withTable(host, programs, resolve(data, job.table.name), on);
  const settings = new Map([
    ['fold', String(job.split)],
    ['features', String(job.table.features)],
    ['noise', String(job.table.noise)],
  ]);
  const { checked, diagnostics } = await loadProgram(files, programOf(programs, job.engine), settings);
  if (hasErrors(diagnostics)) throw new DiagnosticError(...diagnostics);
  const plan = checked.runs[0]!;
  const bench = openBench(files, executor, job.split);
  let state: RunState = { posterior: null };
  let metrics: Readonly<Record<string, number>> = {};
  for (const step of plan.steps) {
    const outcome = await bench.step(plan.data, judging(step, on), state, silentReporter);
    state = outcome.state;
    metrics = outcome.result.metrics;
  }
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  return { rmse: metrics.rmse!, logLikelihood: metrics.log_likelihood!, seconds };
}

/** Changes with anything that the figures of an engine depend on in its program and in what is set in it. */
export async function programFingerprint(engine: string, { programs, host }: Place): Promise<string> {
  const paths = [programOf(programs, engine), commonOf(programs)];
  const texts = await Promise.all(paths.map((path) => host.read(path)));
  return (await fingerprintOf(texts)).slice(0, 12);
}

const programOf = (programs: string, engine: string) => `${programs}/${engine}.bprune`;
const commonOf = (programs: string) => `${programs}/common.bprune`;

/** The programs read the table `data`: here it is that of the job. Where validation is wanted, its line is put in. */
function withTable(host: Host, programs: string, table: string, on: Judged): Host {
  const split = '\n  validation = split(train, 10%, seed = 1)\n}';
  return {
    ...host,
    locate: async (written, from) => (written === 'data' ? table : host.locate(written, from)),
    async read(path) {
      const bytes = await host.read(path);
      if (on === 'test' || path !== commonOf(programs)) return bytes;
      return new TextEncoder().encode(new TextDecoder().decode(bytes).replace('\n}', split));
    },
  };
}

function judging(step: PlanStep, on: Judged): PlanStep {
  if (step.kind !== 'evaluate') return step;
  return { ...step, split: on, metrics: step.metrics.map((m) => ({ ...m, split: on })) };
}
