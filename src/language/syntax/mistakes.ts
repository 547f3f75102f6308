/** First pass over the lexed tokens: what can be lexed but is not bprune is reported and put right. */

import type { TokenType } from 'chevrotain';
import { replacement } from '../../base/fix.ts';
import { joinSpans, type Span, span } from '../../base/span.ts';
import type { Report } from './report.ts';
import { glued, is, isAmong, retype, T, type Token } from './tokens.ts';

/** Characters that mean an operator elsewhere. */
const LOOKALIKES: Readonly<Record<string, { readonly text: string; readonly type: keyof typeof T }>> = {
  '\u2264': { text: '<=', type: 'Le' },
  '\u2265': { text: '>=', type: 'Ge' },
  '\u2260': { text: '!=', type: 'Ne' },
  '\u00d7': { text: '*', type: 'Star' },
  '\u00b7': { text: '*', type: 'Star' },
  '\u00f7': { text: '/', type: 'Slash' },
  '\u2212': { text: '-', type: 'Minus' },
  '\u2013': { text: '-', type: 'Minus' },
  '\u223c': { text: '~', type: 'Tilde' },
};

/** ASCII characters that other languages use, with what to write here. */
const FOREIGN: Readonly<Record<string, string>> = {
  '#': 'a comment begins with `//`',
  '%': 'write a percentage without a blank, such as `5%`; there is no modulo operator',
  '!': '`not` negates, and `!=` compares',
  '&': 'write `and`',
  '@': 'arguments are named with `name = value`',
  '\\': 'a line that ends with an operator or a comma goes on without a sign',
};

/** Tokens without mistakes; newlines stay. */
export function repairMistakes(tokens: readonly Token[], report: Report): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (is(token, T.Stray)) i = repairStray(tokens, i, out, report);
    else if (is(token, T.OpenComment)) {
      report.say('BP1003', report.at(token), 'This comment is never closed.', {
        hint: 'add `*/`, or begin it with `//`',
        fix: replacement(endOfLine(token, report), ' */'),
      });
    } else if (is(token, T.OpenText)) {
      report.say('BP1002', report.at(token), 'This text is never closed.', {
        hint: 'add `"` where it ends',
        fix: replacement(endOfText(token, report), '"'),
      });
      out.push(retype(token, T.Text));
    } else if (is(token, T.SingleQuoted)) {
      const text = `"${token.image.slice(1, -1).replaceAll('"', '\\"')}"`;
      report.say('BP1004', report.at(token), 'A text stands in double quotes.', {
        hint: `write ${text}`,
        fix: replacement(report.at(token), text),
      });
      out.push(retype(token, T.Text));
    } else if (is(token, T.Dot)) i = repairDot(tokens, i, out, report);
    else out.push(token);
  }
  return out;
}

/** Where the line ends on which the token begins. */
function endOfLine(token: Token, report: Report): Span {
  const { start, source } = report.at(token);
  const [line] = /^[^\r\n]*/.exec(report.source.text.slice(start))!;
  return span(source, start + line.trimEnd().length, start + line.trimEnd().length);
}

/** An open text goes to the end of its line; paths have no commas or brackets, so that it was likely meant to end before one. */
function endOfText(token: Token, report: Report): Span {
  const { start, source } = report.at(token);
  const [meant] = /^[^,)}\r\n]*/.exec(report.source.text.slice(start))!;
  return span(source, start + meant.trimEnd().length, start + meant.trimEnd().length);
}

/** Reports one run of stray characters; returns the index of the last token used. */
function repairStray(tokens: readonly Token[], start: number, out: Token[], report: Report): number {
  const first = tokens[start]!;
  const lookalike = LOOKALIKES[first.image];
  if (lookalike !== undefined) {
    report.say('BP1005', report.at(first), `\`${first.image}\` is written \`${lookalike.text}\` here.`, {
      hint: `write \`${lookalike.text}\``,
      fix: replacement(report.at(first), lookalike.text),
    });
    // The tree takes operators by their image.
    first.image = lookalike.text;
    out.push(retype(first, T[lookalike.type]));
    return start;
  }
  let end = start;
  if (first.image === '#') {
    while (end + 1 < tokens.length && !is(tokens[end + 1], T.NewLine)) end++;
  } else {
    while (is(tokens[end + 1], T.Stray) && glued(tokens[end], tokens[end + 1])) {
      if (LOOKALIKES[tokens[end + 1]!.image] !== undefined) break;
      end++;
    }
  }
  const place = first.image === '#' ? report.at(first) : joinSpans(report.at(first), report.at(tokens[end]!));
  const text = printable(report.source.text.slice(place.start, place.end));
  report.say('BP1001', place, `${text} has no meaning here.`, {
    hint: FOREIGN[first.image] ?? letters(text),
    fix: first.image === '#' ? replacement(place, '//') : null,
  });
  return end;
}

function letters(text: string): string | null {
  return /\p{L}/u.test(text) ? 'names are written with the letters a to z, digits and `_`' : null;
}

/** How a character is shown when it cannot be shown as it is. */
function printable(text: string): string {
  const shown = [...text].slice(0, 12).map((c) => {
    const code = c.codePointAt(0)!;
    const hidden =
      code < 32 || (code >= 127 && code < 160) || (code >= 0xd800 && code < 0xe000) || /\p{C}|\p{Z}/u.test(c);
    return hidden ? `U+${code.toString(16).toUpperCase().padStart(4, '0')}` : c;
  });
  return text === '`' ? 'A backquote' : `\`${shown.join('')}\``;
}

/** `.5` and `1.`: a digit stands on both sides of the point. */
function repairDot(tokens: readonly Token[], i: number, out: Token[], report: Report): number {
  const dot = tokens[i]!;
  const next = tokens[i + 1];
  const last = out.at(-1);
  const behindNumber = is(last, T.Number) && glued(last, dot);
  if (!behindNumber && is(next, T.Number) && glued(dot, next) && !opensMember(last, dot)) {
    const text = `0.${next!.image}`;
    const place = joinSpans(report.at(dot), report.at(next!));
    report.say('BP1006', place, 'A number begins with a digit.', {
      hint: `write \`${text}\``,
      fix: replacement(place, text),
    });
    next!.image = text;
    next!.startOffset = dot.startOffset;
    next!.startColumn = dot.startColumn!;
    out.push(next!);
    return i + 1;
  }
  if (behindNumber && !/[.%eE]/.test(last!.image) && !(is(next, T.Ident) && glued(dot, next))) {
    const place = joinSpans(report.at(last!), report.at(dot));
    const text = `${last!.image}.0`;
    report.say('BP1006', place, 'A digit must follow the point of a number.', {
      hint: `write \`${last!.image}\` or \`${text}\``,
      fix: replacement(place, text),
    });
    return i;
  }
  out.push(dot);
  return i;
}

const MEMBERS_BEHIND: ReadonlySet<TokenType> = new Set([
  ...[T.Ident, T.RParen, T.RBracket, T.RBrace, T.Number, T.Star],
]);

/** After a name or a closing bracket, `.5` is a wrong member and not a number. */
function opensMember(last: Token | undefined, dot: Token): boolean {
  return isAmong(last, MEMBERS_BEHIND) && glued(last, dot);
}
