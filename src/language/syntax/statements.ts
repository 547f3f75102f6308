/** Last layout pass: statements that stand in a body they do not belong to are reported and become one `Broken` token. Brackets are balanced here. */
import type { TokenType } from 'chevrotain';
import { replacement } from '../../base/fix.ts';
import { span } from '../../base/span.ts';
import { explainStart } from '../messages/starts.ts';
import type { Report } from './report.ts';
import { insertedToken, is, keyword, T, type Token, wordOf } from './tokens.ts';
import { ALL_HEAD_WORDS, type Body, bodyOpenedBy, HEAD_WORDS, isHeadOf, isJoining } from './vocabulary.ts';

/** More conditionals than this in one statement would exhaust the stack of the parser. */
const MOST_CONDITIONALS = 60;

interface Frame {
  readonly body: Body;
  /** Where the last statement belongs that stands wrongly in this body; null since one stood rightly. */
  misplaced: Body | null;
}

export function collapseStatements(tokens: readonly Token[], report: Report): Token[] {
  const out: Token[] = [];
  const frames: Frame[] = [{ body: 'file', misplaced: null }];
  let head: string | null = null;
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const frame = frames.at(-1)!;
    if (depth === 0 && startsStatement(out.at(-1), frame.body)) {
      const named = frame.body === 'run' && is(token, T.Ident) && is(tokens[i + 1], T.Eq);
      const verb = tokens[named ? i + 2 : i]!;
      head = wordOf(verb);
      if (named && is(verb, T.Number) && is(tokens[i + 3], T.LBrace)) {
        head = 'repeat';
        frame.misplaced = null;
        out.push(token, tokens[i + 1]!, repeatBefore(verb, report));
        i += 1;
        continue;
      }
      const end = endOf(tokens, i, frame.body);
      const made = end === i ? null : collapse(tokens.slice(i, end), verb, frame, report);
      if (made !== null) {
        out.push(made);
        i = end - 1;
        continue;
      }
    }
    if (depth === 0 && wordOf(token) === 'else') head = 'else';
    if (is(token, T.LBrace)) frames.push({ body: bodyOpenedBy(head, frame.body), misplaced: null });
    else if (is(token, T.RBrace) && frames.length > 1) frames.pop();
    else if (is(token, T.LParen, T.LBracket)) depth++;
    else if (is(token, T.RParen, T.RBracket)) depth--;
    out.push(token);
  }
  return out;
}

/** `path = 14 { ... }`: a number of turns without its word. */
function repeatBefore(count: Token, report: Report): Token {
  const place = report.at(count);
  report.say('BP1011', place, `A body follows \`${count.image}\`, and no word says what it is for.`, {
    hint: `write \`repeat ${count.image} { ... }\``,
    fix: replacement(span(place.source, place.start, place.start), 'repeat '),
  });
  return insertedToken(keyword('repeat'), count);
}

function startsStatement(last: Token | undefined, body: Body): boolean {
  return last === undefined || is(last, T.Sep, T.LBrace) || (body === 'options' && is(last, T.Comma));
}

/** The index behind the statement (in options: the item) that begins at `start`. */
function endOf(tokens: readonly Token[], start: number, body: Body): number {
  let depth = 0;
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (is(token, T.LParen, T.LBracket, T.LBrace)) depth++;
    else if (depth === 0) {
      if (is(token, T.Sep, T.RBrace)) return i;
      if (body === 'options' && is(token, T.Comma) && is(tokens[i - 1], T.RBrace)) return i;
    } else if (is(token, T.RParen, T.RBracket, T.RBrace)) depth--;
  }
  return tokens.length;
}

