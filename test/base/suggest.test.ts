/** "Did you mean": slips of every kind are understood, and other words are not taken for slips. */
import { describe, expect, it } from 'vitest';
import { functions } from '../../src/base/functions.ts';
import { editDistance, nearest } from '../../src/base/suggest.ts';
import { catalogue } from '../../src/runtime/catalogue.ts';

const { layers, distributions, engines, optimizers, criteria, metrics } = catalogue;
const NAMES = [
  ...new Set([
    ...[layers, distributions, engines, optimizers, criteria, metrics].flatMap((family) => [...family.names]),
    ...Object.keys(functions),
    ...'infer evaluate prune require export attempt repeat data network model run guide epochs batch rate'.split(' '),
  ]),
];

/** Slips that no other name of the list is as near to. */
const SLIPS: readonly (readonly [kind: string, written: string, meant: string])[] = [
  ['a letter left out', 'Norml', 'Normal'],
  ['a letter left out', 'evalute', 'evaluate'],
  ['a letter left out', 'sparsty', 'sparsity'],
  ['a letter left out', 'safetensor', 'safetensors'],
  ['a letter left out', 'rmsprp', 'rmsprop'],
  ['a letter doubled', 'Laplacce', 'Laplace'],
  ['a letter doubled', 'infeer', 'infer'],
  ['a letter doubled', 'nlll', 'nll'],
  ['a letter doubled', 'mapp', 'map'],
  ['a double letter made single', 'Bernouli', 'Bernoulli'],
  ['a double letter made single', 'embeding', 'embedding'],
  ['two letters swapped', 'Noraml', 'Normal'],
  ['two letters swapped', 'dropuot', 'dropout'],
  ['two letters swapped', 'epohcs', 'epochs'],
  ['two letters swapped', 'agte', 'gate'],
  ['a letter replaced', 'Normel', 'Normal'],
  ['a letter replaced', 'dense1', 'dense'],
  ['a letter replaced', 'flattan', 'flatten'],
  ['a letter replaced', 'optomizer', 'optimizer'],
  ['case', 'normal', 'Normal'],
  ['case', 'studentt', 'StudentT'],
  ['case', 'ReLU', 'relu'],
  ['a plural', 'errors', 'error'],
  ['a plural', 'epoch', 'epochs'],
  ['a plural', 'prunes', 'prune'],
  ['two slips in a long word', 'Catgorcal', 'Categorical'],
  ['two slips in a long word', 'log_likelyhod', 'log_likelihood'],
  ['three slips in a very long word', 'RegulrisedHorshoe', 'RegularizedHorseshoe'],
  ['a beginning', 'magni', 'magnitude'],
  ['something behind it', 'batchsize', 'batch'],
];

/** English words that are none of them. */
const OTHERS = [
  ...'across action animal answer appeal artist battle beauty before belief better bitter border bottle branch bread'.split(
    ' ',
  ),
  ...'bridge bright bronze budget butter camera castle center choice client coffee collar corner cotton course create'.split(
    ' ',
  ),
  ...'damage danger debate decade defend degree desert design desire detail dinner doctor double dragon driver effect'.split(
    ' ',
  ),
  ...'effort escape estate expect fabric factor family father figure filter finger flower forest fossil future garden'.split(
    ' ',
  ),
  ...'gather gentle golden ground hammer harbor hidden honest hunger hunter impact income inside intent island jacket'.split(
    ' ',
  ),
  ...'zither pilot robot lemon tiger'.split(' '),
];

const known = [...NAMES, 'optimizer', 'safetensors'];

describe('the nearest name', () => {
  it.each(SLIPS)('is found behind %s: %s', (_, written, meant) => {
    expect(nearest(written, known)).toBe(meant);
  });

  it('is none for other words', () => {
    expect(OTHERS.flatMap((word) => nearest(word, known) ?? [])).toEqual([]);
  });

  it('leaves a letter: one name of one letter is no slip of another', () => {
    expect(nearest('z', ['x', 'y', 'N'])).toBeNull();
    expect(nearest('yy', ['x', 'y'])).toBe('y');
    expect(nearest('', ['x'])).toBeNull();
  });

  it('is the first of those that are equally near, and never a farther one', () => {
    expect(nearest('fc3', ['fc1', 'fc2'])).toBe('fc1');
    expect(nearest('weigths', ['weight_scale', 'heights', 'weights'])).toBe('weights');
  });

  it('of any name with one slip is that name, or another name as near', () => {
    const far = known
      .filter((name) => name.length > 2)
      .flatMap((name) => {
        const middle = Math.floor(name.length / 2);
        const [head, tail] = [name.slice(0, middle), name.slice(middle)];
        const slips = [
          head + tail.slice(1),
          head + tail[0] + tail,
          `${head}~${tail.slice(1)}`,
          tail[0] + name,
          `${name}s`,
        ];
        if (tail.length > 1) slips.push(head + tail[1] + tail[0] + tail.slice(2));
        return slips.filter((slip) => {
          const found = nearest(slip, known);
          return found === null || editDistance(found.toLowerCase(), slip.toLowerCase()) > 1;
        });
      });
    expect(far).toEqual([]);
  });
});
