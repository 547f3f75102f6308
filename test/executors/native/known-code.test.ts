/** Code that is kept: the same for equal programs, however they were made, and for no others. */
import { expect, it } from 'vitest';
import { f32 } from '../../../src/base/host-array.ts';
import { programCode } from '../../../src/executors/native/c-program.ts';
import { knownCode } from '../../../src/executors/native/known-code.ts';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { type StepProgram, stepProgram } from '../../../src/graph/program.ts';

/** Multiplies a state of `size` numbers by a factor. */
function scaling(name: string, size: number, factor: number): StepProgram {
  const b = new GraphBuilder();
  const type = f32([size]);
  b.output(`state/${name}`, b.mul(b.input(`state/${name}`, type), factor));
  return stepProgram({ graph: b.finish(), state: [{ name, type, follows: null }] });
}

it('is the same for equal programs, and that of the program for all others', () => {
  const first = knownCode(scaling('a', 3, 2), 1);
  expect(knownCode(scaling('a', 3, 2), 1)).toBe(first);
  for (const [name, size, factor] of [
    ['b', 3, 2],
    ['a', 4, 2],
    ['a', 3, 2.5],
  ] as const) {
    const program = scaling(name, size, factor);
    expect(knownCode(program, 1)).not.toBe(first);
    expect(knownCode(program, 1)).toEqual(programCode(program, 1));
  }
  expect(knownCode(scaling('a', 3, 2), 2)).not.toBe(first);
});

it('is forgotten when many others were asked for since', () => {
  const first = knownCode(scaling('a', 5, 2), 1);
  for (let size = 1; size <= 300; size++) knownCode(scaling('c', size, 3), 1);
  expect(knownCode(scaling('a', 5, 2), 1)).not.toBe(first);
});
