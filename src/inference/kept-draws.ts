/** The draws that chains keep, newest last, as state: `NAME.draws` `[draws, chains, ...shape]`, and how many there are. */
import { f32, type HostArray, realArray, sizeOf } from '../base/host-array.ts';
import type { StateSpec, StepProgram } from '../graph/program.ts';
import { StepProgramBuilder } from '../model/step-program.ts';
import type { StateArrays } from './engine.ts';

const COUNT: StateSpec = { name: 'draws.count', type: f32([]), follows: null };

function keptSpec({ name, type, follows }: StateSpec, draws: number): StateSpec {
  return { name: `${name}.draws`, type: f32([draws, ...type.shape]), follows };
}

/** What is needed beside the tensors of which draws are kept. */
export function keptState(drawn: readonly StateSpec[], draws: number): readonly StateSpec[] {
  return [COUNT, ...drawn.map((spec) => keptSpec(spec, draws))];
}

export function nothingKept(drawn: readonly StateSpec[], draws: number): StateArrays {
  return Object.fromEntries(
    keptState(drawn, draws).map(({ name, type }): [string, HostArray] => [name, realArray(type.shape)]),
  );
}

/** Keeps the draw that the state holds; the oldest goes where there are too many. */
export function keepProgram(drawn: readonly StateSpec[], draws: number): StepProgram {
  const program = new StepProgramBuilder();
  const b = program.graph;
  program.setState(COUNT.name, b.add(program.state(COUNT), 1));
  for (const spec of drawn) {
    const { shape } = spec.type;
    const kept = keptSpec(spec, draws);
    const before = program.state(kept);
    const start = [1, ...shape.map(() => 0)];
    const others = draws === 1 ? [] : [b.slice(before, start, [draws - 1, ...shape])];
    program.setState(kept.name, b.concat([...others, b.reshape(program.state(spec), [1, ...shape])], 0));
  }
  return program.finish();
}

/**
 * The draws of a tensor `[chains, ...]`, those of each chain together and in their order; the state itself before one was kept.
 */
export function keptDraws(spec: StateSpec, draws: number, state: StateArrays): readonly Float32Array[] {
  const [chains] = spec.type.shape as readonly [number];
  const count = Math.min(state[COUNT.name]!.data[0]!, draws);
  const size = sizeOf(spec.type.shape) / chains;
  const values = Float32Array.from(state[count === 0 ? spec.name : keptSpec(spec, draws).name]!.data);
  const first = count === 0 ? 0 : draws - count;
  return Array.from({ length: chains }, (_, chain) =>
    Array.from({ length: Math.max(count, 1) }, (_, draw) => {
      const at = ((first + draw) * chains + chain) * size;
      return values.slice(at, at + size);
    }),
  ).flat();
}
