/**
 * The pass between lexer and parser: line ends and `;` become one kind of separator, never doubled, leading or trailing;
 * brackets are balanced; words get their meaning by place. After it the parser sees one statement between two separators.
 */
import { replacement } from '../../base/fix.ts';
import { Brackets, isCloser, isOpener, type Open } from './brackets.ts';
import { repairMistakes } from './mistakes.ts';
import type { Report } from './report.ts';
import { beginsInside, carriesOn, continuesLine, endsOperand, followsBrace, startsAnew } from './separators.ts';
import { collapseStatements, tooManyConditionals } from './statements.ts';
import { insertedToken, is, keyword, retype, T, type Token, wordOf } from './tokens.ts';
import { isHeadOf, OPTION_STEPS } from './vocabulary.ts';
import { classifyWords } from './words.ts';

/** The tokens for the parser. `lone` lays out an expression, which has no head words. */
export function layOut(lexed: readonly Token[], report: Report, lone = false): Token[] {
  const tokens = classifyWords(repairMistakes(lexed, report), report, !lone);
  const laidOut = new Layout(tokens, report).run();
  if (!lone) return collapseStatements(laidOut, report);
  return tooManyConditionals(laidOut, report) ? [] : laidOut;
}

class Layout {
  private readonly tokens: readonly Token[];
  private readonly report: Report;
  private readonly out: Token[] = [];
  private readonly brackets: Brackets;
  /** Index of the token that is looked at. */
  private at = 0;
  /** First token and head word of the statement. */
  private statement: Token | undefined;
  private head: string | null = null;
  /** Brackets whose contents begin on the next line: a comma is forgotten there more easily than the closer. */
  private readonly listBelow = new Set<Token>();

  constructor(tokens: readonly Token[], report: Report) {
    this.tokens = tokens;
    this.report = report;
    this.brackets = new Brackets(this.out, report);
  }

  run(): Token[] {
    let newline: Token | null = null;
    for (let i = 0; i < this.tokens.length; i++) {
      this.at = i;
      const token = this.tokens[i]!;
      if (is(token, T.NewLine)) newline ??= token;
      else {
        if (newline !== null) this.endLine(newline, token, this.tokens[i + 1]);
        newline = null;
        this.place(token);
      }
    }
    this.brackets.closeUntil(
      () => false,
      (open) => `${this.nameOf(open)} is not closed.`,
    );
    if (is(this.out.at(-1), T.Sep)) this.out.pop();
    return this.out;
  }

  /** A line end stands before `token`. */
  private endLine(newline: Token, token: Token, next: Token | undefined): void {
    const { brackets, out } = this;
    if (brackets.inline && this.leavesBrackets(token, next)) {
      this.closeInline((open) => `\`${open.token.image}\` is not closed before the line ends.`);
    }
    if (this.outdents(token)) this.closeBeforeDeclaration(token);
    if (is(out.at(-1), T.LParen, T.LBracket)) this.listBelow.add(out.at(-1)!);
    if (isStep(token)) this.closeOptionsBefore(token);
    if (brackets.inline) return;
    if (carriesOn(out) && !this.isNewStatement(token, next)) return;
    if (continuesLine(token)) return;
    if (!this.joinsLine(token, next)) this.separate(newline);
  }

  /** After an operator or comma the line goes on, unless it can only be a statement. */
  private isNewStatement(token: Token, next: Token | undefined): boolean {
    if (isDeclaration(token) || isStep(token)) return true;
    if (is(this.out.at(-1), T.Comma)) return false;
    const assigns = is(token, T.Ident) && is(next, T.Eq, T.Colon);
    return assigns || this.givesDistribution();
  }

  /** With brackets open, this line can only be a statement of its own. */
  private leavesBrackets(token: Token, next: Token | undefined): boolean {
    if (isStep(token) || this.givesDistribution()) return true;
    const opener = this.brackets.top!.token;
    return !this.listBelow.has(opener) && endsOperand(this.out.at(-1)) && startsAnew(token, next);
  }

  /** A `~` stands in the rest of the line, as it does in no expression. */
  private givesDistribution(): boolean {
    if (this.brackets.has((open) => open.head === 'sweep')) return false;
    for (let i = this.at; i < this.tokens.length; i++) {
      if (is(this.tokens[i], T.Tilde)) return true;
      if (is(this.tokens[i], T.NewLine, T.LBrace, T.RBrace)) return false;
    }
    return false;
  }

  /** A declaration as far to the left as the one whose body is open. */
  private outdents(token: Token): boolean {
    const outer = this.brackets.outermost;
    return outer !== undefined && isDeclaration(token) && token.startColumn! <= outer.statement.startColumn!;
  }

