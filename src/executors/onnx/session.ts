/** State and programs on ONNX Runtime: one model for each program, all over the same state. */
import { type NumericArray, sizeOf, type TensorType } from '../../base/host-array.ts';
import type { StateSpec, StepProgram } from '../../graph/program.ts';
import type { BlockInput, BlockSession, Stacked } from '../block.ts';
import { endOf, type LoopModel, loopModel, STEPS, startOf } from './loop.ts';
import type { InferenceSession, Runtime, Tensor } from './runtime.ts';

interface Model {
  readonly program: StepProgram;
  readonly loop: LoopModel;
  readonly session: InferenceSession;
}

const tensorTypes = { f32: 'float32', i32: 'int32', bool: 'bool' } as const;

export class OnnxSession implements BlockSession {
  readonly #runtime: Runtime;
  readonly #state = new Map<string, NumericArray>();
  readonly #models = new Map<number, Model>();
  readonly #copies = new Map<string, NumericArray>();

  constructor(runtime: Runtime, specs: readonly StateSpec[]) {
    this.#runtime = runtime;
    for (const s of specs) this.#state.set(s.name, new Float32Array(sizeOf(s.type.shape)));
  }

  async compile(id: number, program: StepProgram): Promise<readonly BlockInput[]> {
    const loop = loopModel(program);
    const session = await this.#runtime.InferenceSession.create(loop.bytes, this.#runtime.options);
    this.#models.set(id, { program, loop, session });
    return loop.stacked;
  }

  async write(values: Stacked): Promise<void> {
    for (const [name, array] of Object.entries(values)) this.#state.set(name, array);
  }

  async read(names: readonly string[]): Promise<Stacked> {
    return Object.fromEntries(names.map((name) => [name, this.#state.get(name)!.slice()]));
  }

  async run(id: number, steps: number, inputs: Stacked): Promise<Stacked> {
    const { program, loop, session } = this.#models.get(id)!;
    const results = await session.run(this.#tensors(program, loop, steps, inputs));
    for (const name of loop.changed) this.#state.set(name, results[endOf(name)]!.data as NumericArray);
    const info = program.info.map(({ name }) => [name, results[`info/${name}`]!.data as NumericArray]);
    return Object.fromEntries(info);
  }

  dispose(): void {
    // One that cannot be released must not end the thread, which the next session takes over.
    for (const { session } of this.#models.values()) void session.release().catch(() => undefined);
    this.#models.clear();
    this.#state.clear();
    this.#copies.clear();
  }

  /** ONNX Runtime reads no shared memory. */
  #copied(name: string, data: NumericArray): NumericArray {
    const known = this.#copies.get(name);
    if (known !== undefined && known.length >= data.length) {
      known.set(data);
      return known.subarray(0, data.length);
    }
    const copy = data.slice();
    this.#copies.set(name, copy);
    return copy;
  }

  #tensors(program: StepProgram, loop: LoopModel, steps: number, inputs: Stacked): Record<string, Tensor> {
    const count = new this.#runtime.Tensor('int64', BigInt64Array.of(BigInt(steps)), []);
    const state = new Map(program.state.map((s) => [s.name, this.#tensor(this.#state.get(s.name)!, s.type)]));
    return {
      [STEPS]: count,
      ...Object.fromEntries(loop.changed.map((name) => [startOf(name), state.get(name)!])),
      ...Object.fromEntries(loop.constant.map((name) => [`state/${name}`, state.get(name)!])),
      ...Object.fromEntries(
        loop.stacked.map(
          ({ name, type }) => [name, this.#tensor(this.#copied(name, inputs[name]!), type, steps)] as const,
        ),
      ),
    };
  }

  #tensor(data: NumericArray, type: TensorType, ...lead: readonly number[]): Tensor {
    return new this.#runtime.Tensor(tensorTypes[type.dtype], data as Float32Array, [...lead, ...type.shape]);
  }
}
