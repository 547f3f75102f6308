/** Collects what is wrong. The same mistake at the same place is said once, however often it is met. */
import { type Diagnostic, type DiagnosticParts, diagnostic, type Fix, type Label } from '../../base/diagnostic.ts';
import { areApart, replacement } from '../../base/fix.ts';
import type { Span } from '../../base/span.ts';
import { nearest } from '../../base/suggest.ts';

/** Of parts of the language that this version cannot do yet: the program is right, so it is a warning, but what needs them does not run. */
export const NOT_AVAILABLE = 'BP2003';

/** No such name, selector or figure. */
const NAMES_MISSING: ReadonlySet<string> = new Set(['BP2001', 'BP2020', 'BP6004']);
const HERE_TOO = 'and here';
const MOST_PLACES = 3;

export class Report {
  readonly diagnostics: Diagnostic[] = [];
  private readonly said = new Set<string>();
  private readonly places = new Set<string>();
  private repeats = 0;
  private count = 0;

  say(code: string, place: Span | null, message: string, parts: DiagnosticParts = {}): void {
    const severity = code === NOT_AVAILABLE ? 'warning' : 'error';
    this.add(diagnostic(code, place, message, { severity, ...parts }));
  }

  /** From here to `repeated`, a code that was said of a place is not said of it again, whatever the words. */
  repeat(): true {
    this.repeats++;
    return true;
  }

  repeated(): void {
    this.repeats--;
  }

  add(problem: Diagnostic): void {
    if (problem.severity === 'error' || problem.code === NOT_AVAILABLE) this.count++;
    const at = problem.span === null ? '' : `${problem.span.source}:${problem.span.start}:${problem.span.end}`;
    const key = `${problem.code} ${at} ${problem.message}`;
    if (this.said.has(key)) return;
    const place = `${problem.code} ${at}`;
    if (this.repeats > 0 && this.places.has(place)) return;
    this.said.add(key);
    this.places.add(place);
    if (!this.joined(problem)) this.diagnostics.push(problem);
  }

  /**
   * A name that was misspelt where it is declared is missing at each use, and what is wrong with a definition is met at each of
   * its calls: one message that shows the places.
   */
  private joined(problem: Diagnostic): boolean {
    const { code, message, span, labels } = problem;
    if (span === null || (!NAMES_MISSING.has(code) && labels.length === 0)) return false;
    const at = this.diagnostics.findIndex((d) => d.code === code && d.message === message && d.span !== null);
    const first = this.diagnostics[at];
    if (first === undefined || !labels.every((label, i) => sameLabel(label, first.labels[i]))) return false;
    const further = first.labels.filter((l) => l.message === HERE_TOO).length;
    const shown = further < MOST_PLACES ? [...first.labels, { span, message: HERE_TOO }] : first.labels;
    this.diagnostics[at] = { ...first, labels: shown, fix: joinedFix(first.fix, problem.fix) };
    return true;
  }

  /**
   * How often something kept a model or run from being whole: mistakes, and parts that are not available yet. What was met again
   * counts again, so that a growth tells about the part in hand.
   */
  get errors(): number {
    return this.count;
  }
}

/** A name is put right at all of its places, or nothing is. */
function joinedFix(a: Fix | null, b: Fix | null): Fix | null {
  if (a === null || b === null) return null;
  return areApart(a.edits, b.edits) ? { ...a, edits: [...a.edits, ...b.edits] } : a;
}

function sameLabel(a: Label, b: Label | undefined): boolean {
  const [x, y] = [a.span, b?.span];
  return a.message === b?.message && x.source === y?.source && x.start === y.start && x.end === y.end;
}

/** What a hint about an unknown name may be besides the names that there are. */
export interface Otherwise {
  /** Where there are no names. */
  readonly none?: string;
  /** Names of what is not available yet: they may be meant, but are not listed. */
  readonly planned?: Iterable<string>;
}

export type Hinted = Pick<Diagnostic, 'hint' | 'fix'>;

/** "did you mean `weight`?" with the edit that writes it, else what there is. */
export function suggested(
  { name, span }: { readonly name: string; readonly span: Span },
  names: Iterable<string>,
  what = 'there is',
  otherwise: Otherwise = {},
): Hinted {
  return suggestedAt(span, name, names, what, otherwise);
}

/** The same for what stands at `place` and reads `written`. */
export function suggestedAt(
  place: Span,
  written: string,
  names: Iterable<string>,
  what = 'there is',
  { none, planned = [] }: Otherwise = {},
): Hinted {
  const known = [...new Set(names)];
  const list = known.length === 0 ? (none ?? null) : `${what} ${listed(known)}`;
  const near = nearest(written, [...known, ...planned]);
  if (near === null || near === written) return { hint: list, fix: null };
  return { hint: `did you mean \`${near}\`?`, fix: replacement(place, near, list) };
}

/** `a`, `b` and `c`; long lists are cut. */
export function listed(names: readonly string[], most = 12): string {
  const quoted = names.map((name) => `\`${name}\``);
  if (quoted.length > most) return `${quoted.slice(0, most).join(', ')} and ${quoted.length - most} more`;
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}
