import { describe, expect, it } from 'vitest';
import { f32, type HostArray } from '../../src/base/host-array.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import type { StepProgram } from '../../src/graph/program.ts';
import { withStoredBytes } from '../../src/graph/transforms/stored-bytes.ts';
import { programOf } from '../helpers/evaluate.ts';

const bytes = Uint8Array.from([0, 1, 127, 128, 254, 255]);

async function run(program: StepProgram, a: HostArray): Promise<number[]> {
  const session = await reference.open([]);
  const compiled = await session.compile(program);
  const b: HostArray = { type: f32([3]), data: Float64Array.of(0.5, -2, 3) };
  const [info] = await session.run(compiled, [{ batch: { a, b }, noise: {}, scalars: {} }]);
  return [...info!['0']!.data];
}

describe('a program over stored bytes', () => {
  const program = programOf({
    inputs: [f32([2, 3]), f32([3])],
    build: (b, [x, y]) => b.add(b.square(b.mul(x!, y!)), b.sum(x!)),
  });

  it('gives what the program over scaled numbers gives', async () => {
    const [scale, offset] = [2 / 255, -1];
    const numbers = Float64Array.from(bytes, (x) => x * scale + offset);
    const stored = withStoredBytes(program, new Map([['a', { scale, offset }]]));
    const expected = await run(program, { type: f32([2, 3]), data: numbers });
    const found = await run(stored, { type: { dtype: 'u8', shape: [2, 3] }, data: bytes });
    // The reference executor computes in float64, so nothing but the order of two roundings may differ.
    for (const [i, x] of expected.entries()) expect(found[i]).toBeCloseTo(x, 12);
  });

  it('declares bytes, and leaves other columns as they are', () => {
    const stored = withStoredBytes(program, new Map([['a', { scale: 1, offset: 0 }]]));
    expect(stored.batch.map((s) => s.type.dtype)).toEqual(['u8', 'f32']);
    expect(withStoredBytes(program, new Map())).toBe(program);
  });
});
