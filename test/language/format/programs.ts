/** All programs of the repository that are read without a mistake, and ways to write them badly. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '../../../src/language/index.ts';
import { lexer } from '../../../src/language/syntax/tokens.ts';
import { filesBelow } from '../../helpers/golden.ts';

export const ROOT = join(import.meta.dirname, '../../..');

export interface Written {
  readonly name: string;
  readonly text: string;
}

/** Those below the folders, which are relative to the root of the repository. */
export function programsBelow(...folders: readonly string[]): readonly Written[] {
  return folders.flatMap((folder) =>
    filesBelow(join(ROOT, folder), '.bprune').map((file) => {
      const name = `${folder}/${file.replaceAll('\\', '/')}`;
      return { name, text: readFileSync(join(ROOT, name), 'utf8') };
    }),
  );
}

export function isGood({ name, text }: Written): boolean {
  return parse({ name, text }).diagnostics.length === 0;
}

const INLINE = [' ', '  ', '\t', ' /* b */ ', ' /* one\n     two */ ', '/**/'];
const ANYWHERE = [
  ...INLINE,
  ...[
    '\n',
    '\n\n',
    '\n\n\n',
    '\r\n',
    '\n    ',
    ' // c\n',
    '\n// own\n',
    '\n\n  // own\n\n',
    '\n/* b */\n',
    '\n/* b */ ',
  ],
  ...[' /* b */\n', '\n/*\n * star\n */\n', '\n/// doc\n', '// c\n// d\n', ' /* a */ // b\n'],
];

/** A line may end behind these. */
const CARRY = new Set([...'([{,+-/^<>', '<=', '>=', '==', '!=', 'and', 'or']);

/** The program with other blanks, line ends and comments in a share of its gaps. `random` gives numbers from 0 to 1. */
export function rewritten(text: string, random: () => number, share: number): string {
  const tokens = lexer.tokenize(text).tokens.filter((t) => t.tokenType.name !== 'NewLine');
  let at = 0;
  let out = '';
  let last = '';
  for (const token of tokens) {
    const gap = text.slice(at, token.startOffset);
    const selector = gap === '' && (token.image.startsWith('*') || last === '*');
    const choice = gap.includes('\n') || CARRY.has(last) ? ANYWHERE : INLINE;
    out += gap;
    if (!selector && random() < share) out += choice[Math.floor(random() * choice.length)];
    out += token.image;
    last = token.image;
    at = token.endOffset! + 1;
  }
  return out + text.slice(at);
}
