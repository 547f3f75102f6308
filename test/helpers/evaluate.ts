/** Runs a graph once on the reference executor: inputs by name, outputs by name. */
import { type HostArray, realArray, type Shape, sizeOf, type TensorType } from '../../src/base/host-array.ts';
import type { Executor } from '../../src/executors/executor.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { GraphBuilder, type Ref } from '../../src/graph/builder.ts';
import type { StepProgram } from '../../src/graph/program.ts';

export interface Case {
  /** Types of the inputs, called `a`, `b`, ... in order. */
  readonly inputs: readonly TensorType[];
  readonly build: (b: GraphBuilder, inputs: readonly Ref[]) => Ref | readonly Ref[];
}

const letters = 'abcdefghij';

export function programOf(test: Case): StepProgram {
  const b = new GraphBuilder();
  const refs = test.inputs.map((type, i) => b.input(`batch/${letters[i]}`, type));
  const built = test.build(b, refs);
  const outputs = Array.isArray(built) ? (built as readonly Ref[]) : [built as Ref];
  outputs.forEach((ref, i) => {
    b.output(`info/${i}`, ref);
  });
  return {
    kind: 'step-program',
    graph: b.finish(),
    state: [],
    batch: test.inputs.map((type, i) => ({ name: letters[i]!, type })),
    noise: [],
    scalars: [],
    info: outputs.map((ref, i) => ({ name: String(i), type: ref.type })),
  };
}

export async function evaluate(
  test: Case,
  arrays: readonly HostArray[],
  executor: Executor = reference,
): Promise<HostArray[]> {
  const program = programOf(test);
  const session = await executor.open([]);
  try {
    const compiled = await session.compile(program);
    const batch = Object.fromEntries(arrays.map((array, i) => [letters[i]!, array]));
    const [info] = await session.run(compiled, [{ batch, noise: {}, scalars: {} }]);
    return program.info.map((s) => info![s.name]!);
  } finally {
    session.dispose();
  }
}

/** A small deterministic stream for test inputs; not for statistics. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function randomReal(shape: Shape, next: () => number, low = -2, high = 2): HostArray {
  return realArray(
    shape,
    Float64Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next()),
  );
}
