/** `bprune resume`: goes on with a run that was interrupted, killed, or that failed. */
import type { ExitCode } from '../../base/codes.ts';
import { DiagnosticError } from '../../base/diagnostic.ts';
import { chooseExecutor } from '../../runtime/backends.ts';
import { openStopped, resumePlan } from '../../runtime/index.ts';
import { conclude, type OutputFlags } from './command-run.ts';
import { stoppable } from './interrupts.ts';
import { reporterFor } from './reporters.ts';
import { version } from './version.ts';

export interface ResumeFlags extends OutputFlags {
  /** Null keeps the backend that the run was begun on. */
  readonly backend: string | null;
}

export function resumeCommand(run: string, flags: ResumeFlags, sources: Map<string, string>): Promise<ExitCode> {
  return stoppable(async (host) => {
    const stopped = await openStopped(host, run, version);
    for (const [source, text] of stopped.loaded.sources) sources.set(source, text);
    const { about, progress, training } = stopped.checkpoint;
    const choice = await chooseExecutor(flags.backend ?? about.backend);
    if (!choice.ok) throw new DiagnosticError(choice.diagnostic);
    const { executor } = choice;
    const same = executor.name === about.backend;
    const reason = same ? about.backend_reason : `named when the run went on; it was begun on ${about.backend}`;
    if (!flags.quiet) {
      const { steps } = stopped.plan;
      const behind = training === null ? '' : `, ${training.done} training steps of the next`;
      process.stderr.write(`${progress.results.length} of ${steps.length} steps are done${behind}\n`);
      process.stderr.write(`backend ${executor.name}, seed ${about.seed}\n`);
      if (!same)
        process.stderr.write('note: another backend rounds differently, so figures may differ in the last digits\n');
    }
    const reporter = reporterFor(flags.quiet ? 'none' : flags.progress, process.stderr);
    const { source } = stopped.loaded;
    const request = { ...stopped, source, executor, reason, checkpointEvery: flags.checkpointEvery };
    return conclude(await resumePlan(request, host, reporter), stopped.plan, flags, sources);
  });
}
