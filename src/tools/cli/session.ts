/** What all commands share: colour, diagnostics on standard error, and exit codes that mean something. */
import type { ExitCode } from '../../base/codes.ts';
import { type Diagnostic, DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import { renderDiagnostics } from '../../base/frame.ts';
import { exitCodeOf } from '../../runtime/codes.ts';
import { codes } from './codes.ts';
import { diagnosticsDocument } from './diagnostic-document.ts';
import { type MessageFormat, USAGE } from './options.ts';
import { sarifDocument } from './sarif.ts';

export type ColorChoice = 'auto' | 'always' | 'never';

export function wantsColor(choice: ColorChoice, stream: { readonly isTTY?: boolean }): boolean {
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
    // The hint of a usage mistake says all there is; its explanation would only repeat it.
    const first = diagnostics.find((d) => d.severity === 'error' && d.code !== USAGE && codes.has(d.code));
    const more = first === undefined ? '' : `\nMore about it: bprune explain ${first.code}\n`;
    process.stderr.write(`${text}${more}`);
  }
  return exitCodeOf(diagnostics, codes);
}

/** Diagnostics as the one document of standard output; gives the exit code. `extra` goes into JSON alone, before its other fields. */
export function reportDocument(
  format: 'json' | 'sarif',
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  extra: object = {},
): ExitCode {
  const exit = exitCodeOf(diagnostics, codes);
  const document =
    format === 'sarif'
      ? sarifDocument(diagnostics, codes, sources)
      : { ...extra, ...diagnosticsDocument(diagnostics, exit, sources) };
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  return exit;
}

/**
 * Whatever a command threw becomes a message and an exit code, never a stack trace.
 * With `json` standard output gets the same as one document.
 */
export function reportFailure(
  error: unknown,
  sources: ReadonlyMap<string, string>,
  color: ColorChoice,
  json = false,
  format: MessageFormat = 'text',
): ExitCode {
  const diagnostics = error instanceof DiagnosticError ? error.diagnostics : [bugOf(error)];
  if (format !== 'text') return reportDocument(format, diagnostics, sources);
  const exit = report(diagnostics, sources, color);
  const bug = error instanceof DiagnosticError ? error.cause : error;
  if (bug instanceof Error && process.env.BPRUNE_DEBUG === '1') process.stderr.write(`\n${bug.stack}\n`);
  if (json) reportDocument('json', diagnostics, sources);
  return exit;
}

function bugOf(error: unknown): Diagnostic {
  const message = error instanceof Error ? error.message : String(error);
  return diagnostic('BP9001', null, `bprune met something that it promises never happens: ${message}`, {
    hint: 'please report this with your program; BPRUNE_DEBUG=1 shows where it happened',
  });
}
