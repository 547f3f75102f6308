/**
 * Programs for published methods, most of which this version cannot run yet. Each is read without a mistake of form;
 * beside it lies what is not available yet, which grows shorter as the language grows.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { positionAt } from '../../src/base/span.ts';
import { checkText, expectAccepted, filesBelow, filesBeside } from '../helpers/golden.ts';

const FOLDER = join(import.meta.dirname, 'systems');

function line(d: Diagnostic, sources: ReadonlyMap<string, string>): string {
  const { source, start } = d.span!;
  const at = positionAt({ name: source, text: sources.get(source)! }, start);
  return `${d.severity} ${d.code} ${source}:${at.line}:${at.column} ${d.message}`;
}

describe('programs for published methods', () => {
  it.each(filesBelow(FOLDER, '.bprune'))('%s', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const { result, diagnostics, sources } = checkText(file, text, {}, undefined, filesBeside(FOLDER));
    expect(diagnostics.filter((d) => d.code < 'BP2').map((d) => `${d.code} ${d.message}`)).toEqual([]);
    const runs = `runs: ${result.runs.map((r) => r.name).join(', ') || 'none'}; not yet: ${result.unfinished.join(', ') || 'none'}`;
    const told = [runs, ...diagnostics.map((d) => line(d, sources))].join('\n');
    expectAccepted(join(FOLDER, file.replace(/bprune$/, 'expected')), `${told}\n`);
  });
});
