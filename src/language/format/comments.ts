/** Puts the comments of a gap into the document: behind the line before, on lines of their own, or beside the token they touch. */
import { type Break, type Doc, hard, hardened, indent, suffix } from './document.ts';
import type { Gap, GapComment } from './gaps.ts';

/** Which empty lines of the text stay: those between two statements, but none at the ends of a body or inside a statement. */
export type Blanks = 'none' | 'all' | 'not-first' | 'not-last' | 'inner';

/** Between two tokens of one line, where no line end may stand. */
export function inlineGap(gap: Gap, between: '' | ' '): Doc {
  const out: Doc[] = [];
  let waits = false;
  for (const comment of gap.comments) {
    // What follows a comment that waits for the line end has to wait too.
    waits ||= !comment.block;
    out.push(waits ? suffix(comment.text) : [' ', textOf(comment)]);
  }
  return [...out, between];
}

interface Parts {
  /** On the line of the token before. */
  readonly trailing: readonly GapComment[];
  readonly own: readonly GapComment[];
  /** On the line of the token behind. */
  readonly leading: readonly GapComment[];
}

/** Between two tokens that may stand on two lines. `closes`: what follows is a closing bracket, which nothing leans on. */
export function breakableGap(gap: Gap, place: Break, blanks: Blanks, closes = false, wanted = false): Doc {
  const { trailing, own, leading } = partsOf(gap, closes, blanks !== 'none');
  const out: Doc[] = [];
  const stops = [...own.map((c) => c.linesBefore), leading[0]?.linesBefore ?? gap.linesAfter];
  const forced = wanted && !stops.some((lines) => lines > 1);
  const ends = own.length > 0 || (trailing.length > 0 && stops[0]! > 0) || (leading[0]?.linesBefore ?? 0) > 0;
  const stop = (i: number): Break => {
    const blank = (stops[i]! > 1 && isKept(i, stops.length, blanks)) || (forced && i === 0);
    const here = { ...(i === 0 ? place : hard()), closes: closes && i === own.length };
    return ends || blank ? hardened(here, blank) : here;
  };
  if (trailing.length > 0) {
    const text = trailing.map((c) => c.text).join(' ');
    out.push(ends ? suffix(text) : [' ', ...trailing.map(textOf)]);
  }
  own.forEach((comment, i) => {
    const whole = [stop(i), ownLine(comment)];
    out.push(closes ? indent(whole) : whole);
  });
  out.push(stop(own.length), ...leading.map((comment) => [textOf(comment), ' ']));
  return out;
}

/** The comments at the head of the file, which nothing stands before. */
export function headGap(gap: Gap): Doc {
  const behind = [...gap.comments.slice(1).map((c) => c.linesBefore), gap.linesAfter];
  return gap.comments.map((comment, i) => [ownLine(comment), behind[i]! > 0 ? hard(behind[i]! > 1) : ' ']);
}

/** The comments at the end of the file, which nothing stands behind. */
export function tailGap(gap: Gap): Doc {
  return gap.comments.map((comment) => {
    if (comment.linesBefore === 0) return suffix(comment.text);
    return [hard(comment.linesBefore > 1), ownLine(comment)];
  });
}

/** Before a statement, a comment that begins a line keeps it to itself. */
function partsOf(gap: Gap, closes: boolean, statement: boolean): Parts {
  const { comments } = gap;
  const after = (i: number) => comments[i + 1]?.linesBefore ?? gap.linesAfter;
  let first = 0;
  while (first < comments.length && comments[first]!.linesBefore === 0) first++;
  let last = comments.length;
  while (last > 0 && comments[last - 1]!.block && after(last - 1) === 0) last--;
  if (statement && last >= first) last = comments.length;
  // A comment between two tokens of one line leans on the one behind it.
  if (last < first) {
    if (closes) last = first;
    else first = last;
  }
  return { trailing: comments.slice(0, first), own: comments.slice(first, last), leading: comments.slice(last) };
}

function isKept(i: number, count: number, blanks: Blanks): boolean {
  if (blanks === 'none') return false;
  const first = blanks === 'not-first' || blanks === 'inner';
  const last = blanks === 'not-last' || blanks === 'inner';
  return !(first && i === 0) && !(last && i === count - 1);
}

function textOf(comment: GapComment): Doc {
  return { kind: 'remark', lines: comment.text.split('\n') };
}

/** Lines that begin with `*` keep in step with the first. */
function ownLine(comment: GapComment): Doc {
  const [first, ...more] = comment.text.split('\n');
  const starred = more.length > 0 && more.every((text) => text.trimStart().startsWith('*'));
  if (!starred) return textOf(comment);
  return [first!, ...more.map((text) => [hard(), ` ${text.trimStart()}`])];
}
