/** Right programs beside the models and plans that the checker makes of them. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../src/base/frame.ts';
import { printModel, printRunPlan } from '../../src/language/index.ts';
import { checkText, expectAccepted, filesBelow } from '../helpers/golden.ts';

const FOLDER = join(import.meta.dirname, 'good');
const EXAMPLES = join(import.meta.dirname, '../../examples');
const programs = filesBelow(FOLDER, '.bprune');

describe('right programs', () => {
  it.each(programs)('%s', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const { result, diagnostics } = checkText(basename(file), text);
    const warnings = renderDiagnostics(diagnostics, new Map([[basename(file), text]]));
    expect(diagnostics.filter((d) => d.severity === 'error').map((d) => d.message)).toEqual([]);
    const parts = [...result.models.map(printModel), ...result.runs.map(printRunPlan), warnings];
    expectAccepted(join(FOLDER, file.replace(/bprune$/, 'expected')), parts.filter((p) => p !== '').join('\n'));
  });

  it('has no accepted text without its program', () => {
    const unused = filesBelow(FOLDER, '.expected').filter((f) => !programs.includes(f.replace(/expected$/, 'bprune')));
    expect(unused).toEqual([]);
  });

  it.each(filesBelow(EXAMPLES, '.bprune'))('example %s is free of mistakes, also in its quick form', (file) => {
    const text = readFileSync(join(EXAMPLES, file), 'utf8');
    for (const settings of [{}, ...(text.includes('const quick') ? [{ quick: 'true' }] : [])]) {
      const { result, diagnostics } = checkText(basename(file), text, settings);
      expect(diagnostics.map((d) => d.message)).toEqual([]);
      expect(result.runs.length).toBeGreaterThan(0);
    }
  });
});