  /** A line that begins in the middle of a statement is reported and joined to the line before. */
  private joinsLine(token: Token, next: Token | undefined): boolean {
    const last = this.out.at(-1);
    if (last === undefined || is(last, T.Sep, T.LBrace, T.RBrace) || !beginsInside(token, next)) return false;
    if (this.brackets.depth === 0 && this.opensBody()) return false;
    const sign = wordOf(token) === null && endsOperand(last);
    const hint = sign
      ? `end line ${last.endLine} with \`${token.image}\`, or use brackets`
      : `put it on line ${last.endLine}, behind what it belongs to`;
    const place = this.report.at(token);
    const moved = [...replacement(this.report.behind(last), ` ${token.image}`).edits, ...replacement(place, '').edits];
    this.report.say('BP1034', place, `A line cannot begin with \`${token.image}\`.`, {
      hint,
      fix: sign ? { edits: moved, otherwise: null } : null,
    });
    return true;
  }

  /** `on mnist {` at the level of the file: the head word is missing, and the body is its own. */
  private opensBody(): boolean {
    for (let i = this.at; i < this.tokens.length && !is(this.tokens[i], T.NewLine); i++) {
      if (is(this.tokens[i], T.LBrace)) return true;
    }
    return false;
  }

  private closeInline(explain: (open: Open) => string): void {
    this.brackets.closeUntil((open) => is(open.token, T.LBrace), explain);
  }

  /** A declaration at the start of a line with braces open: the body before it was never closed. */
  private closeBeforeDeclaration(token: Token): void {
    const word = wordOf(token);
    this.brackets.closeUntil(
      () => false,
      (open) => `${this.nameOf(open)} is not closed where line ${token.startLine} starts \`${word}\`.`,
    );
  }

  /** A step at the start of a line inside the options of a step. */
  private closeOptionsBefore(token: Token): void {
    const isOptions = (open: Open) => is(open.token, T.LBrace) && OPTION_STEPS.has(open.head ?? '');
    const top = this.brackets.top;
    if (top === undefined || !this.brackets.has(isOptions)) return;
    if (!isOptions(top) && is(top.token, T.LBrace)) return;
    this.brackets.closeUntil(
      (open) => is(open.token, T.LBrace) && !isOptions(open),
      (open) => `${this.nameOf(open)} is not closed where line ${token.startLine} starts \`${wordOf(token)}\`.`,
    );
  }

  private separate(written: Token | null): void {
    const last = this.out.at(-1);
    if (last === undefined || is(last, T.Sep, T.LBrace)) return;
    this.out.push(written === null ? insertedToken(T.Sep, last) : retype({ ...written }, T.Sep));
  }

  private place(token: Token): void {
    const { brackets, out } = this;
    const last = out.at(-1);
    if (is(token, T.Tilde) && brackets.inline && !brackets.has((open) => open.head === 'sweep')) {
      this.closeInline((open) => `\`${open.token.image}\` is not closed before \`~\`.`);
    }
    if (is(token, T.LBrace) && brackets.inline) {
      this.closeInline((open) => `\`${open.token.image}\` is not closed before \`{\`.`);
    }
    if (is(token, T.Semi)) {
      if (!brackets.inline) this.separate(token);
      else out.push(token);
      return;
    }
    if (is(last, T.RBrace) && !followsBrace(token) && !brackets.inline) this.separate(null);
    this.noteStatement(token);
    if (isOpener(token)) {
      const interval = this.head === 'param' && is(last, keyword('in'));
      brackets.open({ token, head: this.head, statement: this.statement ?? token, interval });
    } else if (isCloser(token)) brackets.close(token);
    else out.push(token);
  }

  private noteStatement(token: Token): void {
    const last = this.out.at(-1);
    if (last !== undefined && !is(last, T.Sep, T.LBrace)) {
      if (is(last, T.Eq) && this.out.at(-2) === this.statement) this.head = wordOf(token);
      return;
    }
    if (is(token, T.LBrace)) return;
    this.statement = token;
    this.head = wordOf(token);
  }

  /** "The body of `network lenet300`", or the bracket itself. */
  private nameOf(open: Open): string {
    if (!is(open.token, T.LBrace)) return `\`${open.token.image}\``;
    const from = this.out.indexOf(open.statement);
    if (from < 0 || open.head === null) return 'This `{`';
    const at = this.out.findIndex((t, i) => i >= from && wordOf(t) === open.head);
    const name = is(this.out[at + 1], T.Ident) ? ` ${this.out[at + 1]!.image}` : '';
    return `The \`{\` of \`${open.head}${name}\``;
  }
}

function isDeclaration(token: Token): boolean {
  return isHeadOf('file', wordOf(token));
}

function isStep(token: Token): boolean {
  const word = wordOf(token);
  return word !== 'for' && isHeadOf('run', word);
}
