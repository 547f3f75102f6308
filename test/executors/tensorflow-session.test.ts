/** Programs that take turns over one state: each has variables of its own, and always sees what the other did last. */
import { beforeAll, describe, expect, it } from 'vitest';
import { f32, realArray } from '../../src/base/host-array.ts';
import { sessionOf } from '../../src/executors/block.ts';
import type { Compiled, Session } from '../../src/executors/executor.ts';
import { openTensorflow } from '../../src/executors/tensorflow/session.ts';
import { tensorflow } from '../../src/executors/tensorflow/tensorflow.ts';
import { GraphBuilder, type Ref } from '../../src/graph/builder.ts';
import { type StateSpec, type StepProgram, stepProgram } from '../../src/graph/program.ts';

const lack = await tensorflow.unavailable();
const type = f32([2]);
const state: StateSpec[] = ['a', 'b'].map((name) => ({ name, type, follows: null }));

/** Changes `a` alone; shows `a` as it was, and `b`. */
function changing(change: (b: GraphBuilder, a: Ref, x: Ref) => Ref): StepProgram {
  const builder = new GraphBuilder();
  const [a, b] = ['a', 'b'].map((name) => builder.input(`state/${name}`, type));
  const x = builder.input('scalar/x', f32([]));
  builder.output('state/a', change(builder, a!, x));
  builder.output('info/was', a!);
  builder.output('info/b', b!);
  const info = ['was', 'b'].map((name) => ({ name, type }));
  return stepProgram({ graph: builder.finish(), state, scalars: ['x'], info });
}

const feeds = (...xs: number[]) => xs.map((x) => ({ batch: {}, noise: {}, scalars: { x } }));

describe.skipIf(lack !== null)('programs over one state on TensorFlow', () => {
  let session: Session;
  let adds: Compiled;
  let scales: Compiled;
  beforeAll(async () => {
    session = sessionOf(state, await openTensorflow(state));
    adds = await session.compile(changing((b, a, x) => b.add(a, x)));
    scales = await session.compile(changing((b, a, x) => b.mul(a, x)));
    return () => session.dispose();
  });
  const now = async (name: string) => [...(await session.read([name]))[name]!.data];

  it('starts at zero, and runs the steps of a block in order', async () => {
    const infos = await session.run(adds, feeds(1, 10, 100));
    expect(infos.map((i) => i.was!.data[0])).toEqual([0, 1, 11]);
    expect(await now('a')).toEqual([111, 111]);
  });

  it('hands the state to another program and back, after blocks and after single steps', async () => {
    await session.run(scales, feeds(2, 3));
    expect(await now('a')).toEqual([666, 666]);
    await session.run(adds, feeds(4));
    await session.run(scales, feeds(0.5));
    expect(await now('a')).toEqual([335, 335]);
  });

  it('sees what was written, though a program has run before; the rest stays', async () => {
    await session.write({ b: realArray([2], Float32Array.of(7, 8)) });
    const [info] = await session.run(adds, feeds(1));
    expect([...info!.b!.data]).toEqual([7, 8]);
    expect(await now('a')).toEqual([336, 336]);
    await session.write({ a: realArray([2], Float32Array.of(1, 2)) });
    await session.run(scales, feeds(3, 3));
    expect(await now('a')).toEqual([9, 18]);
    expect(await now('b')).toEqual([7, 8]);
  });
});

describe.skipIf(lack !== null)('a block of a convolutional program on TensorFlow', () => {
  it('goes step by step, each with its own inputs and over the state of the one before', async () => {
    const builder = new GraphBuilder();
    const image = f32([1, 2, 2, 1]);
    const filter = builder.input('state/w', f32([1, 1, 1, 1]));
    const x = builder.input('batch/x', image);
    const options = {
      strides: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
    } as const;
    builder.output('info/y', builder.conv2d(x, filter, options));
    builder.output('state/w', builder.add(filter, 1));
    const own: StateSpec[] = [{ name: 'w', type: filter.type, follows: null }];
    const program = stepProgram({
      graph: builder.finish(),
      state: own,
      batch: [{ name: 'x', type: image }],
      info: [{ name: 'y', type: image }],
    });
    const session = sessionOf(own, await openTensorflow(own));
    const steps = [1, 10, 100].map((v) => ({
      batch: { x: realArray([1, 2, 2, 1], new Float32Array(4).fill(v)) },
      noise: {},
      scalars: {},
    }));
    const infos = await session.run(await session.compile(program), steps);
    expect(infos.map((i) => [...i.y!.data])).toEqual([0, 10, 200].map((v) => [v, v, v, v]));
    expect([...(await session.read()).w!.data]).toEqual([3]);
    session.dispose();
  });
});
