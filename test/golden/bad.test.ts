/** Wrong programs beside what a person is told: each mistake once, with its place, and a hint. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnosticCodes } from '../helpers/codes.ts';
import { checkText, expectAccepted, FEW, filesBelow, filesBeside, programAndMessages, stubFacts } from '../helpers/golden.ts';

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
const told = (name: string, text: string) =>
  checkText(name, text, settingsOf(text), (request) => stubFacts(request, FEW), filesBeside(join(FOLDER, 'imported')));

describe('wrong programs', () => {
  it.each(programs)('%s', (file) => {
    const { name, text } = read(file);
    const { diagnostics, sources } = told(name, text);
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

  it('offers only changes that leave fewer mistakes, and names that exist', () => {
    const useless = programs.flatMap((file) => {
      const { name, text } = read(file);
      const { diagnostics } = told(name, text);
      return diagnostics.flatMap((d) => {
        const meant = d.hint?.match(/^did you mean `([^`]+)`\?$/)?.[1];
        const change = d.fix ?? (meant === undefined || d.span === null ? null : { span: d.span, text: meant });
        // Changes of an imported file are not tried here.
        if (change === null || change.span.source !== name) return [];
        const changed = text.slice(0, change.span.start) + change.text + text.slice(change.span.end);
        const left = told(name, changed).diagnostics;
        const same = left.some((x) => x.code === d.code && x.span?.start === d.span?.start && x.message === d.message);
        return same ? [`${file}: ${d.message} -> ${change.text}`] : [];
      });
    });
    expect(useless).toEqual([]);
  });
});
