/** Second pass: which words are keywords here, and misspelt head words put right. */
import type { TokenType } from 'chevrotain';
import { replacement } from '../../base/fix.ts';
import { editDistance, nearest } from '../../base/suggest.ts';
import type { Report } from './report.ts';
import { surplusBraces } from './surplus.ts';
import { glued, insertedToken, is, isAmong, keyword, keywordType, retype, T, type Token, wordOf } from './tokens.ts';
import {
  ALL_HEAD_WORDS,
  type Body,
  BUDGET_WORDS,
  bodyOpenedBy,
  HEAD_WORDS,
  isHeadOf,
  isJoining,
  NEEDS_BODY,
  OPTION_STEPS,
  SYNONYMS,
  UNITS,
} from './vocabulary.ts';

interface Frame {
  readonly body: Body;
  /** Round and square brackets open inside these braces. */
  depth: number;
  /** Column of the statement that opened them. */
  readonly column: number;
}

/** What the pass knows while it walks. */
interface Walk {
  readonly frames: Frame[];
  /** The last token that is no newline, and whether a newline came after it. */
  last: Token | undefined;
  newline: boolean;
  /** The head word of the statement, and whether its `by` has passed. */
  head: string | null;
  by: boolean;
  /** Column of the statement's first token. */
  column: number;
  /** The statement has opened a brace. */
  braced: boolean;
  /** `NAME =` stands at the head of a run's statement, so that a verb may follow. */
  named: boolean;
  /** `}` that stand further down and close nothing, in their order. */
  readonly surplus: Set<Token>;
}

/** The same tokens, names turned into keywords, with braces put in where a body lacks its `{`. `heads` is off for a lone expression. */
export function classifyWords(tokens: readonly Token[], report: Report, heads: boolean): Token[] {
  const out: Token[] = [];
  const walk: Walk = {
    frames: [{ body: 'file', depth: 0, column: 0 }],
    column: 1,
    last: undefined,
    newline: false,
    head: null,
    by: false,
    named: false,
    braced: false,
    surplus: new Set(heads ? surplusBraces(tokens) : []),
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (is(token, T.NewLine)) {
      walk.newline = true;
      out.push(token);
      continue;
    }
    if (walk.surplus.has(token)) {
      saySurplus(token, walk, report);
      continue;
    }
    if (heads && walk.newline && lacksBrace(tokens, i, walk)) putBrace(token, walk, out, report);
    const atHead = heads && startsStatement(walk);
    if (atHead && !isCarried(token, walk)) beginStatement(token, walk);
    if (is(token, T.Ident)) classify(tokens, i, walk, atHead, report);
    follow(token, walk);
    out.push(token);
  }
  return out;
}

/** A line that can only be in the body of the statement before it, which has opened none. */
function lacksBrace(tokens: readonly Token[], i: number, walk: Walk): boolean {
  const token = tokens[i]!;
  const frame = walk.frames.at(-1)!;
  if (walk.head === null || walk.braced || frame.depth > 0 || is(token, T.LBrace)) return false;
  if (frame.body === 'file') {
    if (walk.head === 'criterion') return lacksTerms(tokens, i, walk);
    const complete = is(walk.last, T.Ident, T.RParen, T.RBracket, T.Text) || wordOf(walk.last) === walk.head;
    return NEEDS_BODY.includes(walk.head) && complete && !isJoining(token.image) && !is(token, T.Eq, T.RBrace);
  }
  if (LINES_BELOW.has(walk.head) && is(walk.last, T.Ident, T.Number, T.RParen, T.RBracket)) {
    return token.startColumn! > walk.column && !isJoining(token.image) && !is(token, T.RBrace);
  }
  const isOption = is(token, T.Ident) && is(tokens[i + 1], T.Eq, T.Comma) && token.startColumn! > walk.column;
  // `cut = evaluate ...`, however far to the right it stands.
  if (isHeadOf('run', tokens[i + 2]?.image ?? null)) return false;
  return frame.body === 'run' && MAY_HAVE_OPTIONS.has(walk.head) && isOption;
}

