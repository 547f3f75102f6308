import { describe, expect, it } from 'vitest';
import { f32, type HostArray, realArray, type TensorType } from '../../src/base/host-array.ts';
import type { Feed } from '../../src/executors/executor.ts';
import { nullExecutor } from '../../src/executors/null/null.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { GraphBuilder, type Ref } from '../../src/graph/builder.ts';
import { type StateSpec, stepProgram } from '../../src/graph/program.ts';
import { evaluate } from '../helpers/evaluate.ts';

const vector = (...values: number[]): HostArray => realArray([values.length], Float64Array.from(values));
const numbersOf = (array: HostArray | undefined) => [...array!.data];
const nothing: Feed = { batch: {}, noise: {}, scalars: {} };
const spec = (name: string): StateSpec => ({ name, type: f32([2]), follows: null });

/** a moves towards the batch by the rate; a and b change places. */
function swapping() {
  const b = new GraphBuilder();
  const [x, y] = [b.input('state/a', f32([2])), b.input('state/b', f32([2]))];
  const batch = b.input('batch/x', f32([2]));
  const moved = b.add(x, b.mul(b.input('scalar/rate', f32([])), b.sub(batch, x)));
  b.output('state/a', y);
  b.output('state/b', moved);
  b.output('info/before', x);
  return stepProgram({
    graph: b.finish(),
    state: [spec('a'), spec('b')],
    batch: [{ name: 'x', type: f32([2]) }],
    scalars: ['rate'],
    info: [{ name: 'before', type: f32([2]) }],
  });
}

const feed = (rate: number): Feed => ({ batch: { x: vector(10, 20) }, noise: {}, scalars: { rate } });

describe('a session of the reference executor', () => {
  it('keeps state from step to step, and sets all of it at once', async () => {
    const session = await reference.open([spec('a'), spec('b'), spec('other')]);
    await session.write({ a: vector(0, 0), b: vector(1, 1), other: vector(7, 7) });
    const infos = await session.run(await session.compile(swapping()), [feed(0.5), feed(0.5)]);
    expect(infos.map((i) => numbersOf(i.before))).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const after = await session.read();
    expect(numbersOf(after.a)).toEqual([5, 10]);
    expect(numbersOf(after.b)).toEqual([5.5, 10.5]);
    expect(numbersOf(after.other)).toEqual([7, 7]);
  });

  it('starts with zeros and gives copies, not its own arrays', async () => {
    const session = await reference.open([spec('a')]);
    const read = await session.read(['a']);
    expect(numbersOf(read.a)).toEqual([0, 0]);
    read.a!.data[0] = 5;
    expect(numbersOf((await session.read()).a)).toEqual([0, 0]);
    const given = vector(1, 2);
    await session.write({ a: given });
    given.data[0] = 9;
    expect(numbersOf((await session.read()).a)).toEqual([1, 2]);
  });

  it('computes in float64, also from float32 arrays', async () => {
    const [third] = await evaluate({ inputs: [f32([1])], build: (b, [x]) => b.div(x!, 3) }, [
      { type: f32([1]), data: Float32Array.of(1) },
    ]);
    expect(third!.data[0]).toBe(1 / 3);
  });

  it('says what was not fed or does not fit', async () => {
    const session = await reference.open([spec('a'), spec('b')]);
    const compiled = await session.compile(swapping());
    await expect(session.run(compiled, [nothing])).rejects.toThrow('`batch/x` was not fed');
    await expect(session.run(compiled, [{ ...feed(1), scalars: {} }])).rejects.toThrow('scalar `rate` was not fed');
    await expect(session.write({ a: vector(1, 2, 3) })).rejects.toThrow('`a` is written in another size');
    await expect(session.write({ c: vector(1) })).rejects.toThrow('no state `c`');
    const small = await reference.open([spec('a')]);
    await expect(small.compile(swapping())).rejects.toThrow('no state `b`');
    await expect(small.run(compiled, [feed(1)])).rejects.toThrow('only in the session that compiled it');
  });
});

describe('kernels at the edges of numbers', () => {
  const run = async (
    types: readonly TensorType[],
    build: (b: GraphBuilder, x: readonly Ref[]) => Ref,
    a: HostArray[],
  ) => numbersOf((await evaluate({ inputs: types, build }, a))[0]);
  const unary = (build: (b: GraphBuilder, x: Ref) => Ref, ...values: number[]) =>
    run([f32([values.length])], (b, [x]) => build(b, x!), [vector(...values)]);

  it('does not hide NaN and infinity behind a zero', async () => {
    const product = await run([f32([1, 2]), f32([2, 1])], (b, [x, y]) => b.matmul(x!, y!), [
      realArray([1, 2], Float64Array.of(0, 1)),
      realArray([2, 1], Float64Array.of(Infinity, 1)),
    ]);
    expect(product).toEqual([NaN]);
    expect(await unary((b, x) => b.relu(x), NaN, -1, 2)).toEqual([NaN, 0, 2]);
    expect(await unary((b, x) => b.reduceMax(x), 1, NaN, 2)).toEqual([NaN]);
  });

  it('softplus, sigmoid and log_softmax stay finite where exp does not', async () => {
    expect(await unary((b, x) => b.softplus(x), -1000, 0, 1000)).toEqual([0, Math.LN2, 1000]);
    expect(await unary((b, x) => b.sigmoid(x), -1000, 0, 1000)).toEqual([0, 0.5, 1]);
    expect(await unary((b, x) => b.logSoftmax(x), -1000, 0, 1000)).toEqual([-2000, -1000, 0]);
    expect(await unary((b, x) => b.logSumExp(x, 0), 1000, 1000)).toEqual([1000 + Math.LN2]);
  });

  it('casts by truncation and by x != 0, and gives indices out of range a row of zeros', async () => {
    expect(await unary((b, x) => b.cast(x, 'i32'), -1.7, -0.2, 1.7)).toEqual([-1, 0, 1]);
    expect(await unary((b, x) => b.cast(x, 'bool'), -0.5, 0, 2)).toEqual([1, 0, 1]);
    const indices: HostArray = { type: { dtype: 'i32', shape: [3] }, data: Int32Array.of(1, 2, -1) };
    expect(await run([indices.type], (b, [x]) => b.oneHot(x!, 2), [indices])).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it('sums nothing to zero', async () => {
    expect(await run([f32([0, 3])], (b, [x]) => b.sum(x!, [0]), [realArray([0, 3])])).toEqual([0, 0, 0]);
  });
});

describe('the null executor', () => {
  it('verifies, asks for every feed, and gives zeros', async () => {
    const session = await nullExecutor.open([spec('a'), spec('b')]);
    const compiled = await session.compile(swapping());
    expect(numbersOf((await session.run(compiled, [feed(1)]))[0]!.before)).toEqual([0, 0]);
    await expect(session.run(compiled, [nothing])).rejects.toThrow('batch `x` was not fed');
    const short: Feed = { ...feed(1), batch: { x: vector(1) } };
    await expect(session.run(compiled, [short])).rejects.toThrow('batch `x` was fed in another size');
    await session.write({ a: vector(1, 2) });
    expect(numbersOf((await session.read(['a'])).a)).toEqual([1, 2]);
    const wrong = { ...swapping(), scalars: [] };
    await expect(session.compile(wrong)).rejects.toThrow('`scalar/rate` is not declared');
  });
});
