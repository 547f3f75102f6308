/** The tokens of bprune. One lexer mode; words leave the lexer as `Ident` and become keywords in `words.ts`. */
import { createToken, type ILexerConfig, type IToken, type ITokenConfig, Lexer, type TokenType } from 'chevrotain';
import { ALL_WORDS } from './vocabulary.ts';

/** A token of the parser library with what the layout pass notes on it. */
export interface Token extends IToken {
  /** Put in by the layout pass: zero width, written by nobody. */
  inserted?: true;
}

const PUNCTUATION = {
  DotDot: '..',
  Dot: '.',
  StarStar: '**',
  Le: '<=',
  Ge: '>=',
  EqEq: '==',
  Ne: '!=',
  Lt: '<',
  Gt: '>',
  Eq: '=',
  Tilde: '~',
  Plus: '+',
  Minus: '-',
  Star: '*',
  Slash: '/',
  Caret: '^',
  LParen: '(',
  RParen: ')',
  LBracket: '[',
  RBracket: ']',
  LBrace: '{',
  RBrace: '}',
  Semi: ';',
  Colon: ':',
  Bar: '|',
  Comma: ',',
} as const;

type PunctuationName = keyof typeof PUNCTUATION;

function punctuation(): Record<PunctuationName, TokenType> {
  const made = Object.entries(PUNCTUATION).map(([name, text]) => [
    name,
    createToken({ name, pattern: text, label: `\`${text}\``, line_breaks: false }),
  ]);
  return Object.fromEntries(made) as Record<PunctuationName, TokenType>;
}

/** Lists ranges instead of a complement, which would switch off the lexer's first-character table. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it must catch
const STRAY = /[\u0000-\u0008\u000e-\u001f!#$%&'?@\\`\u007f-\u009f\u00a1-\ufefe\uff00-\uffff]/;

/** One byte, the mark of the byte order, the last code, and enough others to meet each entry of the lexer's table of first characters. */
const CODES = [...Array(256).keys(), 0xfeff, 0xffff, ...Array.from({ length: 1020 }, (_, i) => 256 + 64 * i)];

/**
 * Codes of the characters that a text can begin with. Left to itself, the lexer finds them by taking each pattern apart, which
 * takes longer than to read a small program.
 */
function codesOf(first: RegExp): number[] {
  return CODES.filter((code) => first.test(String.fromCharCode(code)));
}

/** A token that is matched by a pattern whose texts begin as `first` says. */
function patterned(config: ITokenConfig, first: RegExp): TokenType {
  return createToken({ line_breaks: false, ...config, start_chars_hint: codesOf(first) });
}

const ordered = {
  NewLine: patterned(
    { name: 'NewLine', pattern: /\r\n|\n|\r/, line_breaks: true, label: 'the end of the line' },
    /[\r\n]/,
  ),
  Blank: patterned({ name: 'Blank', pattern: /[ \t\v\f\u00a0\ufeff]+/, group: Lexer.SKIPPED }, /[ \t\v\f\u00a0\ufeff]/),
  Ident: patterned({ name: 'Ident', pattern: /[A-Za-z_][A-Za-z0-9_]*/, label: 'a name' }, /[A-Za-z_]/),
  Number: patterned(
    {
      name: 'Number',
      pattern: /[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9]+)?%?/,
      label: 'a number',
    },
    /[0-9]/,
  ),
  DocComment: patterned({ name: 'DocComment', pattern: /\/\/\/[^\n\r]*/, group: 'comments' }, /\//),
  LineComment: patterned({ name: 'LineComment', pattern: /\/\/[^\n\r]*/, group: 'comments' }, /\//),
  BlockComment: patterned(
    {
      name: 'BlockComment',
      pattern: /\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//,
      line_breaks: true,
      group: 'comments',
    },
    /\//,
  ),
  OpenComment: patterned({ name: 'OpenComment', pattern: /\/\*[^\n\r]*/ }, /\//),
  Text: patterned({ name: 'Text', pattern: /"(?:[^"\\\n\r]|\\[^\n\r])*"/, label: 'a text in "quotes"' }, /"/),
  OpenText: patterned({ name: 'OpenText', pattern: /"(?:[^"\\\n\r(){}[\],;]|\\[^\n\r])*/ }, /"/),
  SingleQuoted: patterned({ name: 'SingleQuoted', pattern: /'[^'\n\r]*'/ }, /'/),
  ...punctuation(),
  Stray: patterned({ name: 'Stray', pattern: STRAY }, STRAY),
};

