/**
 * State and programs on TensorFlow. Each program is a graph with variables of its own, since a graph cannot grow when another
 * program comes. The state is handed over from graph to graph when they take turns: a few milliseconds, and only of what changed.
 */
import { type NumericArray, sizeOf } from '../../base/host-array.ts';
import type { StateSpec, StepProgram } from '../../graph/program.ts';
import type { BlockInput, BlockSession, Stacked } from '../block.ts';
import { type Library, type Loaded, openLibrary, type Tensor } from './load.ts';
import {
  doneNode,
  infoNode,
  inputNode,
  readNode,
  STEPS,
  type StepsModel,
  startedNode,
  startNode,
  stepsModel,
} from './steps-model.ts';

interface Program {
  readonly info: StepProgram['info'];
  readonly model: StepsModel;
  readonly graph: Loaded;
}

/** Where the newest value of a state tensor lies: in an array that was written, or in the variables of some programs. */
interface Held {
  readonly spec: StateSpec;
  readonly array: NumericArray | null;
  readonly programs: ReadonlySet<Program>;
}

export async function openTensorflow(state: readonly StateSpec[]): Promise<BlockSession> {
  return new TensorflowSession(await openLibrary(), state);
}

class TensorflowSession implements BlockSession {
  readonly #library: Library;
  readonly #held = new Map<string, Held>();
  readonly #programs = new Map<number, Program>();

  constructor(library: Library, specs: readonly StateSpec[]) {
    this.#library = library;
    for (const spec of specs) {
      this.#held.set(spec.name, { spec, array: new Float32Array(sizeOf(spec.type.shape)), programs: new Set() });
    }
  }

  async compile(id: number, program: StepProgram): Promise<readonly BlockInput[]> {
    const model = stepsModel(program);
    this.#programs.set(id, { info: program.info, model, graph: this.#library.load(model.bytes) });
    return model.stacked;
  }

  async write(values: Stacked): Promise<void> {
    for (const [name, array] of Object.entries(values)) {
      this.#held.set(name, { ...this.#held.get(name)!, array, programs: new Set() });
    }
  }

  async read(names: readonly string[]): Promise<Stacked> {
    return Object.fromEntries(
      names.map((name) => {
        const { array } = this.#held.get(name)!;
        return [name, array === null ? this.#taken([this.#tensor(name)])[0]! : array.slice()];
      }),
    );
  }

  async run(id: number, steps: number, inputs: Stacked): Promise<Stacked> {
    const program = this.#programs.get(id)!;
    this.#handOver(program);
    const feeds = new Map<string, Tensor>();
    feeds.set(STEPS, this.#library.tensor(Int32Array.of(steps), { dtype: 'i32', shape: [] }));
    program.model.stacked.forEach(({ name, type }, i) => {
      feeds.set(inputNode(i), this.#library.tensor(inputs[name]!, { ...type, shape: [steps, ...type.shape] }));
    });
    const fetches = program.info.map((_, i) => infoNode(i));
    const [done, ...info] = program.graph.run(feeds, [doneNode, ...fetches]);
    for (const tensor of [done!, ...feeds.values()]) this.#library.free(tensor);
    for (const name of program.model.changed) this.#nowIn(name, new Set([program]));
    const arrays = this.#taken(info);
    return Object.fromEntries(program.info.map(({ name }, i) => [name, arrays[i]!]));
  }

  dispose(): void {
    for (const { graph } of this.#programs.values()) graph.dispose();
    this.#programs.clear();
    this.#held.clear();
  }

  /** Sets the program's variables where others hold newer values. */
  #handOver(program: Program): void {
    const feeds = new Map<string, Tensor>();
    const fetches: string[] = [];
    program.model.state.forEach(({ name }, i) => {
      const { programs } = this.#held.get(name)!;
      if (programs.has(program)) return;
      feeds.set(startNode(i), this.#tensor(name));
      fetches.push(startedNode(i));
      this.#nowIn(name, new Set([...programs, program]));
    });
    if (fetches.length === 0) return;
    for (const tensor of [...program.graph.run(feeds, fetches), ...feeds.values()]) this.#library.free(tensor);
  }

  /** A state tensor from wherever it is. */
  #tensor(name: string): Tensor {
    const { spec, array, programs } = this.#held.get(name)!;
    if (array !== null) return this.#library.tensor(array, spec.type);
    const [holder] = programs;
    const index = holder!.model.state.findIndex((s) => s.name === name);
    return holder!.graph.run(new Map(), [readNode(index)])[0]!;
  }

  #nowIn(name: string, programs: ReadonlySet<Program>): void {
    this.#held.set(name, { spec: this.#held.get(name)!.spec, array: null, programs });
  }

  /** Copies of tensors that are given up. */
  #taken(tensors: readonly Tensor[]): NumericArray[] {
    return tensors.map((tensor) => {
      const array = this.#library.numbers(tensor);
      this.#library.free(tensor);
      return array;
    });
  }
}
