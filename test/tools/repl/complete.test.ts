/** What Tab offers: commands, and at each spot of a program only names that fit there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Repl } from '../../../src/tools/repl/session.ts';
import { dataFolder, type Folder, openSession } from './session.ts';

let folder: Folder;
let repl: Repl;

const PROGRAM = `data tiny = idx("tiny") {
  x: image[4, 4, 1]
  y: class[3]
  validation = split(train, 10, seed = 1)
}
network net {
  input image[4, 4, 1]
  flatten
  fc1 = dense(12)
  fc2 = dense(3)
}
model sparse {
  *.weight ~ LogUniform()
  *.bias ~ Flat()
  y ~ Categorical(logits = net(x))
}
const rate = 0.01
run on tiny {
  first = infer sgvb { epochs = 8 }
}`;

beforeAll(async () => {
  folder = dataFolder();
  ({ repl } = openSession(folder.path));
  for (const line of PROGRAM.split('\n')) await repl.feed(line);
});
afterAll(() => folder.remove());

/** Candidates at the end of `text`, whose earlier lines are typed before. */
async function at(text: string): Promise<readonly string[]> {
  const lines = text.split('\n');
  for (const line of lines.slice(0, -1)) await repl.feed(line);
  const [found] = repl.complete(lines.at(-1)!);
  repl.abandon();
  return found;
}

describe('completion', () => {
  it.each<[string, readonly string[]]>([
    [':', [':check', ':eval', ':help', ':load', ':prior', ':prune', ':quit', ':reset', ':shape', ':train', ':type']],
    [':pr', [':prior', ':prune']],
    [':shape ', ['net']],
    [':prior fc', ['fc1.bias', 'fc1.weight', 'fc2.bias', 'fc2.weight']],
    [':eval v', ['validation']],
    [':help Lap', ['Laplace']],
    ['net', ['net', 'network']],
    ['1 + ra', ['rate']],
    ['data more = ', ['cifar10', 'csv', 'idx', 'images', 'json', 'npz', 'simulate', 'uci']],
    ['run on ', ['tiny']],
    ['run for ', ['sparse']],
    ['run on tiny {\n  in', ['infer', 'initialise']],
    ['run on tiny {\n  a = in', ['infer', 'initialise']],
    ['run on tiny {\n  infer ', ['ensemble', 'laplace', 'map', 'sghmc', 'sgld', 'sgvb', 'svgd', 'swag']],
    ['run on tiny {\n  infer sgvb { ep', ['epochs']],
    ['run on tiny {\n  infer sgvb {\n    batch = 3, op', ['optimizer']],
    [
      'run on tiny {\n  infer sgvb { optimizer = ',
      ['adagrad', 'adam', 'adamw', 'dual_averaging', 'lion', 'proximal', 'rmsprop', 'sgd'],
    ],
    ['run on tiny {\n  infer sgvb { estimator = sh', ['shared']],
    ['run on tiny {\n  infer sgvb { epochs = ra', ['rate']],
    ['run on tiny {\n  prune fc1.', ['fc1.bias', 'fc1.weight']],
    ['run on tiny {\n  prune *.weight by ', ['inclusion', 'log_alpha', 'magnitude', 'snr']],
    ['run on tiny {\n  prune *.weight where s', ['snr']],
    ['run on tiny {\n  evaluate on ', ['test', 'train', 'validation']],
    ['run on tiny {\n  evaluate on test { br', ['brier']],
    ['run on tiny {\n  evaluate on test { error, of = ', ['draws', 'mean']],
    ['run on tiny {\n  mine = infer sgvb { epochs = 1 }\n  prune *.weight by snr lowest 5% from ', ['first', 'mine']],
    ['network other {\n  den', ['dense']],
    ['network other {\n  a = rel', ['relu']],
    ['network other { // a { in a comment\n  a = rel', ['relu']],
    ['model other {\n  dense.', ['dense.bias', 'dense.weight']],
    ['model other {\n  fc1.weight ~ Lo', ['LogNormal', 'LogUniform']],
    ['model other {\n  y ~ Categorical(logits = ne', ['net']],
    ['guide other {\n  fc1.weight ~ ', ['Delta', 'LowRankNormal', 'Normal']],
    ['data more = idx("{") {\n  x: ', ['class', 'image', 'real']],
    ['data more = idx("tiny") {\n  x: image[4, 4, 1], ', ['scale']],
    ['data more = simulate() {\n  x: real ~ Ca', ['Categorical', 'Cauchy']],
    ['data more = idx("tiny") {\n  x: image[4, 4, 1] ~ ', []],
  ])('%j', async (text, expected) => {
    expect(await at(text)).toEqual(expected);
  });

  it('gives the word that a candidate replaces', () => {
    expect(repl.complete('1 + ra')[1]).toBe('ra');
    expect(repl.complete(':prior fc1.w')).toEqual([['fc1.weight'], 'fc1.w']);
  });
});
