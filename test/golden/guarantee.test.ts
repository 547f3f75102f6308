/** Programs beside their guarantee reports. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guaranteesOf } from '../../src/runtime/guarantee-text.ts';
import { checkText, expectAccepted, filesBelow } from '../helpers/golden.ts';

const FOLDER = join(import.meta.dirname, 'guarantee');
const programs = filesBelow(FOLDER, '.bprune');

describe('guarantee reports', () => {
  it.each(programs)('%s', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const { result } = checkText(basename(file), text);
    expect(result.unfinished).toEqual([]);
    const reports = result.runs.map((run) => guaranteesOf(run, new Map([[basename(file), text]])));
    expectAccepted(join(FOLDER, file.replace(/bprune$/, 'expected')), reports.join('\n'));
  });

  it('has no accepted text without its program', () => {
    const unused = filesBelow(FOLDER, '.expected').filter((f) => !programs.includes(f.replace(/expected$/, 'bprune')));
    expect(unused).toEqual([]);
  });
});
