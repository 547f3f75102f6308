/** Where the parser stopped, as the message builder wants to ask about it. */
import { joinSpans, type Span } from '../../base/span.ts';
import type { Fault } from '../syntax/faults.ts';
import type { Report } from '../syntax/report.ts';
import type { Token } from '../syntax/tokens.ts';
import { type Body, bodyOpenedBy } from '../syntax/vocabulary.ts';

/** Rules that read a value: when one of them fails at its first token, the value as a whole is missing. */
const VALUE_RULES: ReadonlySet<string> = new Set([
  ...['expression', 'operation', 'operand', 'postfix', 'atom', 'settingValue', 'plainArgument', 'argument'],
]);

const VALUE_STARTERS: ReadonlySet<string> = new Set(['Number', 'Text', 'LParen', 'LBracket', 'word_true']);

export const OPERATOR_NAMES: ReadonlySet<string> = new Set([
  ...['Plus', 'Minus', 'Star', 'Slash', 'Caret', 'DotDot', 'Lt', 'Le', 'Gt', 'Ge', 'EqEq', 'Ne'],
  ...['word_and', 'word_or', 'word_not'],
]);

/** The statement around a place and the body around the statement. */
interface Around {
  /** Index of the statement's first token. */
  readonly start: number;
  /** Its head word (`infer` in `a = infer sgvb`), or null. */
  readonly head: string | null;
  /** Index of the `{` of its body, -1 at the level of the file. */
  readonly brace: number;
}

export class Spot {
  readonly fault: Fault;
  readonly report: Report;
  readonly found: Token;
  readonly before: Token | undefined;
  readonly after: Token | undefined;
  readonly rule: string;
  private readonly expected: ReadonlySet<string>;
  private readonly around: Around;

  constructor(fault: Fault, report: Report) {
    this.fault = fault;
    this.report = report;
    this.found = fault.found;
    this.before = fault.tokens[fault.index - 1];
    this.after = fault.tokens[fault.index + 1];
    this.rule = fault.rules.at(-1) ?? 'program';
    this.expected = new Set(fault.expected.map((e) => e.name));
    this.around = aroundOf(fault.tokens, fault.index);
  }

  /** The kind of token found: `Ident`, `Sep`, `word_by`, `EOF`. */
  get kind(): string {
    return this.found.tokenType.name;
  }

  /** The word found, when it is a keyword. */
  get word(): string | null {
    return keywordOf(this.found);
  }

  get head(): string | null {
    return this.around.head;
  }

  /** The head word of the statement that opened this body; null at the level of the file. */
  get body(): string | null {
    if (this.around.brace < 0) return null;
    return aroundOf(this.fault.tokens, this.around.brace).head;
  }

  /** What the statements of this body are. */
  get bodyKind(): Body {
    const heads: (string | null)[] = [];
    for (let { brace } = this.around; brace >= 0; ) {
      const owner = aroundOf(this.fault.tokens, brace);
      heads.push(owner.head);
      brace = owner.brace;
    }
    return heads.reduceRight<Body>((around, head) => bodyOpenedBy(head, around), 'file');
  }

  /** True while the statement has no token yet. */
  get atStart(): boolean {
    return this.fault.index === this.around.start;
  }

  inRule(...names: readonly string[]): boolean {
    return this.fault.rules.some((rule) => names.includes(rule));
  }

  isKind(...names: readonly string[]): boolean {
    return names.includes(this.kind);
  }

  beforeIs(...names: readonly string[]): boolean {
    return this.before !== undefined && names.includes(this.before.tokenType.name);
  }

  expects(...names: readonly string[]): boolean {
    return names.some((name) => this.expected.has(name));
  }

  /** The statement or the body could end here. */
  get couldEnd(): boolean {
    return this.expects('Sep', 'RBrace', 'EOF');
  }

  /** A value must begin here. */
  get wantsValue(): boolean {
    if (VALUE_RULES.has(this.rule) && [...VALUE_STARTERS].every((name) => this.expected.has(name))) return true;
    return [...VALUE_STARTERS].every((name) => this.expected.has(name)) && !this.couldEnd;
  }