/** `criterion NAME(...)` has no `=`, and a line further to the right is one of the body that it may have in its place. */
function lacksTerms(tokens: readonly Token[], i: number, walk: Walk): boolean {
  if (!is(tokens[i], T.Ident) || !is(tokens[i + 1], T.Eq) || tokens[i]!.startColumn! <= walk.column) return false;
  let depth = 0;
  for (let at = i - 1; at >= 0 && wordOf(tokens[at]) !== 'criterion'; at--) {
    if (is(tokens[at], T.RParen)) depth++;
    else if (is(tokens[at], T.LParen)) depth--;
    else if (depth === 0 && is(tokens[at], T.Eq)) return false;
  }
  return true;
}

/** `evaluate on test error }` with the run going on below lacks a `{`; any other has a `}` too many. */
function saySurplus(token: Token, walk: Walk, report: Report): void {
  const lacks = !walk.newline && !walk.braced && walk.head !== null && OPTION_STEPS.has(walk.head);
  if (lacks) {
    report.say('BP1010', report.at(token), 'This `}` has no `{` in its line.', {
      hint: `write \`{\` before the options of \`${walk.head}\``,
    });
    return;
  }
  report.say('BP1010', report.at(token), 'This `}` would close a body that goes on below it.', {
    hint: 'remove it',
    fix: replacement(report.at(token), ''),
  });
}

/** Inside a body, what has lines of its own further to the right. */
const LINES_BELOW: ReadonlySet<string> = new Set(['for', 'if', 'sweep']);
/** Steps whose options a person may put on lines of their own without the braces. */
const MAY_HAVE_OPTIONS: ReadonlySet<string> = new Set(['infer', 'prune', 'evaluate']);

/** Puts in the `{`, and the `}` too where the next declaration begins at once. */
function putBrace(token: Token, walk: Walk, out: Token[], report: Report): void {
  const what = OPTION_STEPS.has(walk.head!) ? 'its options' : 'a body';
  report.say('BP1011', report.behind(walk.last), `\`${walk.head}\` needs ${what} in braces.`, {
    hint: 'write `{` here and `}` after the last line',
  });
  const brace = insertedToken(T.LBrace, walk.last);
  out.push(brace);
  const { column } = walk;
  follow(brace, walk);
  walk.newline = true;
  // One that seemed too much closes this body.
  for (const closer of walk.surplus) {
    if (closer.startOffset < token.startOffset) continue;
    walk.surplus.delete(closer);
    break;
  }
  if (!isHeadOf('file', token.image) || token.startColumn! > column) return;
  const closer = insertedToken(T.RBrace, brace);
  out.push(closer);
  follow(closer, walk);
  walk.newline = true;
}

function classify(tokens: readonly Token[], i: number, walk: Walk, atHead: boolean, report: Report): void {
  const token = tokens[i]!;
  const next = tokens[i + 1];
  const body = walk.frames.at(-1)!.body;
  if (is(walk.last, T.Number) && !walk.newline && UNITS[token.image] !== undefined) {
    retype(token, T.Unit);
    return;
  }
  if (repairUnit(token, next, walk, report)) return;
  const verb = atHead || (walk.named && is(walk.last, T.Eq));
  if (verb) {
    if (isHeadHere(token, next, walk)) {
      if (atHead) beginStatement(token, walk);
      walk.head = token.image;
      retype(token, keyword(token.image));
      return;
    }
    if (atHead && body === 'run' && is(next, T.Eq)) walk.named = true;
  }
  if (isReserved(token, next, walk)) {
    if (token.image === 'by') walk.by = true;
    // Its braces open what those of the `if` open.
    if (token.image === 'else' && atHead) walk.head = 'else';
    retype(token, keyword(token.image));
    return;
  }
  if (verb) repairHead(token, tokens, i, walk, report);
}

