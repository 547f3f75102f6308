/** Editors colour programs by a grammar of their own kind; here it is held against the parser's reading of every program of the repository. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layOut } from '../../../src/language/syntax/layout.ts';
import { Report } from '../../../src/language/syntax/report.ts';
import { lexer, type Token, wordOf } from '../../../src/language/syntax/tokens.ts';
import { editorFiles, textMateGrammar } from '../../../src/tools/dev/textmate.ts';
import { isGood, programsBelow, ROOT } from '../../language/format/programs.ts';
import { coloursOf } from './colours.ts';

const GOOD = programsBelow(
  'examples',
  'test/golden/good',
  'test/golden/systems',
  'test/language/syntax/programs',
).filter(isGood);

/** What a token of the parser may be coloured as. */
function fits(token: Token, scope: string): boolean {
  const { name } = token.tokenType;
  if (wordOf(token) !== null) return /^(keyword|constant\.language)/.test(scope);
  if (name === 'Ident') return /^(variable|entity|support)/.test(scope);
  if (name === 'Number') return scope.startsWith('constant.numeric');
  if (name === 'Unit') return scope.startsWith('keyword.other.unit');
  if (name === 'Text') return /^(string|constant\.character)/.test(scope);
  return /^(keyword\.operator|punctuation)/.test(scope);
}

describe('grammar', () => {
  it.each([...editorFiles()])('%s is what the vocabulary says', (name, content) => {
    expect(readFileSync(join(ROOT, 'grammar', name), 'utf8'), 'run `npx tsx src/tools/dev/textmate.ts`').toBe(content);
  });
});

describe('colours', () => {
  it.each(GOOD.map((p) => [p.name, p.text] as const))('%s', (name, text) => {
    const scopes = coloursOf(text, textMateGrammar.patterns);
    const bare = [...text].flatMap((c, i) => (/\s/.test(c) || scopes[i] !== null ? [] : [`${i}: ${c}`]));
    expect(bare, 'characters without a scope').toEqual([]);
    const lexed = lexer.tokenize(text);
    for (const comment of lexed.groups.comments ?? []) expect(scopes[comment.startOffset]).toMatch(/^comment/);
    const wrong = layOut(lexed.tokens, new Report({ name, text }))
      .filter((token) => token.tokenType.name !== 'Sep' && token.inserted !== true)
      .filter((token) => !fits(token, scopes[token.startOffset]!))
      .map((token) => `line ${token.startLine}: ${token.image} is ${scopes[token.startOffset]}`);
    expect(wrong).toEqual([]);
  });
});
