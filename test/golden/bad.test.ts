/** Wrong programs beside what a person is told: each mistake once, with its place, and a hint. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DataRequest } from '../../src/base/data.ts';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { withEdits } from '../../src/base/fix.ts';
import { diagnosticCodes } from '../helpers/codes.ts';
import { type Checked, checkShown, checkText, expectAccepted, FEW, filesBelow, filesBeside, programAndMessages, stubFacts } from '../helpers/golden.ts';

const FOLDER = join(import.meta.dirname, 'bad');
/** Programs with mistakes of form, which are tried in `test/language/syntax`. */
const BROKEN = join(import.meta.dirname, '../language/syntax/broken');
const programs = filesBelow(FOLDER, '.bprune').filter((file) => !file.startsWith('imported'));

function read(file: string) {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  return { name: basename(file), text };
}

/** The `--set` that a program is checked with: `// --set name=value` in its first line. */
function settingsOf(text: string): Readonly<Record<string, string>> {
  const [, name, value] = /^\/\/ --set (\w+)=(.*)/.exec(text) ?? [];
  return name === undefined ? {} : { [name]: value! };
}

/** The facts of `d.csv` and `t.csv` in this folder; imports lie in `imported`, whose files are no programs of their own. */
const beside = (text: string) =>
  [
    settingsOf(text),
    (request: DataRequest) => stubFacts(request, FEW),
    filesBeside(join(FOLDER, 'imported')),
  ] as const;

const shown = new Map<string, Checked>();

/** What a person is shown of a program, worked out once. */
function told(file: string): Checked {
  const { name, text } = read(file);
  const checked = shown.get(file) ?? checkShown(name, text, ...beside(text));
  shown.set(file, checked);
  return checked;
}

const errorsOf = (diagnostics: readonly Diagnostic[]) => diagnostics.filter((d) => d.severity === 'error').length;

describe('wrong programs', () => {
  it.each(programs)('%s', (file) => {
    const { text } = read(file);
    const { diagnostics, sources } = told(file);
    expect(diagnostics.length).toBeGreaterThan(0);
    for (const d of diagnostics) {
      expect(diagnosticCodes.has(d.code), d.code).toBe(true);
      expect(d.span, d.message).not.toBeNull();
      expect(d.hint, d.message).not.toBeNull();
    }
    expectAccepted(join(FOLDER, file.replace(/bprune$/, 'expected')), programAndMessages(text, diagnostics, sources));
  });

  it('has no accepted text without its program', () => {
    const unused = filesBelow(FOLDER, '.expected').filter((f) => !programs.includes(f.replace(/expected$/, 'bprune')));
    expect(unused).toEqual([]);
  });

  it('show every code that the text of a program or a setting of it can raise', () => {
    const shown = [
      ...filesBelow(FOLDER, '.expected').map((f) => readFileSync(join(FOLDER, f), 'utf8')),
      ...filesBelow(BROKEN, '.txt').map((f) => readFileSync(join(BROKEN, f), 'utf8')),
    ].join('\n');
    expect([...diagnosticCodes].filter((code) => !shown.includes(code))).toEqual([]);
  });

  it('offers only changes that leave fewer mistakes', () => {
    const useless = programs.flatMap((file) => {
      const { name, text } = read(file);
      const { diagnostics } = told(file);
      return diagnostics.flatMap((d) => {
        const { edits } = d.fix ?? { edits: [] };
        // Changes of an imported file are not tried here.
        if (edits.length === 0 || edits.some((e) => e.span.source !== name)) return [];
        const left = checkText(name, withEdits(text, edits), ...beside(text)).diagnostics;
        const fewer = d.severity === 'error' ? errorsOf(left) < errorsOf(diagnostics) : left.length < diagnostics.length;
        return fewer ? [] : [`${file}: ${d.message} -> ${edits.map((e) => e.text)}`];
      });
    });
    expect(useless).toEqual([]);
  });

  it('asks "did you mean" only where that was tried', () => {
    const untried = programs.flatMap((file) => {
      // What is written on the command line is no text that could be changed.
      const asking = told(file).diagnostics.filter((d) => d.hint?.startsWith('did you mean') && d.code !== 'BP2011');
      return asking.filter((d) => d.fix === null).map((d) => `${file}: ${d.code} ${d.message}: ${d.hint}`);
    });
    expect(untried).toEqual([]);
  });
});
