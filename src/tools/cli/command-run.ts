/** `bprune run`: checks, runs, reports. */
import { relative } from 'node:path';
import type { ExitCode } from '../../base/codes.ts';
import { type Diagnostic, DiagnosticError, diagnostic, hasErrors } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { nearest } from '../../base/suggest.ts';
import type { RunPlan } from '../../language/check/checked.ts';
import { chooseExecutor, workloadOf } from '../../runtime/backends.ts';
import { type Loaded, loadProgram, type Reporter, type RunResult, runPlan, toJson } from '../../runtime/index.ts';
import { readMeasurements } from './cache.ts';
import { stoppable } from './interrupts.ts';
import { presentResult, requirementText, resultDocument } from './present.ts';
import { type ProgressStyle, reporterFor } from './reporters.ts';
import { type ColorChoice, report } from './session.ts';
import { version } from './version.ts';

/** How a run shows itself and how often it is kept; the same for one that goes on. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly progress: ProgressStyle;
  readonly checkpointEvery: number | null;
  readonly color: ColorChoice;
}

export interface RunFlags extends OutputFlags {
  readonly set: ReadonlyMap<string, string>;
  readonly seed: number;
  readonly backend: string;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly logSteps: number;
}

export function runCommand(
  file: string,
  name: string | undefined,
  flags: RunFlags,
  sources: Map<string, string>,
): Promise<ExitCode> {
  return stoppable(async (host) => {
    const loaded = await loadProgram(host, file, flags.set);
    for (const [source, text] of loaded.sources) sources.set(source, text);
    if (hasErrors(loaded.diagnostics)) throw new DiagnosticError(...loaded.diagnostics);
    const plan = chosenRun(loaded, name);
    report(ofRun(loaded, plan), sources, flags.color);
    const choice = await chooseExecutor(flags.backend, readMeasurements()?.[workloadOf(plan)]);
    if (!choice.ok) throw new DiagnosticError(choice.diagnostic);
    const { executor, reason } = choice;
    if (!flags.quiet) process.stderr.write(`backend ${executor.name} (${reason}), seed ${flags.seed}\n`);
    const reporter: Reporter = {
      ...reporterFor(flags.quiet ? 'none' : flags.progress, process.stderr),
      warned: (warnings) => void report(warnings, sources, flags.color),
    };
    const request = {
      plan,
      source: loaded.source,
      imported: loaded.imported,
      seed: flags.seed,
      executor,
      reason,
      settings: flags.set,
      out: flags.out ?? null,
      overwrite: flags.overwrite ?? false,
      logSteps: flags.logSteps,
      checkpointEvery: flags.checkpointEvery,
      version,
      argv: process.argv.slice(2),
    };
    return conclude(await runPlan(request, host, reporter), plan, flags, sources);
  });
}

/** Without what is said of other runs of the file. */
function ofRun({ program, diagnostics }: Loaded, plan: RunPlan): readonly Diagnostic[] {
  const others = program.declarations.filter(({ kind, span }) => kind === 'run' && !isWithin(plan.span, span));
  return diagnostics.filter(({ span }) => span === null || !others.some((run) => isWithin(span, run.span)));
}

function isWithin(inner: Span, outer: Span): boolean {
  return inner.source === outer.source && outer.start <= inner.start && inner.end <= outer.end;
}

export function chosenRun(loaded: Loaded, name: string | undefined): RunPlan {
  const { runs, unfinished } = loaded.checked;
  const names = inOrder([...runs.map((r) => r.name), ...unfinished], loaded.program);
  const fail = (message: string, hint: string) => new DiagnosticError(diagnostic('BP9003', null, message, { hint }));
  if (names.length === 0)
    throw fail(`${loaded.source.name} has no run.`, 'add one, such as `run on mnist { infer sgvb { epochs = 10 } }`');
  if (name === undefined && names.length > 1)
    throw fail(
      `${loaded.source.name} has several runs: ${names.join(', ')}.`,
      `name one behind the file: ${loaded.source.name} ${runs[0]?.name ?? names[0]}`,
    );
  const found = name === undefined ? runs[0] : runs.find((r) => r.name === name);
  if (found !== undefined) return found;
  const asked = name ?? names[0]!;
  if (unfinished.includes(asked)) throw notAvailable(loaded, asked);
  const near = nearest(name ?? '', names);
  throw fail(
    `${loaded.source.name} has no run \`${name}\`.`,
    near === null ? `its runs are ${names.join(', ')}` : `did you mean \`${near}\`?`,
  );
}

/** Runs as they stand in the file; those of other files come last. */
function inOrder(runs: readonly string[], program: Loaded['program']): readonly string[] {
  const declared = program.declarations.flatMap((d) => (d.kind === 'run' ? [d.name?.name ?? 'run'] : []));
  const place = (run: string) => (declared.includes(run) ? declared.indexOf(run) : declared.length);
  return [...runs].sort((a, b) => place(a) - place(b));
}

/** The program is right, but this version cannot do all of it: the parts are named, then the run is refused. */
function notAvailable(loaded: Loaded, run: string): DiagnosticError {
  const parts = loaded.diagnostics.filter((d) => d.code === 'BP2003');
  const refusal = diagnostic('BP9005', null, `Run \`${run}\` needs something that is not available yet.`, {
    hint: parts.length === 0 ? 'see what `bprune check` says of it' : 'leave out what is named above',
  });
  return new DiagnosticError(...parts, refusal);
}

/** Shows the result and gives the exit code that it deserves. */
export function conclude(
  result: RunResult,
  plan: RunPlan,
  flags: OutputFlags,
  sources: ReadonlyMap<string, string>,
): ExitCode {
  process.stdout.write(flags.json ? `${toJson(resultDocument(result), 2)}\n` : presentResult(result));
  if (result.status === 'interrupted') {
    const path = relative('', result.path) || result.path;
    process.stderr.write(`Interrupted. \`bprune resume ${path}\` goes on from here; what is known so far is there.\n`);
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
