/** `bprune run`: checks, runs, reports. */
import type { ExitCode } from '../../base/codes.ts';
import { type Diagnostic, DiagnosticError, diagnostic, hasErrors } from '../../base/diagnostic.ts';
import { nearest } from '../../base/suggest.ts';
import type { RunPlan } from '../../language/check/checked.ts';
import { chooseExecutor, workloadOf } from '../../runtime/backends.ts';
import { nodeHost } from '../../runtime/host-node.ts';
import { type Loaded, loadProgram, type RunResult, runPlan, toJson } from '../../runtime/index.ts';
import { readMeasurements } from './cache.ts';
import { presentResult, requirementText, resultDocument } from './present.ts';
import { type ProgressStyle, reporterFor } from './reporters.ts';
import { type ColorChoice, report } from './session.ts';
import { version } from './version.ts';

export interface RunFlags {
  readonly set: ReadonlyMap<string, string>;
  readonly seed: number;
  readonly backend: string;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly progress: ProgressStyle;
  readonly logSteps: number;
  readonly color: ColorChoice;
}

export async function runCommand(
  file: string,
  name: string | undefined,
  flags: RunFlags,
  sources: Map<string, string>,
): Promise<ExitCode> {
  const stop = { requested: false };
  const host = nodeHost(stop);
  const loaded = await loadProgram(host, file, flags.set);
  for (const [source, text] of loaded.sources) sources.set(source, text);
  if (hasErrors(loaded.diagnostics)) throw new DiagnosticError(...loaded.diagnostics);
  report(loaded.diagnostics, sources, flags.color);
  const plan = chosenRun(loaded, name);
  const choice = await chooseExecutor(flags.backend, readMeasurements()?.[workloadOf(plan)]);
  if (!choice.ok) throw new DiagnosticError(choice.diagnostic);
  const reporter = reporterFor(flags.quiet ? 'none' : flags.progress, process.stderr);
  if (!flags.quiet) process.stderr.write(`backend ${choice.executor.name} (${choice.reason}), seed ${flags.seed}\n`);
  const onInterrupt = () => {
    if (stop.requested) process.exit(130);
    stop.requested = true;
    process.stderr.write('\nStopping at the end of this block of steps; Ctrl-C once more stops at once.\n');
  };
  process.on('SIGINT', onInterrupt);
  try {
    const request = {
      plan,
      source: loaded.source,
      seed: flags.seed,
      executor: choice.executor,
      reason: choice.reason,
      settings: flags.set,
      out: flags.out ?? null,
      overwrite: flags.overwrite ?? false,
      logSteps: flags.logSteps,
      version,
      argv: process.argv.slice(2),
    };
    return conclude(await runPlan(request, host, reporter), plan, flags, sources);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

export function chosenRun(loaded: Loaded, name: string | undefined): RunPlan {
  const { runs } = loaded.checked;
  const names = runs.map((r) => r.name);
  const fail = (message: string, hint: string) => new DiagnosticError(diagnostic('BP9003', null, message, { hint }));
  if (runs.length === 0)
    throw fail(`${loaded.source.name} has no run.`, 'add one, such as `run on mnist { infer sgvb { epochs = 10 } }`');
  if (name === undefined && runs.length > 1)
    throw fail(
      `${loaded.source.name} has several runs: ${names.join(', ')}.`,
      `name one behind the file: ${loaded.source.name} ${names[0]}`,
    );
  const found = name === undefined ? runs[0] : runs.find((r) => r.name === name);
  if (found !== undefined) return found;
  const near = nearest(name ?? '', names);
  throw fail(
    `${loaded.source.name} has no run \`${name}\`.`,
    near === null ? `its runs are ${names.join(', ')}` : `did you mean \`${near}\`?`,
  );
}

function conclude(result: RunResult, plan: RunPlan, flags: RunFlags, sources: ReadonlyMap<string, string>): ExitCode {
  process.stdout.write(flags.json ? `${toJson(resultDocument(result), 2)}\n` : presentResult(result));
  if (result.status === 'interrupted') {
    process.stderr.write(
      `Interrupted. What is known so far is in ${result.path}; run the same command with another --out to start again.\n`,
    );
    return 130;
  }
  return report(failedRequirements(result, plan), sources, flags.color);
}

function failedRequirements(result: RunResult, plan: RunPlan): Diagnostic[] {
  return result.steps.flatMap(({ requirement }, i) => {
    if (requirement === null || requirement.held) return [];
    return diagnostic('BP6901', plan.steps[i]!.span, `A requirement does not hold: ${requirementText(requirement)}`, {
      hint: `the run itself finished; its figures are in ${result.path}`,
    });
  });
}
