/** `bprune diagnose`: how far the posterior of a run can be trusted, in sentences. */
import type { ExitCode } from '../../base/codes.ts';
import { DiagnosticError } from '../../base/diagnostic.ts';
import { chooseExecutor } from '../../runtime/backends.ts';
import { type Diagnosis, diagnose, openEnded, toJson } from '../../runtime/index.ts';
import { stoppable } from './interrupts.ts';

export interface DiagnoseFlags {
  /** Null for that of the run. */
  readonly backend: string | null;
  readonly json?: boolean;
}

export function diagnoseCommand(run: string, flags: DiagnoseFlags, sources: Map<string, string>): Promise<ExitCode> {
  return stoppable(async (host): Promise<ExitCode> => {
    const ended = await openEnded(host, run);
    for (const [source, text] of ended.loaded.sources) sources.set(source, text);
    const choice = await chooseExecutor(flags.backend ?? ended.about.backend);
    if (!choice.ok) throw new DiagnosticError(choice.diagnostic);
    const diagnosis = await diagnose(ended, choice.executor, host);
    process.stdout.write(flags.json ? `${toJson({ run, ...diagnosis }, 2)}\n` : prose(run, diagnosis));
    return 0;
  });
}

function prose(run: string, { engine, posterior, findings }: Diagnosis): string {
  const lines = findings.map(({ warning, text }) => `${warning ? 'warning: ' : ''}${text}`);
  const warnings = findings.filter((f) => f.warning).length;
  const end =
    warnings === 0 ? 'Nothing speaks against it.' : `${warnings} of ${findings.length} findings are warnings.`;
  return `${[`${run}: the posterior of \`${engine}\`, ${posterior}.`, ...lines, end].join('\n\n')}\n`;
}
