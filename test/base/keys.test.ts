import { describe, expect, it } from 'vitest';
import { childKey, keyAt, rootKey, threefry } from '../../src/base/keys.ts';
import { noiseKey, runStepKey, shuffleKey } from '../../src/base/streams.ts';

function words(key: [number, number], counter: [number, number], rounds: 13 | 20): string {
  const out = new Uint32Array(2);
  threefry({ a: key[0], b: key[1] }, counter[0], counter[1], rounds, out, 0);
  return [...out].map((w) => w.toString(16).padStart(8, '0')).join(' ');
}

describe('threefry', () => {
  // Known answers of Random123 (kat_vectors), the library of Salmon et al. 2011.
  it('gives the known answers with 20 rounds', () => {
    expect(words([0, 0], [0, 0], 20)).toBe('6b200159 99ba4efe');
    expect(words([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], 20)).toBe('1cb996fc bb002be7');
    expect(words([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], 20)).toBe('c4923a9c 483df7a0');
  });
  it('gives the known answers with 13 rounds', () => {
    expect(words([0, 0], [0, 0], 13)).toBe('9d1c5ec6 8bd50731');
    expect(words([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], 13)).toBe('fd36d048 2d17272c');
    expect(words([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], 13)).toBe('ba3e4725 f27d669e');
  });
});

describe('keys', () => {
  it('are a tree: names, numbers, order and depth all matter, and nothing collides among many', () => {
    const root = rootKey(1);
    const keys = new Set<string>();
    const paths: (string | number)[][] = [['a'], ['b'], ['a', 'b'], ['b', 'a'], ['ab'], [1], ['1'], [], [0], ['']];
    for (const path of paths) keys.add(JSON.stringify(keyAt(root, ...path)));
    for (let i = 0; i < 10_000; i++) keys.add(JSON.stringify(childKey(root, i + 10)));
    // Chance of any collision of 10,010 random 64-bit keys: 3e-12.
    expect(keys.size).toBe(paths.length + 10_000);
  });
  it('depend on the whole seed, also above 32 bits', () => {
    expect(rootKey(1)).not.toEqual(rootKey(2));
    expect(rootKey(1)).not.toEqual(rootKey(1 + 2 ** 32));
    expect(rootKey(7)).toEqual(rootKey(7));
  });
  it('of one run step do not meet those of another', () => {
    const all = [1, 2].flatMap((i) => [
      shuffleKey(runStepKey(0, i), 0),
      noiseKey(runStepKey(0, i), ['fc1', 'local'], 0),
    ]);
    expect(new Set(all.map((k) => JSON.stringify(k))).size).toBe(4);
  });
});
