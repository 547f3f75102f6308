/** Diagnostics as JSON for editors and scripts: places as lines and columns beside the offsets. */
import type { ExitCode } from '../../base/codes.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { positionAt, type Span } from '../../base/span.ts';

interface Place {
  readonly source: string;
  /** Lines and columns count from 1, offsets from 0; all in UTF-16 units. */
  readonly start: { readonly offset: number; readonly line: number; readonly column: number };
  readonly end: { readonly offset: number; readonly line: number; readonly column: number };
}

export function placeDocument(span: Span | null, sources: ReadonlyMap<string, string>): Place | null {
  if (span === null) return null;
  const source = { name: span.source, text: sources.get(span.source) ?? '' };
  const at = (offset: number) => ({ offset, ...positionAt(source, offset) });
  return { source: span.source, start: at(span.start), end: at(span.end) };
}

export function diagnosticDocument(d: Diagnostic, sources: ReadonlyMap<string, string>): object {
  const place = (span: Span | null) => placeDocument(span, sources);
  return {
    code: d.code,
    severity: d.severity,
    message: d.message,
    place: place(d.span),
    labels: d.labels.map((label) => ({ message: label.message, place: place(label.span) })),
    notes: d.notes,
    hint: d.hint,
    fix: d.fix === null ? null : { edits: d.fix.edits.map(({ span, text }) => ({ text, place: place(span) })) },
  };
}

/** All diagnostics of a command as one document; `ok` when it may go on. */
export function diagnosticsDocument(
  diagnostics: readonly Diagnostic[],
  exit: ExitCode,
  sources: ReadonlyMap<string, string>,
): object {
  return { ok: exit === 0, exit, diagnostics: diagnostics.map((d) => diagnosticDocument(d, sources)) };
}
