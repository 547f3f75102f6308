/** Broken programs beside what a person is told about them. `BPRUNE_BLESS=1` rewrites the texts; read the difference. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withEdits } from '../../../src/base/fix.ts';
import { renderDiagnostics } from '../../../src/base/frame.ts';
import { syntaxCodes } from '../../../src/language/syntax/codes.ts';
import { parse } from '../../../src/language/syntax/parse.ts';

const FOLDER = join(import.meta.dirname, 'broken');
const programs = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.bprune'))
  .sort();

describe('broken programs', () => {
  it.each(programs)('%s', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const { diagnostics } = parse({ name: file, text });
    expect(diagnostics.length).toBeGreaterThan(0);
    for (const d of diagnostics) expect(syntaxCodes.has(d.code), d.code).toBe(true);
    const told = renderDiagnostics(diagnostics, new Map([[file, text]]));
    const accepted = join(FOLDER, file.replace(/\.bprune$/, '.txt'));
    if (process.env.BPRUNE_BLESS === '1') writeFileSync(accepted, told);
    expect(existsSync(accepted), `${accepted} is missing; run with BPRUNE_BLESS=1 and read it`).toBe(true);
    expect(told).toBe(readFileSync(accepted, 'utf8'));
  });

  it('has no accepted text without its program', () => {
    const unused = readdirSync(FOLDER).filter(
      (f) => f.endsWith('.txt') && !programs.includes(f.replace(/txt$/, 'bprune')),
    );
    expect(unused).toEqual([]);
  });

  it('offers only changes that leave fewer mistakes', () => {
    const useless = programs.flatMap((file) => {
      const text = readFileSync(join(FOLDER, file), 'utf8');
      const { diagnostics } = parse({ name: file, text });
      return diagnostics.flatMap((d) => {
        if (d.fix === null) return [];
        const changed = withEdits(text, d.fix.edits);
        const left = parse({ name: file, text: changed }).diagnostics;
        const gone = !left.some((x) => x.code === d.code && x.span?.start === d.span?.start && x.message === d.message);
        return gone && left.length <= diagnostics.length ? [] : [`${file}: ${d.message}`];
      });
    });
    expect(useless).toEqual([]);
  });
});