/** Made by the layout pass, never by the lexer. */
const made = {
  Unit: createToken({ name: 'Unit', pattern: Lexer.NA, label: 'a unit' }),
  Sep: createToken({ name: 'Sep', pattern: Lexer.NA, label: 'the end of the line' }),
  /** A whole statement that the layout pass has reported. */
  Broken: createToken({ name: 'Broken', pattern: Lexer.NA, label: 'a statement already reported' }),
};

export const T = { ...ordered, ...made };

const keywordTypes = new Map<string, TokenType>(
  ALL_WORDS.map((word) => [word, createToken({ name: `word_${word}`, pattern: Lexer.NA, label: `\`${word}\`` })]),
);

/** The token type of a word of the language, or nothing for a plain name. */
export function keywordType(word: string): TokenType | undefined {
  return keywordTypes.get(word);
}

/** The same for a word that the grammar names. */
export function keyword(word: string): TokenType {
  const type = keywordTypes.get(word);
  if (type === undefined) throw new Error(`the grammar uses the unknown word \`${word}\``);
  return type;
}

const wordsOfTypes = new Map<TokenType, string>([...keywordTypes].map(([word, type]) => [type, word]));

/** The word that a keyword token stands for; null for names and punctuation. */
export function wordOf(token: Token | undefined): string | null {
  return token === undefined ? null : (wordsOfTypes.get(token.tokenType) ?? null);
}

export const ALL_TOKENS: TokenType[] = [...Object.values(ordered), ...Object.values(made), ...keywordTypes.values()];

export const LEXING: ILexerConfig = { positionTracking: 'full', ensureOptimizations: true };

/** That the tokens are well made is checked by a test and not at each start. */
export const lexer = new Lexer(ALL_TOKENS, { ...LEXING, skipValidations: true });

/** Both fields must change together: the parser compares indices. */
export function retype(token: Token, type: TokenType): Token {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
  return token;
}

/** A token that nobody wrote, of zero width behind `previous` (or at the start of the text). */
export function insertedToken(type: TokenType, previous: Token | undefined): Token {
  const at = previous === undefined ? 0 : previous.endOffset! + 1;
  const line = previous?.endLine ?? 1;
  const column = (previous?.endColumn ?? 0) + 1;
  return {
    image: '',
    startOffset: at,
    endOffset: at - 1,
    startLine: line,
    endLine: line,
    startColumn: column,
    endColumn: column - 1,
    tokenType: type,
    tokenTypeIdx: type.tokenTypeIdx!,
    inserted: true,
  };
}

/**
 * Is it of one of these types? The passes before the parser ask this some fifty times of each token: the types are single
 * parameters, because a rest parameter would make a list at each call.
 */
export function is(token: Token | undefined, a: TokenType, b?: TokenType, c?: TokenType, d?: TokenType): boolean {
  if (token === undefined) return false;
  const type = token.tokenType;
  return type === a || type === b || type === c || type === d;
}

/** The same of more types, collected once. */
export function isAmong(token: Token | undefined, types: ReadonlySet<TokenType>): boolean {
  return token !== undefined && types.has(token.tokenType);
}

/** True when nothing stands between the two. */
export function glued(left: Token | undefined, right: Token | undefined): boolean {
  return left !== undefined && right !== undefined && right.startOffset === left.endOffset! + 1;
}
