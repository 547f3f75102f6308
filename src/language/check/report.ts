/** Collects what is wrong. The same mistake at the same place is said once, however often it is met. */
import { type Diagnostic, type DiagnosticParts, diagnostic, type Label } from '../../base/diagnostic.ts';
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
    if (further < MOST_PLACES) {
      this.diagnostics[at] = { ...first, labels: [...first.labels, { span, message: HERE_TOO }] };
    }
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

function sameLabel(a: Label, b: Label | undefined): boolean {
  const [x, y] = [a.span, b?.span];
  return a.message === b?.message && x.source === y?.source && x.start === y.start && x.end === y.end;
}

/** "did you mean `weight`?", else what there is, else nothing. `planned` may be meant, but is not listed. */
export function suggestion(
  written: string,
  names: Iterable<string>,
  what = 'there is',
  planned: Iterable<string> = [],
): string | null {
  const known = [...new Set(names)];
  const near = nearest(written, [...known, ...planned]);
  if (near !== null && near !== written) return `did you mean \`${near}\`?`;
  return known.length === 0 ? null : `${what} ${listed(known)}`;
}

/** `a`, `b` and `c`; long lists are cut. */
export function listed(names: readonly string[], most = 12): string {
  const quoted = names.map((name) => `\`${name}\``);
  if (quoted.length > most) return `${quoted.slice(0, most).join(', ')} and ${quoted.length - most} more`;
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

/** `1 row`, `5,000 rows`. */
export function countOf(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}
