/** Runs step programs and small graphs on the float64 `reference` executor, with plain numbers in and out. */
import { f32, type HostArray, sizeOf } from '../../src/base/host-array.ts';
import type { Key } from '../../src/base/keys.ts';
import { fillNormal, fillUniform } from '../../src/base/normal.ts';
import { noiseKey } from '../../src/base/streams.ts';
import type { Feed, Info, Session } from '../../src/executors/executor.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import type { Ref } from '../../src/graph/builder.ts';
import type { StepProgram } from '../../src/graph/program.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { StepProgramBuilder } from '../../src/model/step-program.ts';
import { evaluateSchedule } from './schedules.ts';

export type Numbers = readonly number[] | Float32Array | Float64Array;

/** A float64 array with a shape; a vector unless a shape is given. */
export function real(values: Numbers, shape: readonly number[] = [values.length]): HostArray {
  return { type: f32(shape), data: Float64Array.from(values) };
}

export function classes(values: readonly number[]): HostArray {
  return { type: { dtype: 'i32', shape: [values.length] }, data: Int32Array.from(values) };
}

/** Computes the values that `body` builds from named inputs, all in float64. */
export async function compute(
  inputs: Readonly<Record<string, HostArray>>,
  body: (program: StepProgramBuilder, inputs: Readonly<Record<string, Ref>>) => Readonly<Record<string, Ref>>,
): Promise<Readonly<Record<string, Float64Array>>> {
  const program = new StepProgramBuilder();
  const refs = Object.fromEntries(
    Object.entries(inputs).map(([n, a]) => [n, program.batch({ name: n, type: a.type })]),
  );
  for (const [n, value] of Object.entries(body(program, refs))) program.info(n, value);
  const [info] = await runOnce(program.finish(), {}, { batch: inputs, noise: {}, scalars: {} });
  return numbersOf(info!);
}

/** One run of a program from a given state. */
export async function runOnce(program: StepProgram, state: StateArrays, feed: Feed): Promise<[Info, StateArrays]> {
  const session = await reference.open(program.state);
  await session.write(state);
  const [info] = await session.run(await session.compile(program), [feed]);
  const after = await session.read();
  session.dispose();
  return [info!, after];
}

export function numbersOf(arrays: Readonly<Record<string, HostArray>>): Readonly<Record<string, Float64Array>> {
  return Object.fromEntries(Object.entries(arrays).map(([n, a]) => [n, Float64Array.from(a.data)]));
}

/** The noise that a program declares for step `step`, as runtime feeds it. */
export function keyedNoise(program: StepProgram, runStep: Key, step: number): Readonly<Record<string, HostArray>> {
  return Object.fromEntries(
    program.noise.map((spec) => {
      const values = new Float32Array(sizeOf(spec.type.shape));
      const fill = spec.kind === 'normal' ? fillNormal : fillUniform;
      fill(noiseKey(runStep, spec.path, step), values);
      return [spec.name, real(values, spec.type.shape)];
    }),
  );
}

/** The same number at every place of every noise input. */
export function constantNoise(program: StepProgram, value: number): Readonly<Record<string, HostArray>> {
  return Object.fromEntries(
    program.noise.map((s) => [s.name, real(new Float64Array(sizeOf(s.type.shape)).fill(value), s.type.shape)]),
  );
}

/** Scalars of an engine at a step. */
export function scalarsAt(program: EngineProgram, step: number, epoch: number): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(program.scalars).map(([n, scalar]) => {
      return [n, typeof scalar === 'function' ? scalar({ step, epoch }) : evaluateSchedule(scalar, { step, epoch })];
    }),
  );
}

export async function openFor(program: EngineProgram, state: StateArrays): Promise<Session> {
  const session = await reference.open(program.state);
  await session.write(state);
  return session;
}
