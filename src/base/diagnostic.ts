/** What bprune tells a person about a mistake: data first, prose by the renderer in `frame.ts`. */
import type { Span } from './span.ts';

export type Severity = 'error' | 'warning' | 'note';

/** A second place that explains the first one. */
export interface Label {
  readonly span: Span;
  readonly message: string;
}

/** `text` in place of what stands at `span`. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** Changes of the text that, made together, take the mistake away; `fix.ts` tries them before they are offered. */
export interface Fix {
  /** At least one; they do not overlap. */
  readonly edits: readonly Edit[];
  /** What to say in place of the hint where the edits do not help; null where the hint is good advice all the same. */
  readonly otherwise: string | null;
}

export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  /** The place, or `null` for what has no place in a text (a flag, a directory). */
  readonly span: Span | null;
  /** One line in the words of the program: what is wrong. */
  readonly message: string;
  readonly labels: readonly Label[];
  readonly notes: readonly string[];
  readonly hint: string | null;
  readonly fix: Fix | null;
}

/** What `diagnostic()` takes: everything beyond code, place and message may be left out. */
export interface DiagnosticParts {
  readonly severity?: Severity;
  readonly labels?: readonly Label[];
  readonly notes?: readonly string[];
  readonly hint?: string | null;
  readonly fix?: Fix | null;
}

export function diagnostic(code: string, place: Span | null, message: string, parts: DiagnosticParts = {}): Diagnostic {
  return {
    code,
    severity: parts.severity ?? 'error',
    span: place,
    message,
    labels: parts.labels ?? [],
    notes: parts.notes ?? [],
    hint: parts.hint ?? null,
    fix: parts.fix ?? null,
  };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error');
}

/** In the order of their sources and places; those without a place come last. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => {
    if (a.span === null || b.span === null) return Number(a.span === null) - Number(b.span === null);
    const bySource = compareTexts(a.span.source, b.span.source);
    return bySource || a.span.start - b.span.start || compareTexts(a.code, b.code);
  });
}

/** By code units, so that the order is the same under every locale. */
function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * Carries diagnostics through code that cannot go on (a file that cannot be read, a step that met NaN).
 * Thrown only at host edges; `tools/cli` renders it and chooses the exit code by the code's entry.
 */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(...diagnostics: Diagnostic[]) {
    super(diagnostics.map((d) => `${d.code}: ${d.message}`).join('\n'));
    this.name = 'DiagnosticError';
    this.diagnostics = diagnostics;
  }
}

/** A broken promise between two parts of bprune: always a bug of ours (BP9001), never a user's mistake. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`internal invariant broken: ${message}`);
}
