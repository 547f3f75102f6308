/** The command line apart from training: help, hints, machine-readable output, closed pipes, directories that are not ours. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executors } from '../../src/executors/index.ts';
import { TINY_PROGRAM, type Workspace, workspace, writeTinyImages } from '../helpers/workspace.ts';

let space: Workspace;
beforeAll(() => {
  space = workspace();
  writeTinyImages(space);
  space.write('main.bprune', TINY_PROGRAM);
});
afterAll(() => space.remove());

const MAIN = resolve(import.meta.dirname, '../../dist/bprune.js');

describe('help', () => {
  it('lists the commands and the exit codes', async () => {
    const { code, stdout } = await space.run('--help');
    expect(code).toBe(0);
    for (const word of ['check', 'run', 'compile', 'repl', 'explain', 'Exit codes', '130'])
      expect(stdout).toContain(word);
  });
  it.each(['run', 'verify', 'repl'])('names all backends for %s', async (command) => {
    const { stdout } = await space.run(command, '--help');
    const named = /--backend <name>\s+([\w\s,-]+?) \(default/.exec(stdout)?.[1];
    expect(named?.split(/,\s+/)).toEqual(['auto', ...executors.names]);
  });
  it('without a command is shown too, as a usage mistake', async () => {
    expect(await space.run()).toMatchObject({ code: 2, stdout: expect.stringContaining('Usage: bprune') });
  });
});

describe('hints', () => {
  it.each<[string, string[], RegExp]>([
    [
      'a flag of another command',
      ['check', 'main.bprune', '--seed', '1'],
      /Unknown option '--seed'(?![\s\S]*`--seed`)/,
    ],
    ['nothing near', ['--frob'], /bprune --help shows the flags/],
    ['a flag without its value', ['run', 'main.bprune', '--backend'], /bprune run --help shows what it takes/],
    ['a command without its file', ['check'], /bprune check --help shows what it takes/],
    ['a word of a choice', ['run', 'main.bprune', '--progress', 'bra'], /did you mean `--progress bar`/],
    ['too many words', ['run', 'main.bprune', 'a', 'b'], /got 3\.\n/],
    ['a code that does not exist', ['explain', 'BP8592'], /did you mean BP8502/],
    [
      'a word that is no code',
      ['explain', 'xylophone'],
      /codes look like BP2001; `bprune explain` lists the names\s*$/,
    ],
  ])('%s', async (_, args, words) => {
    const { code, stderr, stdout } = await space.run(...args);
    expect(stderr).toMatch(words);
    expect(stderr.match(/^error BP\d{4}/gm)).toEqual(['error BP9002']);
    expect([code, stdout]).toEqual([2, '']);
  });
});

describe('what is not available yet', () => {
  const run = (name: string, steps: string) => `run ${name} on images { infer map { epochs = 1 }; ${steps} }`;
  beforeAll(() => {
    const plain = TINY_PROGRAM.slice(0, TINY_PROGRAM.indexOf('run on'));
    const data = /^data (\w+)/m.exec(plain)![1]!;
    const runs = `${run('good', 'evaluate { error }')}\n${run('later', 'quantise *.weight by bits(4)')}\n`;
    space.write('later.bprune', `${plain}${runs.replaceAll('on images', `on ${data}`)}`);
  });

  it('is a warning of `check`', async () => {
    const { code, stdout, stderr } = await space.run('check', 'later.bprune');
    expect(stderr).toMatch(/^warning BP2003: `quantise` is not available yet/m);
    expect([code, stdout]).toEqual([0, 'later.bprune: no mistakes (1 model, 1 run; 1 part not available yet)\n']);
  });

  it('stops the run that needs it, and no other', async () => {
    const stopped = await space.run('run', 'later.bprune', 'later');
    expect([stopped.code, stopped.stdout]).toEqual([3, '']);
    expect(stopped.stderr).toMatch(/warning BP2003[\s\S]*error BP9005: Run `later` needs/);
    expect((await space.run('run', 'later.bprune', 'good', '--quiet')).code).toBe(0);
    expect((await space.run('run', 'later.bprune')).code).toBe(2);
  });
});

describe('explain', () => {
  it.each(['BP2001', 'bp5901', 'BP8502'])('knows %s', async (word) => {
    const { code, stdout } = await space.run('explain', word);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${word.toUpperCase()}: `));
    expect(stdout).toMatch(/exit code \d/);
  });
  it('knows names, and lists what it knows', async () => {
    const named = await space.run('explain', 'sgvb');
    expect([named.code, named.stdout]).toEqual([0, expect.stringContaining('kl_weight')]);
    const list = await space.run('explain');
    expect([list.code, list.stdout]).toEqual([0, expect.stringMatching(/\bsgvb\b[\s\S]*BP2001 {2}a name/)]);
  });
});

describe('check', () => {
  it('gives places as lines and columns with --json', async () => {
    space.write('wrong.bprune', TINY_PROGRAM.replace('logits = net(x)', 'logits = nett(x)'));
    const { code, stdout } = await space.run('check', 'wrong.bprune', '--json');
    const document = JSON.parse(stdout);
    expect(code).toBe(3);
    expect(document.ok).toBe(false);
    const { place } = document.diagnostics.find((d: { severity: string }) => d.severity === 'error');
    const line = TINY_PROGRAM.split('\n')[place.start.line - 1]!.replace('net(x)', 'nett(x)');
    expect(line.slice(place.start.column - 1, place.end.column - 1)).toContain('nett');
  });

  it('tells with --verbose what will be trained, what its loss guarantees and what memory it takes', async () => {
    const { code, stdout } = await space.run('check', 'main.bprune', '--verbose');
    expect(code).toBe(0);
    for (const words of [/^ {2}layer +kind +output +weights/m, /^guarantee of step 1, /m, /^cuts, /m, /about \d+ MiB/])
      expect(stdout).toMatch(words);
  });

  it('has the guarantees as data with --json', async () => {
    const { stdout } = await space.run('check', 'main.bprune', '--json');
    const [guarantee] = JSON.parse(stdout).runs[0].guarantees;
    expect(guarantee).toMatchObject({ step: 1, verdict: expect.stringMatching(/bound$/), reasons: expect.any(Array) });
    expect(guarantee.terms[0]).toMatchObject({ kind: 'likelihood', observed: 'y', place: { source: 'main.bprune' } });
  });

  it.each(['check', 'run'])(
    'of a wrong program is one document and nothing else with --message-format: %s',
    async (verb) => {
      space.write('wrong.bprune', TINY_PROGRAM.replace('logits = net(x)', 'logits = nett(x)'));
      const json = await space.run(verb, 'wrong.bprune', '--message-format', 'json');
      expect([json.code, json.stderr]).toEqual([3, '']);
      expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, exit: 3, diagnostics: [{ code: 'BP2001' }] });
      const sarif = await space.run(verb, 'wrong.bprune', '--message-format', 'sarif');
      expect([sarif.code, sarif.stderr]).toEqual([3, '']);
      expect(JSON.parse(sarif.stdout)).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'BP2001' }] }] });
    },
  );
  it('refuses bytes that are no text', async () => {
    const { code, stderr } = await space.run('check', 'tiny/train-images-idx3-ubyte');
    expect(stderr).toContain('error BP7206');
    expect(code).toBe(4);
  });
});

describe('--json of a command that fails', () => {
  const NAN = TINY_PROGRAM.replace('adam(rate)', 'sgd(1e30)');
  it.each<[string, number, string, string, string[]]>([
    ['mistakes in the program', 3, 'BP2', TINY_PROGRAM.replace('logits = net(x)', 'logits = nett(x)'), ['run']],
    ['data that are not there', 4, 'BP7', TINY_PROGRAM.replace('idx("tiny")', 'idx("nowhere")'), ['run']],
    ['NaN while training', 5, 'BP5901', NAN, ['run', '--out', 'json-nan']],
    ['an unknown run', 2, 'BP9003', TINY_PROGRAM, ['run', 'nope']],
    ['an unknown backend', 2, 'BP8001', TINY_PROGRAM, ['run', '--backend', 'gpu']],
    ['a seed that is none', 2, 'BP9002', TINY_PROGRAM, ['run', '--seed', 'one']],
    ['an unknown flag', 2, 'BP9002', TINY_PROGRAM, ['run', '--seeed', '1']],
    ['a directory that is taken', 2, 'BP7202', TINY_PROGRAM, ['run', '--out', 'tiny']],
  ])('%s: one document, and the text beside it', async (_, exit, start, text, [command, ...more]) => {
    space.write('failing.bprune', text);
    const { code, stdout, stderr } = await space.run(command!, 'failing.bprune', '--json', ...more);
    const document = JSON.parse(stdout);
    expect(code).toBe(exit);
    expect(document).toMatchObject({ ok: false, exit });
    const { code: found } = document.diagnostics.find((d: { severity: string }) => d.severity === 'error');
    expect(found.startsWith(start), found).toBe(true);
    expect(stderr).toContain(`error ${found}`);
  });
  it.each(['run', 'check'])('%s of a program that is not there', async (command) => {
    const { code, stdout, stderr } = await space.run(command, 'gone.bprune', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exit: 4, diagnostics: [{ code: 'BP7201', place: null }] });
    expect(stderr).toContain('error BP7201');
    expect(code).toBe(4);
  });
});

describe('a reader that goes away', () => {
  it('is no mistake and no stack trace', async () => {
    const child = spawn(process.execPath, [MAIN, 'check', 'main.bprune', '--verbose'], { cwd: space.folder });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.stdout.destroy();
    expect(await new Promise((done) => child.on('close', done))).toBe(0);
    expect(stderr).toBe('');
  });
});

describe('--overwrite', () => {
  it('replaces an earlier run and nothing else', async () => {
    const run = (...more: string[]) =>
      space.run('run', 'main.bprune', '--quiet', '--set', 'e=1', '--set', 'limit=100%', ...more);
    expect((await run('--out', 'mine')).code).toBe(0);
    expect((await run('--out', 'mine', '--seed', '2', '--overwrite')).code).toBe(0);
    expect(JSON.parse(readFileSync(space.path('mine/run.json'), 'utf8')).seed).toBe(2);
    expect(existsSync(space.path('mine.old'))).toBe(false);
    space.write('thesis/chapter.txt', 'years of work');
    const refused = await run('--out', 'thesis', '--overwrite');
    expect(refused.stderr).toContain('error BP7205');
    expect(refused.code).toBe(2);
    expect(readFileSync(space.path('thesis/chapter.txt'), 'utf8')).toBe('years of work');
    mkdirSync(space.path('empty'));
    expect((await run('--out', 'empty')).code).toBe(0);
  });
});

describe('Ctrl-C while evaluating', () => {
  it('leaves out the figures that were not complete and keeps the posterior', async () => {
    space.write('long.bprune', TINY_PROGRAM.replace('samples = 4', 'samples = 1_000_000'));
    const { code } = await space.interrupt(/\[2\/8\]/, 'run', 'long.bprune', '--set', 'e=1', '--out', 'cut');
    expect(code).toBe(130);
    const record = JSON.parse(readFileSync(space.path('cut/run.json'), 'utf8'));
    expect(record.status).toBe('interrupted');
    expect(record.steps.map((s: { step: string }) => s.step)).toEqual(['infer']);
    expect(existsSync(space.path('cut/posterior.safetensors'))).toBe(true);
  });
});
