/** `bprune explain every`: each word of the language has its page, and each page a line that can be read. */
import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/language/index.ts';
import { ALL_WORDS, UNITS } from '../../../src/language/syntax/vocabulary.ts';
import { NAMES, nameTopics } from '../../../src/tools/explain/names.ts';
import { wholeProgram } from '../../../src/tools/explain/whole-program.ts';
import { WORDS, wordTopics } from '../../../src/tools/explain/words.ts';

describe('words', () => {
  it('are explained, all of them and no others', () => {
    expect(Object.keys(WORDS).sort()).toEqual([...new Set([...ALL_WORDS, ...Object.keys(UNITS)])].sort());
  });

  const glossaries = [...Object.entries(WORDS), ...Object.entries(NAMES)];
  const uses = glossaries.flatMap(([word, all]) => all.map((use) => [word, use.line, use] as const));
  it.each(uses)('%s: `%s` has it and can be read', (word, line, { place, doc }) => {
    expect(line).toMatch(new RegExp(`\\b${word}\\b`));
    const { text } = wholeProgram(place, line)!;
    expect(
      parse({ name: 'word.bprune', text }).diagnostics.map((d) => d.message),
      text,
    ).toEqual([]);
    expect([...wordTopics(word), ...nameTopics(word)].join('\n')).toContain(doc);
  });

  it('that the language keeps are no names', () => {
    expect(Object.keys(NAMES).filter((name) => Object.hasOwn(WORDS, name))).toEqual([]);
  });

  it('say nothing of other words', () => {
    expect(['zither', 'toString'].flatMap((word) => [...wordTopics(word), ...nameTopics(word)])).toEqual([]);
  });
});
