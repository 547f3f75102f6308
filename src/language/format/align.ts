/** The last pass: `~` of neighbouring lines and comments behind neighbouring lines stand in one column. */
import { type Line, WIDTH } from './lines.ts';

/** `~` is aligned where the names before it differ by no more than this: `dense.weight` and `dense.bias`, but not `dense.weight` and `y`. */
const MOST_PADDING = 4;

export function textOf(lines: readonly Line[]): string {
  const aligned = runs(lines, hasMark, closeMarks).flatMap(alignMarks);
  return runs(aligned, hasComment, () => true)
    .flatMap(alignComments)
    .map((text) => `${text}\n`)
    .join('');
}

const hasMark = (line: Line): boolean => line.mark !== null;
const hasComment = (line: Line): boolean => line.comment !== null;

/** Neighbouring lines of the kind that `joins` accepts in one run; every other line is a run of its own. */
function runs(
  lines: readonly Line[],
  isKind: (line: Line) => boolean,
  joins: (run: readonly Line[], line: Line) => boolean,
): Line[][] {
  const all: Line[][] = [];
  for (const line of lines) {
    const run = all.at(-1);
    if (run !== undefined && isKind(run[0]!) && isKind(line) && joins(run, line)) run.push(line);
    else all.push([line]);
  }
  return all;
}

function closeMarks(run: readonly Line[], line: Line): boolean {
  const columns = [...run, line].map((l) => l.mark!);
  const sameDepth = indentOf(line) === indentOf(run[0]!);
  return sameDepth && Math.max(...columns) - Math.min(...columns) <= MOST_PADDING;
}

function indentOf(line: Line): number {
  return line.text.search(/\S/);
}

function alignMarks(run: readonly Line[]): readonly Line[] {
  if (run.length === 1) return run;
  const column = Math.max(...run.map((line) => line.mark!));
  const padded = run.map((line) => ({ ...line, text: padAt(line.text, line.mark!, column) }));
  return padded.some((line) => line.text.length > WIDTH) ? run : padded;
}

function padAt(text: string, at: number, column: number): string {
  return text.slice(0, at).padEnd(column) + text.slice(at);
}

function alignComments(run: readonly Line[]): readonly string[] {
  const column = Math.max(...run.map((line) => line.text.length)) + 2;
  return run.map((line) => (line.comment === null ? line.text : line.text.padEnd(column) + line.comment));
}
