/** What the manual says of words and records is what the program has. */
import { describe, expect, it } from 'vitest';
import { BUDGET_WORDS, HEAD_WORDS, JOINING_WORDS, UNITS } from '../../../src/language/syntax/vocabulary.ts';
import { sectionsOf, withSections } from '../../../src/tools/dev/reference.ts';
import { FAMILIES } from '../../../src/tools/explain/topics.ts';
import { manual } from '../../helpers/manual.ts';

/** Text between single backticks, programs left out. */
const inlineCode = manual
  .flatMap((c) => [...c.text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)])
  .map((m) => m[1]!);
const named = new Set(inlineCode.flatMap((code) => code.match(/\w+/g) ?? []));

describe('the manual', () => {
  it.each(manual.map((c) => [c.name, c.text] as const))('%s says of the registries what the records say', (_, text) => {
    expect(text, 'run `npm run reference`').toBe(withSections(text));
  });

  it('has one section for each registry', () => {
    const sections = manual.flatMap((c) => sectionsOf(c.text));
    expect(sections.sort()).toEqual(Object.keys(FAMILIES).sort());
  });

  it('names every word of the language', () => {
    const words = [...Object.values(HEAD_WORDS).flat(), ...JOINING_WORDS, ...BUDGET_WORDS, ...Object.keys(UNITS)];
    expect(words.filter((word) => !named.has(word))).toEqual([]);
  });
});
