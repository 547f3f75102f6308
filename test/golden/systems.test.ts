/** Programs for published methods, most of which this version cannot run yet: every one of them is read as it stands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from '../../src/language/index.ts';
import { filesBelow } from '../helpers/golden.ts';

const FOLDER = join(import.meta.dirname, 'systems');

describe('programs for published methods', () => {
  it.each(filesBelow(FOLDER, '.bprune'))('%s has no mistake of form', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const { diagnostics } = parse({ name: file, text });
    expect(diagnostics.map((d) => `${d.code} ${d.message}`)).toEqual([]);
  });
});
