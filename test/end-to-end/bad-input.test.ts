import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idxBytes } from '../data/files.ts';
import {
  type Finished,
  TINY_PROGRAM,
  tinyImages,
  type Workspace,
  workspace,
  writeTinyImages,
} from '../helpers/workspace.ts';

let space: Workspace;
beforeAll(() => {
  space = workspace();
  writeTinyImages(space);
});
afterAll(() => space.remove());

const CSV_PROGRAM = `
data table = csv("table.csv") {
  x: real[2], columns = ["a", "b"]
  y: real, column = "target"
}
network line { input real[2]; out = dense(1) }
model regression {
  * ~ Normal(0, 1)
  y ~ Normal(line(x), 0.5)
}
run on table {
  infer map { epochs = 2, batch = 2 }
  evaluate on train { rmse }
}
`;
const GOOD_TABLE = 'a,b,target\n1,2,3\n4,5,6\n7,8,9\n';

/** One message with code, place and hint; the documented exit code; no stack; nothing half-written. */
function expectOneMessage(
  { code, stdout, stderr }: Finished,
  expected: { exit: number; words: RegExp; placed?: boolean },
): void {
  const errors = stderr.match(/^error BP\d{4}/gm) ?? [];
  expect(errors, stderr).toHaveLength(1);
  expect(stderr).toMatch(expected.words);
  expect(stderr).toMatch(/^ {2}hint: /m);
  if (expected.placed ?? true) expect(stderr).toMatch(/--> \S+:\d+:\d+/);
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(stdout).toBe('');
  expect(code).toBe(expected.exit);
  expect(existsSync(space.path('runs'))).toBe(false);
}

async function runProgram(text: string): Promise<Finished> {
  space.write('main.bprune', text);
  return space.run('run', 'main.bprune', '--quiet');
}

const change = (from: string, to: string) => {
  expect(TINY_PROGRAM).toContain(from);
  return TINY_PROGRAM.replace(from, to);
};

describe('a mistake in the program', () => {
  it.each<[string, string, string, RegExp]>([
    ['unknown name', 'logits = net(x)', 'logits = nett(x)', /nett[\s\S]*did you mean `net`/],
    [
      'network and data of different shapes',
      'input image[4, 4, 1]',
      'input image[5, 5, 1]',
      /\[5, 5, 1\][\s\S]*\[4, 4, 1\]|\[4, 4, 1\][\s\S]*\[5, 5, 1\]/,
    ],
    ['selector that matches nothing', 'prune *.weight where', 'prune fc9.weight where', /fc9/],
    ['site without a prior', '  dense.bias   ~ Flat()\n', '', /bias/],
    ['prior whose support does not fit', 'dense.bias   ~ Flat()', 'dense.bias   ~ HalfNormal(1)', /HalfNormal/],
    ['more than everything', 'lowest 50%', 'lowest 140%', /140%/],
    ['unknown option', 'batch = 64', 'bacth = 64', /did you mean `batch`/],
    ['unknown engine', 'infer sgvb', 'infer sgbv', /did you mean `sgvb`/],
  ])('%s', async (_, from, to, words) => {
    expectOneMessage(await runProgram(change(from, to)), { exit: 3, words });
  });
});

describe('a mistake in the data', () => {
  const broken = (name: string, bytes: Uint8Array, text = TINY_PROGRAM) => {
    writeTinyImages(space, 'broken');
    space.write(`broken/${name}`, bytes);
    return runProgram(text.replace('idx("tiny")', 'idx("broken")'));
  };
  it('missing file', async () => {
    expectOneMessage(await runProgram(change('idx("tiny")', 'idx("nowhere")')), { exit: 4, words: /nowhere/ });
  });
  it('truncated IDX', async () => {
    const result = await broken('train-images-idx3-ubyte', tinyImages(310, 5).images.slice(0, 2000));
    expectOneMessage(result, { exit: 4, words: /train-images-idx3-ubyte/ });
  });
  it('wrong magic', async () => {
    const bytes = tinyImages(310, 5).images;
    bytes.set([0x50, 0x4b, 3, 4]);
    expectOneMessage(await broken('train-images-idx3-ubyte', bytes), { exit: 4, words: /train-images-idx3-ubyte/ });
  });
  it('label out of range', async () => {
    const labels = tinyImages(310, 5).labels.slice(8);
    labels[17] = 9;
    const result = await broken('train-labels-idx1-ubyte', idxBytes([310], [...labels]));
    expectOneMessage(result, { exit: 4, words: /9/ });
  });
  it.each<[string, string, RegExp]>([
    ['text cell', GOOD_TABLE.replace('5', 'five'), /five/],
    ['ragged row', GOOD_TABLE.replace('4,5,6', '4,5'), /row|line|cells/],
    ['NaN', GOOD_TABLE.replace('5', 'NaN'), /NaN/],
    ['missing target column', GOOD_TABLE.replace('target', 'taregt'), /target[\s\S]*taregt/],
    ['no rows', 'a,b,target\n', /row/],
  ])('CSV: %s', async (_, table, words) => {
    space.write('table.csv', table);
    expectOneMessage(await runProgram(CSV_PROGRAM), { exit: 4, words });
  });
});

