/** The flags of what measures: asked for help, wrong, and the folder of the results. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chosen, Ending, listed, parseFlags, positive } from '../helpers/flags.ts';
import { readOptions } from './options.ts';

const flags = { rounds: { default: '5', says: 'how often' }, out: { default: 'here', says: 'the folder' } };

/** How the script ends when it is asked for this. */
function ending(read: () => unknown): Ending {
  try {
    read();
  } catch (error) {
    if (error instanceof Ending) return error;
    throw error;
  }
  throw new Error('it did not end');
}

describe('flags', () => {
  it('have their usual values where they are not given', () => {
    expect(parseFlags('bench', flags, ['--rounds', '2'])).toEqual({ rounds: '2', out: 'here' });
  });

  it.each(['--help', '-h'])('%s is answered with all of them', (word) => {
    const { message, exit } = ending(() => parseFlags('bench', flags, ['--rounds', '2', word]));
    expect(exit).toBe(0);
    for (const text of ['npm run bench', '--rounds', 'how often (5)', '--out']) expect(message).toContain(text);
  });

  it('that are unknown, or without value, are named, with those there are', () => {
    const unknown = ending(() => parseFlags('bench', flags, ['--round', '2']));
    expect([unknown.exit, unknown.message]).toEqual([2, expect.stringMatching(/'--round'[\s\S]*--rounds/)]);
    expect(ending(() => parseFlags('bench', flags, ['--rounds'])).message).toContain('--rounds');
  });

  it('take numbers above 0 and names that there are', () => {
    expect(positive('rounds', '3')).toBe(3);
    for (const text of ['0', '-1', 'three', 'Infinity'])
      expect(ending(() => positive('rounds', text)).message).toContain(`--rounds ${text}`);
    expect(chosen('only', 'w1,w3', ['w1', 'w2', 'w3'])).toEqual(['w1', 'w3']);
    expect(ending(() => chosen('only', 'w9', ['w1', 'w2'])).message).toBe('--only w9: there are w1, w2');
    expect(listed('none')).toEqual([]);
  });

  it('of the bench name what there is', () => {
    const script = { name: 'bench', parts: ['w1'] };
    expect(readOptions(['--peers', 'none', '--executors', 'onnx'], script)).toMatchObject({
      peers: [],
      executors: ['onnx'],
    });
    expect(ending(() => readOptions(['--executors', 'onxx'], script)).message).toContain('--executors onxx: there are');
  });
});

describe('a script', () => {
  const started = (name: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', join(import.meta.dirname, '..', `${name}.ts`), ...args], {
      encoding: 'utf8',
    });

  it('makes the folder of its results', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bprune-flags-'));
    try {
      const { status } = started('bench/scaling', '--executors', 'none', '--out', join(folder, 'not/there'));
      expect([status, readdirSync(join(folder, 'not/there')).sort()]).toEqual([0, ['SCALING.md', 'scaling.json']]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('makes no folder for flags that are wrong, and says so in no stack trace', () => {
    const out = join(tmpdir(), 'bprune-flags-not-made');
    const { status, stdout, stderr } = started('bench/run', '--out', out, '--seconds', 'two');
    expect([status, stdout, stderr]).toEqual([2, '', '--seconds two: a number above 0 is needed\n']);
    expect(existsSync(out)).toBe(false);
  });

  it.each(['bench/run', 'bench/scaling', 'bench/epoch', 'bench/kernels'])('%s answers --help', (name) => {
    expect(started(name, '--help').stdout).toMatch(/^npm run [a-z:]+ -- \[flags\]\n {2}--/);
  });
});
