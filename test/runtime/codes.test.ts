/** Every code that the sources raise stands in the joined table, and every entry tells a person something. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnostic } from '../../src/base/diagnostic.ts';
import { exitCodeOf } from '../../src/runtime/codes.ts';
import { codes } from '../../src/tools/cli/codes.ts';

const SRC = resolve(import.meta.dirname, '../../src');

/** Codes in quotes, by the files that hold them; emitted projects have their own world. */
function raised(): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    for (const [, code] of readFileSync(join(SRC, name), 'utf8').matchAll(/['"`](BP\d{4})['"`]/g))
      found.set(code!, name);
  }
  return found;
}

describe('diagnostic codes', () => {
  it('all have an entry', () => {
    const missing = [...raised()].filter(([code]) => !codes.has(code));
    expect(missing).toEqual([]);
  });
  it('are explained in words, with the exit code of their kind', () => {
    for (const { code, title, explanation, exit } of codes.values()) {
      expect(title, code).not.toBe('');
      expect(explanation.length, code).toBeGreaterThan(30);
      expect([1, 2, 3, 4, 5, 6, 130], code).toContain(exit);
      if (/^BP[1234]/.test(code)) expect(exit, code).toBe(3);
    }
  });
  it('give the exit code of the first error; warnings end nothing', () => {
    const warning = diagnostic('BP7201', null, 'w', { severity: 'warning' });
    const requirement = diagnostic('BP6901', null, 'r');
    expect(exitCodeOf([])).toBe(0);
    expect(exitCodeOf([warning])).toBe(0);
    expect(exitCodeOf([warning, requirement, diagnostic('BP7201', null, 'f')])).toBe(6);
    expect(exitCodeOf([diagnostic('BP0000', null, 'unknown')])).toBe(1);
  });
});