  /** Nothing stands here that a message could point at: a line end, the end of the file, a closer on a later line. */
  get pastEnd(): boolean {
    if (this.isKind('Sep', 'EOF') || this.found.inserted === true) return true;
    return this.isKind('RBrace') && this.before !== undefined && this.before.endLine !== this.found.startLine;
  }

  /** What to underline. */
  get place(): Span {
    return this.pastEnd ? this.report.behind(this.before) : this.report.at(this.found);
  }

  /** How the found token is called. */
  get foundText(): string {
    if (this.isKind('EOF')) return 'the end of the file';
    if (this.isKind('Sep')) return this.found.image === ';' ? '`;`' : 'the end of the line';
    return `\`${shorten(this.found.image === '' ? '}' : this.found.image)}\``;
  }

  /** Text of the statement up to the found token, head word and all. */
  get written(): string {
    return this.textBetween(this.around.start, this.fault.index - 1);
  }

  /** The tokens of the statement before the found one. */
  get sofar(): readonly Token[] {
    return this.fault.tokens.slice(this.around.start, this.fault.index);
  }

  /** True when a token of this kind comes later in the statement. */
  later(name: string): boolean {
    for (let i = this.fault.index; i < this.fault.tokens.length; i++) {
      const kind = this.fault.tokens[i]!.tokenType.name;
      if (kind === name) return true;
      if (kind === 'Sep' || kind === 'RBrace' || kind === 'LBrace') return false;
    }
    return false;
  }

  /** "In the options of `infer sgvb`": where the statement stands, or null at the level of the file. */
  get placePhrase(): string | null {
    const { brace } = this.around;
    if (brace < 0) return null;
    const owner = aroundOf(this.fault.tokens, brace);
    if (owner.head === null) return null;
    const { tokens } = this.fault;
    const head = tokens.slice(owner.start, brace).findIndex((t) => keywordOf(t) === owner.head) + owner.start;
    const name = tokens[head + 1];
    const second = name?.tokenType.name === 'Ident' ? ` ${name.image}` : '';
    return `In the ${this.bodyKind === 'options' ? 'options' : 'body'} of \`${owner.head}${second}\`.`;
  }

  /** The opener of this body, for a label. */
  get opener(): Token | undefined {
    return this.around.brace < 0 ? undefined : this.fault.tokens[aroundOf(this.fault.tokens, this.around.brace).start];
  }

  private textBetween(first: number, last: number): string {
    const from = this.fault.tokens[first];
    const to = this.fault.tokens[last];
    if (from === undefined || to === undefined || last < first) return '';
    const place = joinSpans(this.report.at(from), this.report.at(to));
    return shorten(this.report.source.text.slice(place.start, place.end).replace(/\s+/g, ' '));
  }
}

export function keywordOf(token: Token | undefined): string | null {
  const name = token?.tokenType.name;
  return name?.startsWith('word_') ? name.slice(5) : null;
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}

const OPENERS: ReadonlySet<string> = new Set(['LParen', 'LBracket', 'LBrace']);
const CLOSERS: ReadonlySet<string> = new Set(['RParen', 'RBracket', 'RBrace']);

/** Walks back over whole groups to where the statement at `index` begins. */
function aroundOf(tokens: readonly Token[], index: number): Around {
  let depth = 0;
  let start = index;
  let brace = -1;
  let within = true;
  for (let i = index - 1; i >= 0; i--) {
    const kind = tokens[i]!.tokenType.name;
    if (CLOSERS.has(kind)) depth++;
    else if (depth > 0) {
      if (OPENERS.has(kind)) depth--;
    } else if (kind === 'LBrace') {
      brace = i;
      break;
    } else if (kind === 'Sep') within = false;
    if (within) start = i;
  }
  const named = tokens[start + 1]?.tokenType.name === 'Eq' ? tokens[start + 2] : tokens[start];
  return { start, head: keywordOf(named), brace };
}
