/** The REPL over standard input as a script, and on something like a terminal: exit codes, streams, history. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startReplTerminal } from '../../../src/tools/cli/repl-terminal.ts';
import { dataFolder, type Folder, hostIn, openSession } from './session.ts';

let folder: Folder;
beforeAll(() => {
  folder = dataFolder();
});
afterAll(() => folder.remove());

function collector() {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return { stream, text: () => text };
}

async function script(text: string, options: { file?: string; backend?: string } = {}) {
  const [output, problems] = [collector(), collector()];
  const { file = null, backend = 'reference' } = options;
  const exit = await startReplTerminal(
    { file, backend, seed: 1 },
    { input: Readable.from([text]), output: output.stream, problems: problems.stream },
  );
  return { exit, output: output.text(), problems: problems.text() };
}

const data = () => `data line = csv("${join(folder.path, 'line.csv')}") {

  x: real[1], columns = ["x"]
  y: real
}
`;

const MODEL = `network net {
  input real[1]
  slope = dense(1)
}
model fit {
  slope.* ~ Normal(0, 1)
  y ~ Normal(net(x), 0.1)
}
`;

describe('a script on standard input', () => {
  it('answers without prompts, and empty lines inside brackets mean nothing', async () => {
    const run = 'run on line { infer map { epochs = 1, batch = 40, optimizer = adam(0.1) } }\n';
    const { exit, output, problems } = await script(`1 + 1\n\n${data()}${MODEL}${run}:train\n`);
    expect(problems).toBe('');
    expect(exit).toBe(0);
    expect(output).toMatch(
      /^2\ndefined data line\ndefined network net\ndefined model fit\ndefined run\n {2}epoch 1 {2}nll /,
    );
  });

  it.each<[string, string, number, string]>([
    ['a mistake in the program', 'const a = b\n', 3, 'BP2001'],
    ['an unknown command', ':trian\n', 2, 'BP9011'],
    ['a wrong argument', ':train many\n', 2, 'BP9013'],
    ['nothing to work on', ':eval\n', 3, 'BP9012'],
    ['an unfinished last entry', 'model m {\n', 3, 'BP1008'],
    ['a file that is not there', ':load nothing.bprune\n', 4, 'BP7201'],
    ['data that are not there', 'data d = csv("none.csv") {\n  y: real\n}\n', 4, 'BP7101'],
  ])('stops at %s', async (_, text, code, diagnostic) => {
    const { exit, output, problems } = await script(`${text}1 + 1\n`);
    expect(problems).toContain(diagnostic);
    expect(exit).toBe(code);
    expect(output).toBe('');
  });

  it('ends with 5 when training leaves the real numbers', async () => {
    const run = 'run on line { infer map { epochs = 60, batch = 4, optimizer = sgd(1e30) } }\n';
    const { exit, problems } = await script(`${data()}${MODEL}${run}:train 60\n`);
    expect(problems).toContain('BP5901');
    // The place is the line of the entry in which it was written.
    expect(problems).toMatch(/--> bprune\[\d\]:\d+:\d+/);
    expect(exit).toBe(5);
  });

  it('begins with a file and stops where that has mistakes', async () => {
    folder.write('good.bprune', 'const a = 3\n');
    folder.write('bad.bprune', '\n\nconst a = c\n');
    const good = await script('a\n', { file: join(folder.path, 'good.bprune') });
    expect(good).toEqual({ exit: 0, output: 'defined const a\n3\n', problems: '' });
    const bad = await script('1\n', { file: join(folder.path, 'bad.bprune') });
    expect(bad.exit).toBe(3);
    expect(bad.problems).toContain('bad.bprune:3:11');
    expect(bad.output).toBe('');
  });

  it('keeps the constants of one statement apart', async () => {
    const { exit, output, problems } = await script(
      'const a = 3, b = a * 2,\n  c = b\nconst a = 4\nb\nconst b = 1\nc\n',
    );
    expect(problems).toBe('');
    expect(exit).toBe(0);
    const defined = 'defined const a\ndefined const b\ndefined const c\n';
    expect(output).toBe(`${defined}redefined const a\n8\nredefined const b\n1\n`);
  });

  it('loads a statement with two constants, and shows mistakes where they were written', async () => {
    folder.write('two.bprune', '/// Sizes.\nconst a = 3, // rows\n  b = a * 2\n');
    const path = join(folder.path, 'two.bprune');
    const twice = await script(`b\n:load ${path}\n`, { file: path });
    const lines = ['defined const a', 'defined const b', '6', 'redefined const a', 'redefined const b', ''];
    expect(twice).toEqual({ exit: 0, output: lines.join('\n'), problems: '' });
    const bad = await script('const a = 3, b = nought\n');
    expect(bad.exit).toBe(3);
    expect(bad.problems).toContain('bprune[1]:1:18');
  });

  it.each([
    ['quit', ':quit'],
    ['exit', ':quit'],
    [':q', ':quit'],
    ['help', ':help'],
    ['?', ':help'],
  ])('says what `%s` is called here', async (word, command) => {
    const { exit, problems } = await script(`${word}\n`);
    expect(exit).toBe(2);
    expect(problems).toContain(`there is no command \`${word}\``);
    expect(problems).toContain(`\`${command}\``);
  });

  it('leaves these words to those who declare them', async () => {
    expect((await script('const exit = 3\nexit\n')).output).toBe('defined const exit\n3\n');
  });

  it('ends at :quit', async () => {
    expect(await script('1\n:quit\n:nonsense\n')).toEqual({ exit: 0, output: '1\n', problems: '' });
  });

  it('refuses a backend that is not there before it reads anything', async () => {
    await expect(script('1\n', { backend: 'wasn' })).rejects.toThrow('BP8001');
  });
});

describe('a terminal', () => {
  it('prompts, keeps a history for its owner alone, reads it again, and takes a paste as it is', async () => {
    const state = mkdtempSync(join(tmpdir(), 'bprune-state-'));
    vi.stubEnv('XDG_STATE_HOME', state);
    const converse = async (...keys: readonly string[]) => {
      const input = Object.assign(new PassThrough(), { isTTY: true });
      const output = collector();
      const ended = startReplTerminal(
        { file: null, backend: 'reference', seed: 1 },
        { input, output: output.stream, problems: output.stream },
      );
      // A person's lines come one at a time; those in one string come as from the clipboard.
      for (const line of keys) {
        await new Promise((done) => setTimeout(done, 20));
        input.write(line);
      }
      return { exit: await ended, text: output.text() };
    };
    const first = await converse('const a = 20 + 1\n', '2 * a\n', 'model m {\n', '\n', ':quit\n');
    expect(first.exit).toBe(0);
    expect(first.text).toContain('bprune[1]> ');
    expect(first.text).toContain('\n42\n');
    expect(first.text).toContain('the unfinished entry is dropped');
    const path = join(state, 'bprune', 'history');
    expect(readFileSync(path, 'utf8')).toBe('const a = 20 + 1\n2 * a\nmodel m {\n:quit\n');
    expect(statSync(path).mode & 0o077).toBe(0);
    // Five lines up, past those of the session before, stands its first one.
    const second = await converse('7 + 7\n', '\u001b[A\u001b[A\u001b[A\u001b[A\u001b[A\n:quit\n');
    expect(second.text).toContain('defined const a');
    const third = await converse('network net {\n\n  input real[1]\n  d = dense(1)\n}\n', ':quit\n');
    expect(third.text).toContain('defined network net');
    vi.unstubAllEnvs();
    rmSync(state, { recursive: true });
  });
});

describe('interruption', () => {
  it('keeps what was trained so far', async () => {
    const stop = { requested: false };
    const host = hostIn(folder.path, stop);
    const { repl, take } = openSession(folder.path, { host });
    const run = 'run on line { infer sgvb { epochs = 1, batch = 40 } }';
    for (const line of `${data().replace('\n\n', '\n')}${MODEL}${run}`.split('\n')) await repl.feed(line);
    take();
    setTimeout(() => {
      stop.requested = true;
    }, 100);
    expect((await repl.feed(':train 1_000_000')).exit).toBe(0);
    expect(take()).toContain('interrupted; what was trained so far is kept');
    stop.requested = false;
    await repl.feed(':eval');
    expect(take()).toContain('rmse');
  });
});
