/** Every diagnostic code has a page, and every page says the truth. Walks the registry: there is no other list of codes. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../../src/data/index.ts';
import { loadSource } from '../../../src/runtime/index.ts';
import { codes } from '../../../src/tools/cli/codes.ts';
import { page } from '../../../src/tools/explain/page.ts';
import { folderOf, wholeProgram } from '../../../src/tools/explain/whole-program.ts';
import { filesBelow } from '../../helpers/golden.ts';

const TESTS = resolve(import.meta.dirname, '../..');

/** What `bprune check` and then the reading of the data say. */
async function told(text: string, table: string): Promise<readonly string[]> {
  const files = folderOf(table);
  const { diagnostics, checked } = await loadSource(files, { name: 'page.bprune', text }, new Map());
  const run = checked.runs[0];
  const read = run === undefined ? null : await readDataset(run.data, files, 'page.bprune');
  return [...diagnostics, ...(read?.diagnostics ?? [])].map((d) => `${d.code} ${d.message}`);
}

const entries = [...codes.values()];
const ofPrograms = entries.filter((e) => e.example.place !== 'command');
const ofCommands = entries.filter((e) => e.example.place === 'command');

describe('the pages of `bprune explain`', () => {
  it.each(entries.map((e) => [e.code, e] as const))('%s is told in two to four sentences', (_, entry) => {
    const sentences = entry.explanation.split(/[.?!](?:\s|$)/).filter((s) => s.trim() !== '');
    expect(sentences.length, entry.explanation).toBeGreaterThanOrEqual(2);
    expect(sentences.length, entry.explanation).toBeLessThanOrEqual(4);
    expect(entry.example.bad).not.toBe(entry.example.good);
  });

  it.each(ofPrograms.map((e) => [e.code, e] as const))(
    '%s: the bad example raises it alone, the good one nothing',
    async (code, entry) => {
      const bad = wholeProgram(entry.example.place, entry.example.bad)!;
      const good = wholeProgram(entry.example.place, entry.example.good)!;
      const raised = await told(bad.text, bad.table);
      expect(new Set(raised.map((r) => r.slice(0, 6))), `${bad.text}\n${raised.join('\n')}`).toEqual(new Set([code]));
      expect(await told(good.text, good.table), good.text).toEqual([]);
    },
  );

  it('of what no program shows are covered by tests that name the code', () => {
    const texts = filesBelow(TESTS, '.test.ts')
      .concat(filesBelow(TESTS, '.txt'))
      .map((f) => readFileSync(join(TESTS, f), 'utf8'));
    const uncovered = ofCommands.filter((e) => !texts.some((t) => t.includes(e.code))).map((e) => e.code);
    expect(uncovered).toEqual([]);
    for (const { example, code } of ofCommands) {
      expect(example.bad, code).toMatch(/\bbprune (check|run|resume|diagnose|verify|compile|repl|doctor|explain)\b/);
      expect(example.good, code).toMatch(/\bbprune (check|run|resume|diagnose|verify|compile|repl|doctor|explain)\b/);
    }
  });

  it('show mistake, message and repair', async () => {
    const text = await page(codes.get('BP2001')!);
    expect(text).toContain('log_alfa');
    expect(text).toContain('did you mean `log_alpha`?');
    expect(text.indexOf('Wrong')).toBeLessThan(text.indexOf('Right'));
  });
});
