/** The random numbers of emitted trainers are those of bprune, bit for bit, and so are the paths of their streams. */
import { describe, expect, it } from 'vitest';
import { childKey, keyAt, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import { permutation } from '../../src/base/sample.ts';
import * as ours from '../../src/base/streams.ts';
import * as noise from '../../src/emit/tfjs/template/lib/noise.js';
import * as theirs from '../../src/emit/tfjs/template/lib/streams.js';

const keys = [1, 2 ** 31, 2 ** 40 + 3, 0].map(rootKey);

describe('noise of emitted trainers', () => {
  it('has the same keys', () => {
    for (const seed of [0, 1, 7, 2 ** 31, 2 ** 32 + 5, 2 ** 53 - 1]) {
      expect(noise.rootKey(seed)).toEqual(rootKey(seed));
      expect(noise.keyAt(noise.rootKey(seed), 'step', 3, 'größe', '', 2 ** 33)).toEqual(
        keyAt(rootKey(seed), 'step', 3, 'größe', '', 2 ** 33),
      );
      expect(noise.childKey(rootKey(seed), '1')).toEqual(childKey(rootKey(seed), '1'));
    }
  });

  it('has the same normals, wedges and tails among them', () => {
    for (const key of keys) {
      const [a, b] = [new Float64Array(200_001), new Float64Array(200_001)];
      fillNormal(key, a);
      noise.fillNormal(key, b);
      expect(b.every((value, i) => Object.is(value, a[i]))).toBe(true);
      expect(a.some((value) => Math.abs(value) > 3.66)).toBe(true);
    }
  });

  it('has the same normals in single precision, whatever their number', () => {
    for (const size of [0, 1, 2, 3, 10]) {
      const [a, b] = [new Float32Array(size), new Float32Array(size)];
      fillNormal(keys[1]!, a);
      noise.fillNormal(keys[1]!, b);
      expect(b).toEqual(a);
    }
  });

  it('has the same orders', () => {
    for (const n of [0, 1, 2, 17, 1000]) expect(noise.permutation(keys[2], n)).toEqual(permutation(keys[2]!, n));
  });

  it('has the same streams', () => {
    const [a, b] = [ours.runStepKey(9, 4), theirs.runStepKey(9, 4)];
    expect(b).toEqual(a);
    expect(theirs.initialKey(b, 'fc1.weight')).toEqual(ours.initialKey(a, 'fc1.weight'));
    expect(theirs.shuffleKey(b, 12)).toEqual(ours.shuffleKey(a, 12));
    expect(theirs.noiseKey(b, ['fc1', 'local'], 99)).toEqual(ours.noiseKey(a, ['fc1', 'local'], 99));
    expect(theirs.drawKey(b, 3, 'fc1.bias')).toEqual(ours.drawKey(a, 3, 'fc1.bias'));
    expect(theirs.splitKey(1, 'validation')).toEqual(ours.splitKey(1, 'validation'));
    expect(theirs.metricKey('ece')).toEqual(ours.metricKey('ece'));
  });
});