describe('a mistake on the command line', () => {
  it.each<[string, string[], RegExp]>([
    ['unknown flag', ['run', 'main.bprune', '--seeed', '1'], /--seeed[\s\S]*did you mean `--seed`/],
    ['unknown command', ['rnu', 'main.bprune'], /rnu[\s\S]*did you mean `run`/],
    ['bad seed', ['run', 'main.bprune', '--seed', 'one'], /one/],
    ['unknown backend', ['run', 'main.bprune', '--backend', 'wasn', '--quiet'], /did you mean `wasm`/],
    [
      'a backend that is another word and no slip',
      ['run', 'main.bprune', '--backend', 'gpu', '--quiet'],
      /hint: choose one of auto, onnx, tensorflow, /,
    ],
    ['malformed --set', ['check', 'main.bprune', '--set', 'e'], /--set e/],
    ['unknown run', ['run', 'main.bprune', 'tinny', '--quiet'], /tinny/],
  ])('%s', async (_, args, words) => {
    space.write('main.bprune', TINY_PROGRAM);
    expectOneMessage(await space.run(...args), { exit: 2, words, placed: false });
  });
  it('unknown constant', async () => {
    expectOneMessage(await space.run('check', 'main.bprune', '--set', 'rat=1'), {
      exit: 3,
      words: /did you mean `rate`/,
      placed: false,
    });
  });
  it('program that is not there', async () => {
    expectOneMessage(await space.run('check', 'gone.bprune'), { exit: 4, words: /gone\.bprune/, placed: false });
  });
  it('output directory that cannot be made', async () => {
    space.write('main.bprune', TINY_PROGRAM);
    space.write('plain-file', '');
    const result = await space.run('run', 'main.bprune', '--quiet', '--out', 'plain-file/run');
    expectOneMessage(result, { exit: 4, words: /plain-file/, placed: false });
  });
  it('output directory that is taken', async () => {
    space.write('taken/keep.txt', 'mine');
    const result = await space.run('run', 'main.bprune', '--quiet', '--out', 'taken');
    expectOneMessage(result, { exit: 2, words: /taken[\s\S]*--overwrite/, placed: false });
    expect(readFileSync(space.path('taken/keep.txt'), 'utf8')).toBe('mine');
  });
});

describe('NaN while training', () => {
  it('stops, names the value and its line, keeps what was written before', async () => {
    const program = TINY_PROGRAM.replace('adam(rate)', 'sgd(if epoch < 2 then 0.01 else 1e30)');
    space.write('main.bprune', program);
    const nan = await space.run('run', 'main.bprune', '--quiet', '--out', 'nan');
    expect(nan.stderr.match(/^error BP\d{4}/gm)).toEqual(['error BP5901']);
    expect(nan.stderr).toMatch(/of fc\d|of y/);
    expect(nan.stderr).toMatch(/--> main\.bprune:\d+:\d+/);
    expect(nan.code).toBe(5);
    const record = JSON.parse(readFileSync(space.path('nan/run.json'), 'utf8'));
    expect(record).toMatchObject({ status: 'failed', problem: [{ code: 'BP5901' }] });
    const epochs = readFileSync(space.path('nan/metrics.jsonl'), 'utf8').trim().split('\n');
    expect(epochs).toHaveLength(2);
  });
});
