/** What all commands share: colour, diagnostics on standard error, and exit codes that mean something. */
import type { ExitCode } from '../../base/codes.ts';
import { type Diagnostic, DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import { renderDiagnostics } from '../../base/frame.ts';
import { codes, exitCodeOf } from '../../runtime/codes.ts';

export type ColorChoice = 'auto' | 'always' | 'never';

export function wantsColor(choice: ColorChoice, stream: NodeJS.WriteStream): boolean {
  if (choice !== 'auto') return choice === 'always';
  return stream.isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
}

/** Shows diagnostics and gives the exit code that they call for. */
export function report(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  color: ColorChoice,
): ExitCode {
  if (diagnostics.length > 0) {
    const text = renderDiagnostics(diagnostics, sources, { color: wantsColor(color, process.stderr) });
    const first = diagnostics.find((d) => d.severity === 'error' && codes.has(d.code));
    const more = first === undefined ? '' : `\nMore about it: bprune explain ${first.code}\n`;
    process.stderr.write(`${text}${more}`);
  }
  return exitCodeOf(diagnostics);
}

/** Runs a command; whatever it throws becomes a message and an exit code, never a stack trace. */
export async function guarded(
  body: () => Promise<ExitCode>,
  sources: Map<string, string>,
  color: () => ColorChoice,
): Promise<ExitCode> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof DiagnosticError) return report(error.diagnostics, sources, color());
    if (process.env.BPRUNE_DEBUG === '1') throw error;
    const message = error instanceof Error ? error.message : String(error);
    const bug = diagnostic('BP9001', null, `bprune met something that it promises never happens: ${message}`, {
      hint: 'please report this with your program; BPRUNE_DEBUG=1 shows where it happened',
    });
    return report([bug], sources, color());
  }
}