/** `10 epocs`: behind a number stands no name, so that one that looks like a unit was meant as it. True after a report. */
function repairUnit(token: Token, next: Token | undefined, walk: Walk, report: Report): boolean {
  if (!is(walk.last, T.Number) || walk.newline || glued(walk.last, token) || isReserved(token, next, walk))
    return false;
  const units = walk.last!.image === '1' ? ['epoch', 'step'] : ['epochs', 'steps'];
  const word = nearest(token.image, units);
  if (word === null) return false;
  report.say('BP1007', report.at(token), `I do not know the unit \`${token.image}\`.`, {
    hint: `did you mean \`${word}\`?`,
    fix: replacement(report.at(token), word),
  });
  // The tree takes units by their image.
  token.image = word;
  retype(token, T.Unit);
  return true;
}

/** A statement begins behind a brace, a separator or a line end that no operator carries on. */
function startsStatement(walk: Walk): boolean {
  const { last, newline } = walk;
  if (last === undefined || is(last, T.LBrace, T.RBrace, T.Semi) || newline) return true;
  const frame = walk.frames.at(-1)!;
  return frame.body === 'options' && frame.depth === 0 && is(last, T.Comma);
}

function beginStatement(token: Token, walk: Walk): void {
  Object.assign(walk, { head: null, by: false, named: false, braced: false, column: token.startColumn });
}

/** The line before goes on, unless a head word shows that something is missing there: `sweep p in [` and its values below it. */
function isCarried(token: Token, walk: Walk): boolean {
  if (!walk.newline) return false;
  const frame = walk.frames.at(-1)!;
  if (is(token, T.LBrace) || frame.depth > 0) return true;
  if (isAmong(walk.last, SIGNS_AND_WORDS_THAT_CARRY)) return true;
  return frame.body !== 'options' && is(walk.last, T.Comma);
}

/** Not `*`, which may end a selector. */
const SIGNS_THAT_CARRY = [T.Plus, T.Minus, T.Slash, T.Caret, T.Le, T.Ge, T.EqEq, T.Ne, T.Lt, T.Gt, T.DotDot];
const SIGNS_AND_WORDS_THAT_CARRY: ReadonlySet<TokenType> = new Set([
  ...SIGNS_THAT_CARRY,
  ...['and', 'or', 'not', 'then', 'else'].map(keyword),
]);

/** Behind these signs and words stands no statement's head: `input / 2` is about a value of that name. */
const BEHIND_NAMES: ReadonlySet<TokenType> = new Set([
  ...[T.Eq, T.Dot, T.Tilde, T.LBracket, T.Comma, T.Colon],
  ...SIGNS_THAT_CARRY.filter((sign) => sign !== T.Minus),
]);
/** Behind these a head word goes on with nothing, as a name would. */
const BEHIND_LONE_NAMES: ReadonlySet<TokenType> = new Set([
  ...[T.LParen, T.RParen, T.RBracket, T.RBrace, T.NewLine, T.Semi, T.Eq],
]);
const SIGNS_BEFORE_VALUES: ReadonlySet<TokenType> = new Set([T.Comma, T.Plus, T.Minus, T.Slash, T.Caret]);
const JOIN_VALUES: ReadonlySet<string> = new Set(['and', 'or', 'over', 'then', 'else']);

/** `run = dense(10)`, `data.weight`, `gate(a, b)`: a head word that is a name after all. */
function isHeadHere(token: Token, next: Token | undefined, walk: Walk): boolean {
  if (!ALL_HEAD_WORDS.has(token.image)) return false;
  const frame = walk.frames.at(-1)!;
  const namelike =
    isAmong(next, BEHIND_NAMES) || JOIN_VALUES.has(next?.image ?? '') || (is(next, T.Star) && glued(token, next));
  if (namelike && !(isJoining(token.image) && !is(next, T.Eq))) return false;
  const carried = isAmong(walk.last, SIGNS_BEFORE_VALUES) || frame.depth > 0;
  if (isHeadOf(frame.body, token.image) && !carried) return true;
  return next !== undefined && !isAmong(next, BEHIND_LONE_NAMES);
}

