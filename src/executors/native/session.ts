/** State and programs in native code: one array for each state tensor, which every program changes in place. */
import { type NumericArray, sizeOf, type TensorType } from '../../base/host-array.ts';
import type { StateSpec, StepProgram } from '../../graph/program.ts';
import { bytesOf } from '../../graph/transforms/memory.ts';
import type { BlockInput, BlockSession, Stacked } from '../block.ts';
import type { ProgramCode } from './c-program.ts';
import { knownCode } from './known-code.ts';
import { type Handle, type Library, loadProgram, openWithWorkers, threads } from './load.ts';

interface Program {
  readonly info: StepProgram['info'];
  readonly code: Omit<ProgramCode, 'text'>;
  readonly handle: Handle;
  readonly arenaBytes: number;
}

export async function openNative(state: readonly StateSpec[]): Promise<BlockSession> {
  return new NativeSession(await openWithWorkers(), state);
}

const kinds = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

/** Arrays begin at cache lines. */
const LINE = 64;
const aligned = (bytes: number) => Math.ceil(bytes / LINE) * LINE;

class NativeSession implements BlockSession {
  readonly #library: Library;
  readonly #state = new Map<string, NumericArray>();
  readonly #programs = new Map<number, Program>();
  /** Programs take turns, so the largest arena serves all. */
  #arena = new ArrayBuffer(0);

  constructor(library: Library, specs: readonly StateSpec[]) {
    this.#library = library;
    const memory = library.allocate(specs.reduce((sum, s) => sum + aligned(bytesOf(s.type)), 0));
    let start = 0;
    for (const { name, type } of specs) {
      this.#state.set(name, new kinds[type.dtype](memory, start, sizeOf(type.shape)));
      start += aligned(bytesOf(type));
    }
  }

  async compile(id: number, program: StepProgram): Promise<readonly BlockInput[]> {
    const { text, ...code } = knownCode(program, threads);
    const handle = await loadProgram(this.#library, text);
    const arenaBytes = code.arenaBytes + this.#library.scratch(handle);
    this.#programs.set(id, { info: program.info, code, handle, arenaBytes });
    return code.inputs;
  }

  async write(values: Stacked): Promise<void> {
    for (const [name, array] of Object.entries(values)) this.#state.get(name)!.set(array);
  }

  async read(names: readonly string[]): Promise<Stacked> {
    return Object.fromEntries(names.map((name) => [name, copyOf(this.#state.get(name)!)]));
  }

  async run(id: number, steps: number, inputs: Stacked): Promise<Stacked> {
    const { info, code, handle, arenaBytes } = this.#programs.get(id)!;
    if (this.#arena.byteLength < arenaBytes) this.#arena = this.#library.allocate(arenaBytes);
    const shown = info.map(({ type }) => arrayOf(type, steps));
    this.#library.run(
      handle,
      steps,
      code.state.map((name) => this.#state.get(name)!),
      code.inputs.map(({ name }) => inputs[name]!),
      shown,
      this.#arena,
    );
    return Object.fromEntries(info.map(({ name }, i) => [name, shown[i]!]));
  }

  dispose(): void {
    for (const { handle } of this.#programs.values()) this.#library.unload(handle);
    this.#programs.clear();
    this.#state.clear();
    this.#arena = new ArrayBuffer(0);
  }
}

function arrayOf({ dtype, shape }: TensorType, steps: number): NumericArray {
  return new kinds[dtype](steps * sizeOf(shape));
}

/** In memory of its own, so that it can be handed to another thread. */
function copyOf(array: NumericArray): NumericArray {
  return array.slice();
}
