/** Wrong files beside what `check` says of them: each program reads the small files in its folder or among the fixtures. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProgram } from '../../src/runtime/index.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { dataCodes } from '../../src/data/index.ts';
import { expectAccepted, filesBelow, programAndMessages } from '../helpers/golden.ts';

const FOLDER = join(import.meta.dirname, 'files');
const REPOSITORY = join(import.meta.dirname, '../..');
const programs = filesBelow(FOLDER, '.bprune');

describe('wrong files', () => {
  it.each(programs)('%s', async (file) => {
    const path = join(FOLDER, file);
    const { source, diagnostics } = await loadProgram(nodeHost(), path, new Map());
    // What is said must not depend on where the repository lies.
    const told = diagnostics.map((d) => JSON.parse(JSON.stringify(d).replaceAll(`${REPOSITORY}/`, '')));
    expect(told.some((d) => dataCodes.has(d.code))).toBe(true);
    for (const d of told) expect(d.hint, d.message).not.toBeNull();
    const sources = new Map([[`test/golden/files/${file}`, source.text]]);
    expectAccepted(path.replace(/bprune$/, 'expected'), programAndMessages(source.text, told, sources));
  });

  it('has no accepted text without its program', () => {
    const unused = filesBelow(FOLDER, '.expected').filter((f) => !programs.includes(f.replace(/expected$/, 'bprune')));
    expect(unused).toEqual([]);
  });
});
