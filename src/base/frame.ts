/**
 * Shows diagnostics to a person: path:line:column, code and message, the lines with carets under the places, then notes and hint.
 * Knows terminals only as far as colour and the width of wide characters and tabs.
 */
import type { Diagnostic, Label } from './diagnostic.ts';
import { lineStarts, positionAt, type Span } from './span.ts';

export interface FrameOptions {
  readonly color: boolean;
}

const TAB = 2;

interface Mark {
  readonly span: Span;
  readonly message: string;
  readonly primary: boolean;
}

/** All diagnostics as one text, a blank line between two; ends with a line end. `sources` maps a source's name to its text. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  options: FrameOptions = { color: false },
): string {
  return diagnostics.map((d) => renderDiagnostic(d, sources, options)).join('\n');
}

export function renderDiagnostic(d: Diagnostic, sources: ReadonlyMap<string, string>, options: FrameOptions): string {
  const paint = painter(options.color);
  const lines = [`${paint[d.severity](`${d.severity} ${d.code}`)}${paint.strong(`: ${d.message}`)}`];
  const marks = marksOf(d);
  const bySource = new Map<string, Mark[]>();
  for (const mark of marks) bySource.set(mark.span.source, [...(bySource.get(mark.span.source) ?? []), mark]);
  for (const [name, own] of bySource) {
    const text = sources.get(name);
    const first = own.find((m) => m.primary) ?? own[0]!;
    if (text === undefined) {
      lines.push(`  ${paint.dim('-->')} ${name}`);
      continue;
    }
    const at = positionAt({ name, text }, first.span.start);
    lines.push(`  ${paint.dim('-->')} ${name}:${at.line}:${at.column}`);
    lines.push(...frame(text, own, paint));
  }
  for (const note of d.notes) lines.push(...hanging(paint.dim('  note: '), 8, note));
  if (d.hint !== null) lines.push(...hanging(paint.hint('  hint: '), 8, d.hint));
  return `${lines.join('\n')}\n`;
}

function marksOf(d: Diagnostic): Mark[] {
  const secondary = d.labels.map((label: Label) => ({ span: label.span, message: label.message, primary: false }));
  return d.span === null ? secondary : [{ span: d.span, message: '', primary: true }, ...secondary];
}

/** The marked lines with their numbers; lines in between are left out with dots. */
function frame(text: string, marks: readonly Mark[], paint: Painter): string[] {
  const starts = lineStarts(text);
  const lineOf = (offset: number) => positionAt({ name: '', text }, offset).line;
  const byLine = new Map<number, Mark[]>();
  for (const mark of marks) {
    const line = lineOf(mark.span.start);
    byLine.set(line, [...(byLine.get(line) ?? []), mark]);
  }
  const numbers = [...byLine.keys()].sort((a, b) => a - b);
  const gutter = String(numbers.at(-1) ?? 1).length;
  const out: string[] = [];
  let before: number | null = null;
  for (const number of numbers) {
    if (before !== null && number > before + 1) out.push(paint.dim(` ${' '.repeat(gutter)} ...`));
    before = number;
    const start = starts[number - 1]!;
    const raw = text.slice(start, starts[number] ?? text.length).replace(/[\r\n]+$/, '');
    out.push(`${paint.dim(` ${String(number).padStart(gutter)} |`)} ${printable(raw)}`);
    const own = [...byLine.get(number)!].sort((a, b) => a.span.start - b.span.start);
    for (const mark of own) {
      const from = width(raw.slice(0, mark.span.start - start));
      const length = Math.max(
        1,
        width(raw.slice(mark.span.start - start, Math.min(mark.span.end - start, raw.length))),
      );
      const sign = (mark.primary ? '^' : '-').repeat(length);
      const words = mark.message === '' ? '' : ` ${mark.message}`;
      const painted = mark.primary ? paint.caret(sign + words) : paint.label(sign + words);
      out.push(`${paint.dim(` ${' '.repeat(gutter)} |`)} ${' '.repeat(from)}${painted}`);
    }
  }
  return out;
}

function hanging(head: string, indent: number, body: string): string[] {
  const [first = '', ...rest] = body.split('\n');
  return [`${head}${first}`, ...rest.map((line) => `${' '.repeat(indent)}${line}`)];
}

/** Control characters would move the cursor: tabs become blanks, the rest a visible mark. */
function printable(line: string): string {
  return [...line].map((c) => (c === '\t' ? ' '.repeat(TAB) : isControl(c) ? '\ufffd' : c)).join('');
}

function isControl(c: string): boolean {
  const code = c.codePointAt(0)!;
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/** Columns on a terminal: tabs, wide (East Asian, emoji) and zero-width characters counted as they are shown. */
function width(text: string): number {
  let columns = 0;
  for (const c of text) {
    const code = c.codePointAt(0)!;
    if (c === '\t') columns += TAB;
    else if (isZeroWidth(code)) columns += 0;
    else columns += isWide(code) ? 2 : 1;
  }
  return columns;
}

function isZeroWidth(code: number): boolean {
  return (code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200d) || (code >= 0xfe00 && code <= 0xfe0f);
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}

type Painter = Readonly<
  Record<'error' | 'warning' | 'note' | 'strong' | 'dim' | 'hint' | 'caret' | 'label', (text: string) => string>
>;

function painter(color: boolean): Painter {
  const wrap = (open: number) => (text: string) => (color ? `\u001b[${open}m${text}\u001b[0m` : text);
  return {
    error: wrap(31),
    warning: wrap(33),
    note: wrap(36),
    strong: wrap(1),
    dim: wrap(2),
    hint: wrap(32),
    caret: wrap(31),
    label: wrap(34),
  };
}
