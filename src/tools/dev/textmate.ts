/** Writes the TextMate grammar, which editors colour programs by, from the words of the parser: `npx tsx src/tools/dev/textmate.ts`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BUDGET_WORDS, HEAD_WORDS, JOINING_WORDS, UNITS } from '../../language/syntax/vocabulary.ts';

/** The part of the TextMate format that is needed here. */
export interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly Rule[];
}

export interface TextMateGrammar {
  readonly scopeName: string;
  readonly patterns: readonly Rule[];
}

const CONSTANTS = ['true', 'false'];
const LOGIC = ['and', 'or', 'not'];

const oneOf = (words: Iterable<string>) => `(?:${[...new Set(words)].join('|')})`;

/** A word at the head of a statement is a name all the same when one of these follows. */
const NO_NAME = String.raw`\b(?!\s*(?:[=.~\[,:)+/^<>]|(?:and|or|over|then|else)\b)|\()`;
const heads = oneOf(Object.values(HEAD_WORDS).flat());
const joining = JOINING_WORDS.filter((word) => !CONSTANTS.includes(word) && !LOGIC.includes(word));

const comments: readonly Rule[] = [
  { name: 'comment.line.documentation.bprune', match: '///.*$' },
  { name: 'comment.line.double-slash.bprune', match: '//.*$' },
  { name: 'comment.block.bprune', begin: String.raw`/\*`, end: String.raw`\*/` },
];

const texts: readonly Rule[] = [
  {
    name: 'string.quoted.double.bprune',
    begin: '"',
    end: '"|$',
    patterns: [{ name: 'constant.character.escape.bprune', match: String.raw`\\.` }],
  },
];

const statements: readonly Rule[] = [
  {
    match: String.raw`(^|[;}])\s*(${oneOf(HEAD_WORDS.file)})\s+(?!${oneOf(JOINING_WORDS)}\b)([A-Za-z_]\w*)`,
    captures: {
      1: { name: 'punctuation.separator.bprune' },
      2: { name: 'keyword.declaration.bprune' },
      3: { name: 'entity.name.type.bprune' },
    },
  },
  {
    match: String.raw`(^|[;{}])\s*(${heads})${NO_NAME}`,
    captures: { 1: { name: 'punctuation.separator.bprune' }, 2: { name: 'keyword.control.bprune' } },
  },
  {
    // A named step: its verb follows the sign.
    match: String.raw`([^=<>!]=)\s*(${oneOf(HEAD_WORDS.run)})\b(?=\s*(?:$|[A-Za-z0-9_*{;}]))`,
    captures: { 1: { name: 'keyword.operator.bprune' }, 2: { name: 'keyword.control.bprune' } },
  },
  {
    // Options begin behind commas too.
    match: String.raw`(,)\s*(${oneOf(HEAD_WORDS.options)})\b(?=\s+[0-9A-Za-z_])`,
    captures: { 1: { name: 'punctuation.separator.bprune' }, 2: { name: 'keyword.control.bprune' } },
  },
];

const words: readonly Rule[] = [
  { name: 'constant.language.bprune', match: String.raw`(?<![.\w])${oneOf(CONSTANTS)}\b(?!\s*=(?!=))` },
  { name: 'keyword.operator.logical.bprune', match: String.raw`(?<![.\w])${oneOf(LOGIC)}\b(?!\s*=(?!=))` },
  { name: 'keyword.control.bprune', match: String.raw`(?<![.\w])${oneOf(joining)}\b(?!\s*=(?!=))` },
  // The `by` of a budget is out of sight here; what follows these words tells.
  {
    name: 'keyword.control.bprune',
    match: String.raw`(?<=\s)${oneOf(BUDGET_WORDS)}\b(?=\s+[0-9]|\s*(?:$|[;{}]|from\b|per\b))`,
  },
];

const values: readonly Rule[] = [
  {
    match: String.raw`([0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9]+)?%?)(?:\s+(${oneOf(Object.keys(UNITS))})\b)?`,
    captures: { 1: { name: 'constant.numeric.bprune' }, 2: { name: 'keyword.other.unit.bprune' } },
  },
  { name: 'variable.parameter.bprune', match: String.raw`[A-Za-z_]\w*(?=\s*=(?!=))` },
  { name: 'support.class.bprune', match: String.raw`[A-Z]\w*` },
  { name: 'entity.name.function.bprune', match: String.raw`[a-z_]\w*(?=\()` },
  { name: 'variable.other.bprune', match: String.raw`[A-Za-z_]\w*` },
  { name: 'keyword.operator.bprune', match: String.raw`\*\*|\.\.|<=|>=|==|!=|[-+*/^<>=~|]` },
  { name: 'punctuation.section.bprune', match: String.raw`[(){}\[\]]` },
  { name: 'punctuation.separator.bprune', match: '[.,;:]' },
];

export const textMateGrammar = {
  comment: 'Written by src/tools/dev/textmate.ts from the words of the parser. Do not edit.',
  name: 'bprune',
  scopeName: 'source.bprune',
  fileTypes: ['bprune'],
  patterns: [...comments, ...texts, ...statements, ...words, ...values],
} satisfies TextMateGrammar & Record<string, unknown>;

/** How an editor comments, closes brackets and indents. */
export const languageConfiguration = {
  comments: { lineComment: '//', blockComment: ['/*', '*/'] },
  brackets: [
    ['{', '}'],
    ['[', ']'],
    ['(', ')'],
  ],
  autoClosingPairs: [
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '(', close: ')' },
    { open: '"', close: '"', notIn: ['string', 'comment'] },
  ],
  indentationRules: {
    increaseIndentPattern: String.raw`[{(\[]\s*(?://.*)?$`,
    decreaseIndentPattern: String.raw`^\s*[})\]]`,
  },
};

/** File name to content, as they lie in `grammar`. */
export function editorFiles(): ReadonlyMap<string, string> {
  const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return new Map([
    ['bprune.tmLanguage.json', text(textMateGrammar)],
    ['language-configuration.json', text(languageConfiguration)],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, content] of editorFiles()) {
    writeFileSync(fileURLToPath(new URL(`../../../grammar/${name}`, import.meta.url)), content);
  }
}
