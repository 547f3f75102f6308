import { describe, expect, it } from 'vitest';
import { f32 } from '../../src/base/host-array.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { printGraph } from '../../src/graph/print.ts';

const place = (start: number) => ({ source: 'a.bprune', start, end: start + 1 });

function withInputs(): { b: GraphBuilder; x: ReturnType<GraphBuilder['input']>; y: ReturnType<GraphBuilder['input']> } {
  const b = new GraphBuilder();
  return { b, x: b.input('batch/x', f32([2, 3])), y: b.input('batch/y', f32([3])) };
}

describe('the builder', () => {
  it('finds an equal value again, with equal inputs and attributes only', () => {
    const { b, x, y } = withInputs();
    expect(b.add(x, y)).toBe(b.add(x, y));
    expect(b.add(x, y)).not.toBe(b.add(y, x));
    expect(b.sum(x, [0])).toBe(b.sum(x, [0]));
    expect(b.sum(x, [0])).not.toBe(b.sum(x, [1]));
    expect(b.constant(0.5)).toBe(b.constant(0.5));
    expect(b.constant(0)).not.toBe(b.constant(-0));
    expect(b.constant(Number.NaN)).not.toBe(b.constant(Number.POSITIVE_INFINITY));
  });

  it('keeps the first label with its own place', () => {
    const { b, x, y } = withInputs();
    const sum = b.at(place(3), () => b.add(x, y));
    expect(b.value(sum.id).origin).toEqual(place(3));
    b.label(sum, 'score', place(7));
    b.label(b.add(x, y), 'something else', place(9));
    expect(b.value(sum.id)).toMatchObject({ label: 'score', origin: place(7) });
  });

  it('nests places, and comes back to the outer one when the inner body throws', () => {
    const { b, x } = withInputs();
    b.at(place(1), () => {
      expect(() =>
        b.at(place(2), () => {
          throw new Error('stop');
        }),
      ).toThrow('stop');
      expect(b.value(b.exp(x).id).origin).toEqual(place(1));
      b.at(null, () => expect(b.value(b.log(x).id).origin).toEqual(place(1)));
    });
    expect(b.value(b.tanh(x).id).origin).toBeNull();
  });

  it('simplifies only what stays exact', () => {
    const { b, x } = withInputs();
    for (const same of [b.mul(x, 1), b.mul(1, x), b.add(x, 0), b.sub(x, 0), b.div(x, 1), b.pow(x, 1), b.neg(b.neg(x))])
      expect(same).toEqual(x);
    expect(b.add(b.mul(2, 3), 1)).toBe(b.constant(7));
    expect(b.mul(x, 0)).not.toBe(b.constant(0));
    expect(b.reshape(x, [2, 3])).toBe(x);
    expect(b.transpose(x, [0, 1])).toBe(x);
  });

  it('drops a broadcast that the op does itself, and only then', () => {
    const { b, x, y } = withInputs();
    expect(b.mul(b.broadcast(y, [2, 3]), x)).toBe(b.mul(y, x));
    const row = b.input('batch/row', f32([1, 3]));
    expect(b.mul(b.broadcast(y, [2, 3]), row).type.shape).toEqual([2, 3]);
    expect(b.add(b.broadcast(y, [2, 3]), b.full([2, 3], 1)).type.shape).toEqual([2, 3]);
  });

  it('pools before relu, which is the same for a quarter of the work', () => {
    const b = new GraphBuilder();
    const x = b.input('batch/x', f32([1, 4, 4, 2]));
    const options = {
      window: [2, 2],
      strides: [2, 2],
      padding: [
        [0, 0],
        [0, 0],
      ],
    } as const;
    expect(b.maxPool(b.relu(x), options)).toEqual(b.relu(b.maxPool(x, options)));
  });

  it('refuses what no shapes fit', () => {
    const { b, x, y } = withInputs();
    const wide = b.input('batch/wide', f32([4]));
    expect(() => b.add(x, wide)).toThrow('[2, 3] and [4] do not broadcast');
    expect(() => b.matmul(x, x)).toThrow('do not multiply');
    expect(() => b.matmul(x, y)).toThrow('two real matrices expected');
    expect(() => b.reshape(x, [5])).toThrow('[2, 3] does not reshape to [5]');
    expect(() => b.broadcast(x, [2, 1])).toThrow('does not broadcast');
    expect(() => b.slice(x, [0, 2], [2, 2])).toThrow('leaves [2, 3]');
    expect(() => b.sum(x, [2])).toThrow('axes [2] do not fit');
    expect(() => b.and(x, x)).toThrow('bool values expected');
    expect(() => b.oneHot(x, 3)).toThrow('i32 indices expected');
    expect(() => b.input('batch/x', f32([]))).toThrow('declared twice');
  });

  it('refuses a value of another builder', () => {
    const { b, x } = withInputs();
    const other = new GraphBuilder();
    const foreign = other.input('batch/z', f32([2, 3]));
    expect(() => b.add(x, foreign)).toThrow('another builder');
    expect(() => b.output('info/z', foreign)).toThrow('another builder');
    const far = other.exp(other.exp(other.exp(foreign)));
    for (const use of [() => b.mul(far, 2), () => b.neg(far), () => b.label(far, 'far'), () => b.sum(far)])
      expect(use).toThrow('another builder');
  });

  it('finishes with what the outputs need and with all inputs', () => {
    const { b, x } = withInputs();
    b.exp(x);
    b.output('info/total', b.label(b.sum(b.square(x), [0], true), 'total'));
    expect(printGraph(b.finish())).toBe(
      [
        '%0 = input {name=batch/x} : f32[2, 3]',
        '%1 = input {name=batch/y} : f32[3]',
        '%2 = square %0 : f32[2, 3]',
        '%3 = sum %2 {axes=[0], keep=true} : f32[1, 3]  // total',
        'output info/total = %3',
        '',
      ].join('\n'),
    );
  });
});