/** One token for the statement, or null to let the parser read it. */
function collapse(statement: readonly Token[], verb: Token | undefined, frame: Frame, report: Report): Token | null {
  // What opens this body has none: that is the mistake.
  if (frame.body === 'other') return null;
  const word = wordOf(verb);
  if (word !== null && ALL_HEAD_WORDS.has(word) && !isHeadOf(frame.body, word) && !isJoining(word)) {
    reportMisplaced(verb!, word, frame, report);
    return covering(statement);
  }
  if (!begins(statement[0]!, frame.body)) {
    reportStart(statement, frame.body, report);
    return covering(statement);
  }
  frame.misplaced = null;
  return tooManyConditionals(statement, report) ? covering(statement) : null;
}

const VALUE_STARTS = [T.Ident, T.Number, T.Text, T.LParen, T.LBracket, T.Minus];
const VALUE_WORDS = ['true', 'false', 'if', 'not'];

/** Tokens other than head words that begin a statement, by body. */
const STARTS: Readonly<Record<Body, readonly TokenType[]>> = {
  file: [],
  data: [T.Ident],
  network: [T.Ident],
  model: [T.Ident, T.Star, T.StarStar],
  run: VALUE_STARTS,
  options: VALUE_STARTS,
  terms: [T.Ident],
  other: [],
};

function begins(first: Token, body: Body): boolean {
  if (STARTS[body].includes(first.tokenType)) return true;
  const word = wordOf(first);
  if (word === null) return body === 'other';
  return isHeadOf(body, word) || ((body === 'run' || body === 'options') && VALUE_WORDS.includes(word));
}

function reportStart(statement: readonly Token[], body: Body, report: Report): void {
  const first = statement[0]!;
  const { code, text, hint } = explainStart({
    body,
    text: first.image,
    isName: is(first, T.Ident),
    assigns: is(statement[1], T.Eq),
    hasTilde: statement.some((t) => is(t, T.Tilde)),
  });
  report.say(code, report.at(first), text, { hint });
}

const BODY_NAMES: Readonly<Record<Body, string>> = {
  file: 'the file, outside any body',
  data: 'a `data` body',
  network: 'a `network`',
  model: 'a `model` or `guide`',
  run: 'a `run`',
  options: 'the options of a step',
  terms: 'a `criterion` or `density`',
  other: 'this body',
};

function reportMisplaced(verb: Token, word: string, frame: Frame, report: Report): void {
  const bodies = (Object.keys(HEAD_WORDS) as Body[]).filter((body) => isHeadOf(body, word));
  const body = bodies[0]!;
  // Of several that a lost brace has put here, the first says it for all.
  if (frame.misplaced === body) return;
  frame.misplaced = body;
  const home = BODY_NAMES[body];
  const where = frame.body === 'file' ? 'It stands outside any body.' : `It stands in ${BODY_NAMES[frame.body]}.`;
  report.say('BP1012', report.at(verb), `\`${word}\` belongs in ${home}.`, { notes: [where] });
}

/** Reports a statement that is too deep for the parser; braces belong to the statements inside them. */
export function tooManyConditionals(statement: readonly Token[], report: Report): boolean {
  const places: Token[] = [];
  for (const token of statement) {
    if (is(token, T.LBrace)) break;
    if (wordOf(token) === 'if') places.push(token);
  }
  if (places.length <= MOST_CONDITIONALS) return false;
  report.say(
    'BP1013',
    report.at(places[MOST_CONDITIONALS]!),
    `More than ${MOST_CONDITIONALS} conditions in one statement.`,
    {
      hint: 'name a part with `def`',
    },
  );
  return true;
}

/** One `Broken` token over a whole statement. */
export function covering(statement: readonly Token[]): Token {
  const first = statement[0]!;
  const written = statement.filter((t) => !t.inserted);
  const last = written.at(-1) ?? first;
  return {
    ...first,
    image: statement.map((t) => t.image).join(' '),
    endOffset: last.endOffset!,
    endLine: last.endLine!,
    endColumn: last.endColumn!,
    tokenType: T.Broken,
    tokenTypeIdx: T.Broken.tokenTypeIdx!,
  };
}