function isReserved(token: Token, next: Token | undefined, walk: Walk): boolean {
  if (is(walk.last, T.Dot) || is(next, T.Eq)) return false;
  if (BUDGET_WORDS.includes(token.image)) return walk.by && !is(walk.last, keyword('by'));
  return isJoining(token.image);
}

/** Two words side by side at a head: the first must be a head word of this body, so the nearest is meant. */
function repairHead(token: Token, tokens: readonly Token[], i: number, walk: Walk, report: Report): void {
  const next = tokens[i + 1];
  const frame = walk.frames.at(-1)!;
  if (frame.depth > 0 || !looksLikeHead(token, next)) return;
  const word = meantHead(token.image, frame.body);
  if (word === null) return;
  const what = { file: 'declaration', run: 'step' }[frame.body as string] ?? 'statement';
  report.say('BP1007', report.at(token), `I do not know the ${what} \`${token.image}\`.`, {
    hint: `did you mean \`${word}\`?`,
    fix: replacement(report.at(token), word),
  });
  walk.head = word;
  retype(token, keyword(word));
}

/** Joining words that follow a head word directly: `evaluate on`, `run for`, `rewind to`. */
const FOLLOWS_HEAD = ['on', 'for', 'with', 'to'];

function looksLikeHead(token: Token, next: Token | undefined): boolean {
  if (is(next, T.Ident)) return !isJoining(next!.image) || FOLLOWS_HEAD.includes(next!.image);
  return is(next, T.LBrace, T.Text, T.Number) || (is(next, T.Star, T.StarStar) && !glued(token, next));
}

function meantHead(written: string, body: Body): string | null {
  const lower = written.toLowerCase();
  const synonym = SYNONYMS[body]?.[lower];
  if (synonym !== undefined) return synonym;
  const limit = written.length <= 4 ? 1 : 2;
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const word of HEAD_WORDS[body]) {
    const distance = editDistance(lower, word);
    if (distance < bestDistance) {
      best = word;
      bestDistance = distance;
    }
  }
  return best;
}

/** Braces, brackets and heads that stand behind this token. */
function follow(token: Token, walk: Walk): void {
  const frame = walk.frames.at(-1)!;
  if (is(token, T.LBrace)) {
    walk.braced = true;
    walk.frames.push({
      body: bodyOpenedBy(walk.head, frame.body),
      depth: 0,
      column: walk.column,
    });
  } else if (is(token, T.RBrace)) {
    if (walk.frames.length > 1) walk.frames.pop();
  } else if (walk.newline && frame.body === 'options' && isStepHead(token)) {
    walk.frames.pop();
  } else if (is(token, T.LParen, T.LBracket)) frame.depth++;
  else if (is(token, T.RParen, T.RBracket)) frame.depth = Math.max(0, frame.depth - 1);
  else if (walk.newline && isDeclarationHead(token) && token.startColumn! <= (walk.frames[1]?.column ?? 0)) {
    // A declaration inside a body that was never closed: later statements are judged as they would be outside.
    walk.frames.length = 1;
    walk.frames[0]!.depth = 0;
  }
  walk.last = token;
  walk.newline = false;
}

function isDeclarationHead(token: Token): boolean {
  const word = wordOf(token);
  return word !== 'for' && isHeadOf('file', word);
}

/** A step inside the options of another: those were never closed. */
function isStepHead(token: Token): boolean {
  const word = wordOf(token);
  return isHeadOf('run', word) && !isJoining(word!);
}

/** True for a word that could begin a statement and does so here. */
export function isHeadWord(token: Token | undefined): boolean {
  const word = wordOf(token);
  return word !== null && ALL_HEAD_WORDS.has(word) && keywordType(word) !== undefined;
}
