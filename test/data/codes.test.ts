/** The table of codes against the code that raises them and the tests that show them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataCodes } from '../../src/data/index.ts';

const SOURCE = join(import.meta.dirname, '../../src/data');

function codesIn(folder: string, skip: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const texts = names
    .filter((n) => n.endsWith('.ts') && !n.endsWith(skip))
    .map((n) => readFileSync(join(folder, n), 'utf8'));
  return [...new Set(texts.flatMap((text) => text.match(/BP\d{4}/g) ?? []))].sort();
}

describe('the codes of the data room', () => {
  it('are those that it raises, and each is shown by a test', () => {
    const listed = [...dataCodes.keys()].sort();
    expect(codesIn(SOURCE, 'codes.ts')).toEqual(listed);
    expect(codesIn(import.meta.dirname, 'fuzz.test.ts')).toEqual(listed);
  });

  it('end a command with 4 and explain themselves', () => {
    for (const { exit, explanation } of dataCodes.values()) {
      expect(exit).toBe(4);
      expect(explanation.length).toBeGreaterThan(60);
    }
  });
});
