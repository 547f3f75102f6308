import { describe, expect, it } from 'vitest';
import { f32 } from '../../src/base/host-array.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { stepProgram } from '../../src/graph/program.ts';
import { forecastMemory } from '../../src/graph/transforms/memory.ts';

describe('forecastMemory', () => {
  it('counts state twice, what is fed once, and values until their last use', () => {
    const b = new GraphBuilder();
    const w = b.input('state/w', f32([10]));
    const x = b.input('batch/x', f32([3, 10]));
    const product = b.mul(x, w); // 120 bytes
    const wide = b.exp(product); // 120 more: 240, and product dies
    const sums = b.sum(wide, [0]); // 40 more: 160, and wide dies
    b.output('state/w', b.sub(w, sums)); // in the second copy of the state
    const program = stepProgram({
      graph: b.finish(),
      state: [{ name: 'w', type: f32([10]), follows: null }],
      batch: [{ name: 'x', type: f32([3, 10]) }],
    });
    expect(forecastMemory(program)).toEqual({ state: 80, fed: 120, values: 240, peak: 440 });
  });

  it('takes nothing for reshapes, keeps what they view, keeps info to the end, and a byte for a truth', () => {
    const b = new GraphBuilder();
    const x = b.input('batch/x', f32([4, 4]));
    const e = b.exp(x); // 64
    b.output('info/e', b.reshape(e, [16])); // its memory stays
    const truths = b.greater(e, x); // 16: 80
    b.output('info/n', b.sum(b.cast(truths, 'f32'))); // 64: 144, then truths die and 4 come: 132
    const program = stepProgram({
      graph: b.finish(),
      batch: [{ name: 'x', type: f32([4, 4]) }],
      info: [
        { name: 'e', type: f32([16]) },
        { name: 'n', type: f32([]) },
      ],
    });
    expect(forecastMemory(program)).toEqual({ state: 0, fed: 64, values: 144, peak: 208 });
  });
});
