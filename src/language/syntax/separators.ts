/** Where a line end ends a statement: questions about neighbouring tokens, without state. */
import type { TokenType } from 'chevrotain';
import { glued, is, isAmong, keyword, T, type Token, wordOf } from './tokens.ts';
import { isHeadWord } from './words.ts';

type Types = ReadonlySet<TokenType>;

const OPERATORS: Types = new Set([
  ...[T.Plus, T.Minus, T.Slash, T.Caret, T.Star, T.Le, T.Ge, T.EqEq, T.Ne, T.Lt, T.Gt, T.DotDot],
  ...['and', 'or', 'not'].map(keyword),
]);

/** After these a statement cannot be complete. */
const OPEN_ENDED: Types = new Set([...OPERATORS, T.Comma, keyword('then'), keyword('else')]);

/**
 * True when the statement goes on after its last token `out.at(-1)`. A `*` that ends a selector (`fc1.*`, `fc*`, a lone `*`) does not
 * carry on. Not `=` or `~`: a missing value must not swallow the next statement.
 */
export function carriesOn(out: readonly Token[]): boolean {
  const last = out.at(-1);
  if (!isAmong(last, OPEN_ENDED)) return false;
  if (!is(last, T.Star)) return true;
  const before = out.at(-2);
  return before !== undefined && !is(before, T.Sep, T.Dot, T.LBrace, T.Comma) && !glued(before, last);
}

/** A binary operator stands last: with what follows missing, the text is unfinished. */
export function isOperator(token: Token | undefined): boolean {
  return isAmong(token, OPERATORS);
}

const CONTINUES_LINE: Types = new Set([T.LBrace, keyword('then'), keyword('else')]);

/** The line before goes on into this token. */
export function continuesLine(token: Token): boolean {
  return isAmong(token, CONTINUES_LINE);
}

const ENDS_OPERAND: Types = new Set([
  ...[T.Ident, T.Number, T.Unit, T.Text, T.RParen, T.RBracket, T.RBrace],
  ...['true', 'false'].map(keyword),
]);

/** A value could end here. */
export function endsOperand(token: Token | undefined): boolean {
  return isAmong(token, ENDS_OPERAND);
}

const STARTS_ANEW: Types = new Set([
  ...[T.Ident, T.Number, T.Text, T.LBrace, T.RBrace],
  ...['true', 'false'].map(keyword),
]);

/** No value that began on the line before goes on with this. */
export function startsAnew(token: Token, next: Token | undefined): boolean {
  if (isAmong(token, STARTS_ANEW)) return true;
  if (is(token, T.Star) && is(next, T.Tilde, T.Dot, keyword('except'))) return true;
  return isHeadWord(token);
}

/** These words join parts of one statement and begin none. */
const JOIN_ONLY: ReadonlySet<string> = new Set([
  ...['and', 'or', 'in', 'with', 'on', 'from', 'where', 'by', 'lowest', 'highest', 'keep', 'until', 'while'],
  ...['per', 'to', 'except', 'of', 'over', 'as', 'extends'],
]);

const SIGNS_INSIDE: Types = new Set([
  ...[T.Plus, T.Minus, T.Slash, T.Caret, T.Le, T.Ge, T.EqEq, T.Ne, T.Lt, T.Gt, T.DotDot],
  ...[T.Comma, T.Dot, T.Colon, T.Eq, T.Tilde, T.Bar],
]);

/** True for a token that no statement begins with. `*` and `not` may begin one. */
export function beginsInside(token: Token, next: Token | undefined): boolean {
  const word = wordOf(token);
  if (word !== null) return JOIN_ONLY.has(word);
  return isAmong(token, SIGNS_INSIDE) && next !== undefined && !is(next, T.NewLine, T.RBrace);
}

const FOLLOWS_BRACE: Types = new Set([...[T.RBrace, T.Comma, T.RParen, T.RBracket], ...['else', 'while'].map(keyword)]);

/** On the same line as a `}`, these belong to the statement before. */
export function followsBrace(token: Token): boolean {
  return isAmong(token, FOLLOWS_BRACE);
}
