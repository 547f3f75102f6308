/** Nested masks: blocks, density, draws, divergence and entropy, against enumeration of how many blocks are open. */
import { describe, expect, it } from 'vitest';
import { rootKey } from '../../src/base/keys.ts';
import { fillUniform } from '../../src/base/normal.ts';
import { batch } from '../../src/graph/transforms/batch.ts';
import { logDensityOf, type Term } from '../../src/model/distribution.ts';
import { ordered } from '../../src/model/distributions/ordered.ts';
import { orderedOrdered } from '../../src/model/kl/ordered-ordered.ts';
import { blockOfUnits, blockSizes, nestedEntropy, nestedMask } from '../../src/model/nested.ts';
import { compute, real } from '../helpers/reference.ts';

const mask = ordered.ofPlate!;
const termOf = (rate: number, groups: number): Term => ({ distribution: mask, args: { rate, groups }, components: [] });
/** P(k) of k = 1 to n open blocks, from the probabilities of the steps to the next. */
const lastOf = (steps: readonly number[]) =>
  [...steps, 0].map((next, k) => steps.slice(0, k).reduce((p, q) => p * q, 1) * (1 - next));
const sigmoid = (l: number) => 1 / (1 + Math.exp(-l));

describe('blocks of units', () => {
  it('are as even as can be, the larger ones first', () => {
    expect(blockSizes(10, 4)).toEqual([3, 3, 2, 2]);
    expect(blockSizes(12, 4)).toEqual([3, 3, 3, 3]);
    expect(blockSizes(3, 3)).toEqual([1, 1, 1]);
    expect(blockOfUnits(5, 2)).toEqual([0, 0, 0, 1, 1]);
  });
});

describe.each([
  [7, 3],
  [6, 3],
  [4, 4],
  [5, 2],
])('masks of %i units in %i blocks', (units, groups) => {
  const block = blockOfUnits(units, groups);
  const masks = Array.from({ length: groups }, (_, k) => block.map((b) => (b <= k ? 1 : 0)));

  it('have the density of how many are open', async () => {
    const rate = 0.7;
    const found = await compute({}, ({ graph: b }) =>
      Object.fromEntries(
        masks.map((m, k) => {
          const x = b.concat(
            m.map((v) => b.full([1], v)),
            0,
          );
          return [`${k}`, logDensityOf(b, x, termOf(rate, groups))];
        }),
      ),
    );
    lastOf(new Array(groups - 1).fill(rate)).forEach((p, k) => {
      expect(Math.exp(found[k]![0]!)).toBeCloseTo(p, 12);
    });
  });

  it('are drawn whole, each as often as its probability says', async () => {
    const [rate, count] = [0.6, 20_000];
    const uniform = new Float32Array(count * (groups - 1));
    fillUniform(rootKey(4), uniform);
    const { drawn } = await compute({ u: real(uniform, [count, groups - 1]) }, ({ graph }, { u }) =>
      batch(graph, count, { batched: { u: u! }, shared: {} }, (b, one) => ({
        drawn: mask.draw!.emit(b, termOf(rate, groups), [units], () => one.u!),
      })),
    );
    const seen = new Array<number>(groups).fill(0);
    for (let i = 0; i < count; i++) {
      const own = [...drawn!.slice(i * units, (i + 1) * units)];
      seen[masks.findIndex((m) => m.every((v, j) => v === own[j]))]! += 1;
    }
    // Four standard errors; a mask that is none of these would be counted nowhere.
    lastOf(new Array(groups - 1).fill(rate)).forEach((p, k) => {
      expect(Math.abs(seen[k]! / count - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / count));
    });
  });

  it('have the divergence, the entropy and the means of an enumeration', async () => {
    const [rate, logits] = [0.8, Array.from({ length: groups - 1 }, (_, i) => [0.4, -1.3, 2.1][i]!)];
    const q = lastOf(logits.map(sigmoid));
    const p = lastOf(logits.map(() => rate));
    const found = await compute({ l: real(logits) }, ({ graph: b }, { l }) => {
      const view = nestedMask(b, l!, [units]);
      return {
        kl: b.sum(orderedOrdered.elements(b, () => l!, termOf(rate, groups))),
        entropy: nestedEntropy(b, l!),
        last: b.exp(view.logLast()),
        open: view.opened(b.sigmoid(l!)),
        ended: view.endingAt(b.exp(view.logLast())),
      };
    });
    const sum = (f: (k: number) => number) => q.reduce((s, _, k) => s + f(k), 0);
    expect(found.kl![0]).toBeCloseTo(
      sum((k) => q[k]! * Math.log(q[k]! / p[k]!)),
      12,
    );
    expect(found.entropy![0]).toBeCloseTo(-sum((k) => q[k]! * Math.log(q[k]!)), 12);
    q.forEach((share, k) => void expect(found.last![k]).toBeCloseTo(share, 12));
    block.forEach((own, i) => {
      const open = sum((k) => (own <= k ? q[k]! : 0));
      expect(found.open![i]).toBeCloseTo(open, 12);
      expect(found.ended![i]).toBeCloseTo(open, 12);
    });
  });
});
