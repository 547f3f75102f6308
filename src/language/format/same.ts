/** Whether two texts say the same: the formatter's own proof that nothing was lost. */
import type { Parsed } from '../syntax/parse.ts';

/** The trees are equal but for places, and the comments but for the blanks at the beginnings and ends of their lines. */
export function saysTheSame(a: Parsed, b: Parsed): boolean {
  return equal(a.program.declarations, b.program.declarations) && equal(commentsOf(a), commentsOf(b));
}

function commentsOf(parsed: Parsed): readonly string[] {
  return parsed.comments.map((comment) =>
    comment.text
      .split(/\r\n|\n|\r/)
      .map((line) => line.trim())
      .join('\n'),
  );
}

function equal(a: unknown, b: unknown): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b);
  const [left, right] = [fieldsOf(a), fieldsOf(b)];
  return (
    left.length === right.length && left.every(([key, value], i) => key === right[i]![0] && equal(value, right[i]![1]))
  );
}

function fieldsOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([key]) => key !== 'span' && key !== 'pathSpan');
}
