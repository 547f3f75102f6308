/** The open brackets of the layout pass: every opener gets a closer of its own kind, and both places are reported. */
import type { TokenType } from 'chevrotain';
import { replacement } from '../../base/fix.ts';
import type { Report } from './report.ts';
import { insertedToken, is, retype, T, type Token } from './tokens.ts';

/** Deeper nesting would exhaust the stack of the passes after this one. */
const DEEPEST = 60;

export interface Open {
  readonly token: Token;
  /** The head word of the statement that it stands in, and that statement's first token. */
  readonly head: string | null;
  readonly statement: Token;
  /** `[0, inf)`: an interval may be closed by the other kind. */
  readonly interval: boolean;
}

const CLOSER = new Map<TokenType, TokenType>([
  [T.LParen, T.RParen],
  [T.LBracket, T.RBracket],
  [T.LBrace, T.RBrace],
]);
const OPENER = new Map<TokenType, TokenType>([...CLOSER].map(([open, close]) => [close, open]));

export const isOpener = (token: Token): boolean => CLOSER.has(token.tokenType);
export const isCloser = (token: Token): boolean => OPENER.has(token.tokenType);

export class Brackets {
  private readonly stack: Open[] = [];
  private readonly out: Token[];
  private readonly report: Report;
  /** Closers put in for brackets left open: a later closer for one of them is dropped in silence. */
  private readonly forgiven = new Map<TokenType, number>();
  private tooDeep = 0;
  private reportedDepth = false;

  constructor(out: Token[], report: Report) {
    this.out = out;
    this.report = report;
  }

  get top(): Open | undefined {
    return this.stack.at(-1);
  }

  get depth(): number {
    return this.stack.length;
  }

  get outermost(): Open | undefined {
    return this.stack[0];
  }

  /** Inside `( )` or `[ ]`, where line ends mean nothing. */
  get inline(): boolean {
    return this.top !== undefined && !is(this.top.token, T.LBrace);
  }

  has(test: (open: Open) => boolean): boolean {
    return this.stack.some(test);
  }

  open(open: Open): void {
    if (this.stack.length >= DEEPEST) {
      if (!this.reportedDepth) {
        this.report.say('BP1013', this.report.at(open.token), `Brackets are nested more than ${DEEPEST} deep here.`, {
          hint: 'name a part with `const` or `def`',
        });
      }
      this.reportedDepth = true;
      this.tooDeep++;
      return;
    }
    this.stack.push(open);
    this.out.push(open.token);
  }

  /** Closes all brackets above the one that `stop` accepts; reports each line once. */
  closeUntil(stop: (open: Open) => boolean, explain: (open: Open) => string): void {
    while (this.top !== undefined && !stop(this.top)) this.closeTop(explain);
  }

  closeTop(explain: (open: Open) => string): void {
    const open = this.stack.pop()!;
    const closer = CLOSER.get(open.token.tokenType)!;
    this.trim(closer);
    this.out.push(insertedToken(closer, this.out.at(-1) ?? open.token));
    if (open.token.inserted) return;
    this.forgiven.set(closer, (this.forgiven.get(closer) ?? 0) + 1);
    this.reportUnclosed(open, explain(open));
  }

  private reportUnclosed(open: Open, message: string): void {
    const place = this.report.at(open.token);
    const line = this.report.diagnostics.some(
      (d) => d.code === 'BP1008' && this.lineOf(d.span!.start) === open.token.startLine,
    );
    if (line) return;
    const end = this.out.at(-1)!;
    const closer = closerText(open.token);
    const name = is(open.token, T.LBrace) ? '`}`' : `\`${closer}\``;
    this.report.say('BP1008', place, message, {
      labels: [{ span: this.report.at(end), message: `${name} is missing here` }],
      hint: `add ${name} on line ${end.startLine}`,
      fix: replacement(this.report.behind(end), closer),
    });
  }

  private lineOf(offset: number): number {
    return this.report.source.text.slice(0, offset).split(/\r\n|\n|\r/).length;
  }

  /** A separator or comma before a closer says nothing. */
  private trim(closer: TokenType): void {
    const last = this.out.at(-1);
    if (is(last, T.Sep) || (is(last, T.Comma) && !is(this.out.at(-2), T.Comma, T.LParen, T.LBracket, T.LBrace))) {
      if (closer === T.RBrace || is(last, T.Comma)) this.out.pop();
    }
  }

  close(token: Token): void {
    const wanted = OPENER.get(token.tokenType)!;
    if (this.tooDeep > 0) {
      this.tooDeep--;
      return;
    }
    const fits = (open: Open) => open.token.tokenType === wanted || (open.interval && !is(token, T.RBrace));
    if (this.top === undefined || !fits(this.top)) {
      if (is(token, T.RBrace) ? !this.reachBrace(token) : !this.reachBracket(token, fits)) return;
    }
    const open = this.stack.pop();
    if (open === undefined) return;
    this.trim(token.tokenType);
    this.out.push(token);
  }

  /** `}` closes what is open inside its braces; false when there are none. */
  private reachBrace(token: Token): boolean {
    if (!this.stack.some((open) => is(open.token, T.LBrace))) {
      // Brackets at the level of the file stay open: the `}` is the stray one.
      this.refuse(token);
      return false;
    }
    this.closeUntil(
      (open) => is(open.token, T.LBrace),
      (open) => `\`${open.token.image}\` is not closed before \`}\`.`,
    );
    return true;
  }

  private reachBracket(token: Token, fits: (open: Open) => boolean): boolean {
    const brace = this.stack.findLastIndex((open) => is(open.token, T.LBrace));
    const index = this.stack.findLastIndex(fits);
    if (index > brace) {
      this.closeUntil(fits, (open) => `\`${open.token.image}\` is not closed before \`${token.image}\`.`);
      return true;
    }
    if (!this.inline) {
      this.refuse(token);
      return false;
    }
    const open = this.top!.token;
    const text = closerText(open);
    this.report.say('BP1009', this.report.at(token), `\`${open.image}\` is closed by \`${token.image}\`.`, {
      labels: [this.report.label(open, 'opened here')],
      hint: `write \`${text}\``,
      fix: replacement(this.report.at(token), text),
    });
    retype(token, CLOSER.get(open.tokenType)!);
    return true;
  }

  private refuse(token: Token): void {
    const forgiven = this.forgiven.get(token.tokenType) ?? 0;
    if (forgiven > 0) {
      this.forgiven.set(token.tokenType, forgiven - 1);
      return;
    }
    this.report.say('BP1010', this.report.at(token), `This \`${token.image}\` closes nothing.`, {
      hint: 'remove it',
      fix: replacement(this.report.at(token), ''),
    });
  }
}

function closerText(opener: Token): string {
  return { '(': ')', '[': ']', '{': '}' }[opener.image] ?? '}';
}
