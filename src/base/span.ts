/** Where things stand in a text: half-open ranges of UTF-16 offsets in a named source. */

/** A text that a person wrote, with the name it is shown by (usually its path). */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** The range `[start, end)` of offsets in the source called `source`. Zero width marks a place between characters. */
export interface Span {
  readonly source: string;
  readonly start: number;
  readonly end: number;
}

/** A line and a column, both from 1; the column counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export function span(source: string, start: number, end: number): Span {
  return { source, start, end };
}

/** The smallest range that holds both; they must lie in one source. */
export function joinSpans(a: Span, b: Span): Span {
  return { source: a.source, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** Offsets at which the lines of `text` begin; `\n`, `\r\n` and `\r` end a line. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return starts;
}

/** The position of `offset`, clamped to the text. */
export function positionAt(source: Source, offset: number): Position {
  const starts = lineStarts(source.text);
  const clamped = Math.max(0, Math.min(offset, source.text.length));
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= clamped) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: clamped - starts[low]! + 1 };
}
