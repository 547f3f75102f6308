import { describe, expect, it } from 'vitest';
import { f32, type HostArray } from '../../src/base/host-array.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import type { StepProgram } from '../../src/graph/program.ts';
import { withScaledInputs } from '../../src/graph/transforms/scaled-inputs.ts';
import { programOf } from '../helpers/evaluate.ts';

const bytes = Uint8Array.from([0, 1, 127, 128, 254, 255]);

async function run(program: StepProgram, a: HostArray): Promise<number[]> {
  const session = await reference.open([]);
  const compiled = await session.compile(program);
  const b: HostArray = { type: f32([3]), data: Float64Array.of(0.5, -2, 3) };
  const [info] = await session.run(compiled, [{ batch: { a, b }, noise: {}, scalars: {} }]);
  return [...info!['0']!.data];
}

describe('a program over stored numbers', () => {
  const program = programOf({
    inputs: [f32([2, 3]), f32([3])],
    build: (b, [x, y]) => b.add(b.square(b.mul(x!, y!)), b.sum(x!)),
  });

  it('gives what the program over scaled numbers gives', async () => {
    const [scale, offset] = [2 / 255, -1];
    const numbers = Float64Array.from(bytes, (x) => x * scale + offset);
    const stored = withScaledInputs(program, new Map([['a', { scale, offset }]]));
    const expected = await run(program, { type: f32([2, 3]), data: numbers });
    const found = await run(stored, { type: f32([2, 3]), data: Float32Array.from(bytes) });
    // The reference executor computes in float64, so nothing but the order of two roundings may differ.
    for (const [i, x] of expected.entries()) expect(found[i]).toBeCloseTo(x, 12);
  });

  it('is the program itself where nothing is stored in another scale', () => {
    expect(withScaledInputs(program, new Map([['z', { scale: 2, offset: 0 }]]))).toBe(program);
  });
});
