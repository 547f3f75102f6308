/**
 * Recovery by statements: the first mistake is noted, the statement around it becomes one `Broken` token, and the file is read again.
 * The layout pass has balanced the brackets and put a separator between statements, so that one mistake never reaches its neighbours;
 * the parser's own recovery would stop at the first `}` it meets, also at one inside the broken statement.
 */
import { covering } from './statements.ts';
import { is, T, type Token, wordOf } from './tokens.ts';
import { OPTION_STEPS } from './vocabulary.ts';

/** The tokens with the innermost statement around `index` as one `Broken` token; null when nothing is left to isolate. */
export function isolate(tokens: readonly Token[], index: number): Token[] | null {
  for (let at = index; at >= 0; ) {
    const around = statementAround(tokens, at);
    const [start, end] = around.options ? itemAround(tokens, around, at) : [around.start, around.end];
    const alone = end - start === 1 && is(tokens[start], T.Broken);
    if (end > start && !alone) {
      return [...tokens.slice(0, start), covering(tokens.slice(start, end)), ...tokens.slice(end)];
    }
    at = around.brace;
  }
  return null;
}

interface Around {
  readonly start: number;
  /** Index behind the statement. */
  readonly end: number;
  /** Index of the `{` of its body, -1 at the level of the file. */
  readonly brace: number;
  /** The body holds the options of a step. */
  readonly options: boolean;
}

function statementAround(tokens: readonly Token[], index: number): Around {
  let depth = 0;
  let start = index;
  for (; start > 0; start--) {
    const token = tokens[start - 1]!;
    if (is(token, T.RParen, T.RBracket, T.RBrace)) depth++;
    else if (is(token, T.LParen, T.LBracket)) depth = Math.max(0, depth - 1);
    else if (is(token, T.LBrace)) {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0 && is(token, T.Sep)) break;
  }
  const brace = openBrace(tokens, start);
  return { start, end: endFrom(tokens, start), brace, options: brace >= 0 && holdsOptions(tokens, brace) };
}

/** The index of the brace that is open at `index`. */
function openBrace(tokens: readonly Token[], index: number): number {
  let depth = 0;
  for (let i = index - 1; i >= 0; i--) {
    if (is(tokens[i], T.RBrace)) depth++;
    else if (is(tokens[i], T.LBrace)) {
      if (depth === 0) return i;
      depth--;
    }
  }
  return -1;
}

function endFrom(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (is(token, T.LBrace)) depth++;
    else if (depth === 0 && is(token, T.Sep, T.RBrace)) return i;
    else if (is(token, T.RBrace)) depth--;
  }
  return tokens.length;
}

function holdsOptions(tokens: readonly Token[], brace: number): boolean {
  let start = brace;
  while (start > 0 && !is(tokens[start - 1], T.Sep, T.LBrace, T.RBrace)) start--;
  const head = wordOf(is(tokens[start + 1], T.Eq) ? tokens[start + 2] : tokens[start]);
  return head === null || OPTION_STEPS.has(head);
}

/** The option around `index`, between commas. */
function itemAround(tokens: readonly Token[], around: Around, index: number): [number, number] {
  let start = around.start;
  let depth = 0;
  for (let i = around.start; i < around.end; i++) {
    const token = tokens[i]!;
    if (is(token, T.LParen, T.LBracket, T.LBrace)) depth++;
    else if (is(token, T.RParen, T.RBracket, T.RBrace)) depth--;
    else if (depth === 0 && is(token, T.Comma)) {
      if (i >= index && i > start) return [start, i];
      start = i + 1;
    }
  }
  return start < around.end ? [start, around.end] : [around.start, around.end];
}
