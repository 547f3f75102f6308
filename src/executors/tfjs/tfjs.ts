/** The portable executor: step programs as tfjs kernel calls on one backend. State stays in the backend between steps. */
import { invariant } from '../../base/diagnostic.ts';
import type { HostArray } from '../../base/host-array.ts';
import { sizeOf } from '../../base/host-array.ts';
import type { StateSpec } from '../../graph/program.ts';
import { verifyProgram } from '../../graph/verify.ts';
import { type Compiled, type Executor, type Feed, feedsOf, type Info, type Session, type Staged } from '../executor.ts';
import { type CompiledStep, compileStep, download, fedArray, type Slots, upload } from './compile.ts';
import { type BackendName, type Loaded, load, missing, type TensorInfo } from './load.ts';

const docs: Readonly<Record<BackendName, string>> = {
  cpu: 'tfjs in plain JavaScript: runs anywhere, slowly',
  wasm: 'tfjs in WebAssembly with SIMD, one thread',
  node: 'native TensorFlow, op by op, when @tensorflow/tfjs-node or tfjs-node-gpu is installed',
};

export function tfjsExecutor(name: BackendName): Executor {
  return {
    name,
    doc: docs[name],
    // float32 has 6e-8 of relative round-off; sums over hundreds of terms and exp/log approximations lose about two digits more.
    numerics: { forward: 1e-5, gradient: 1e-4 },
    memory: { base: 150 * 2 ** 20, states: 5, step: 1.2 },
    unavailable: () => missing(name),
    open: async (state) => new TfjsSession(await load(name), state),
  };
}

class TfjsSession implements Session {
  readonly stage = null;
  readonly #loaded: Loaded;
  readonly #specs: ReadonlyMap<string, StateSpec>;
  readonly #state = new Map<string, TensorInfo>();
  readonly #steps = new Map<Compiled, CompiledStep>();

  constructor(loaded: Loaded, specs: readonly StateSpec[]) {
    this.#loaded = loaded;
    this.#specs = new Map(specs.map((s) => [s.name, s]));
    for (const s of specs)
      this.#state.set(s.name, upload(loaded.backend, { type: s.type, data: new Float32Array(sizeOf(s.type.shape)) }));
  }

  async compile(program: CompiledStep['program']): Promise<Compiled> {
    verifyProgram(program);
    for (const s of program.state) {
      const own = this.#specs.get(s.name);
      invariant(own !== undefined, `this session has no state \`${s.name}\``);
      invariant(sizeOf(own.type.shape) === sizeOf(s.type.shape), `state \`${s.name}\` has another shape here`);
    }
    const compiled = { program };
    this.#steps.set(compiled, compileStep(program, this.#loaded));
    return compiled;
  }

  async write(values: Readonly<Record<string, HostArray>>): Promise<void> {
    for (const [name, array] of Object.entries(values)) {
      const spec = this.#specs.get(name);
      invariant(spec !== undefined, `this session has no state \`${name}\``);
      this.#replace(name, upload(this.#loaded.backend, { type: spec.type, data: array.data }));
    }
  }

  async read(names: readonly string[] = [...this.#specs.keys()]): Promise<Readonly<Record<string, HostArray>>> {
    const { backend } = this.#loaded;
    return Object.fromEntries(
      names.map((name) => [name, download(backend, this.#state.get(name)!, this.#specs.get(name)!.type)]),
    );
  }

  async run(compiled: Compiled, feeds: readonly Feed[] | Staged): Promise<readonly Info[]> {
    const step = this.#steps.get(compiled);
    invariant(step !== undefined, 'the program was compiled in another session');
    return feedsOf(feeds).map((feed) => this.#runOne(step, feed));
  }

  dispose(): void {
    for (const tensor of this.#state.values()) this.#loaded.backend.disposeData(tensor.dataId);
    for (const step of this.#steps.values()) step.dispose();
    this.#state.clear();
    this.#steps.clear();
  }

  #runOne(step: CompiledStep, feed: Feed): Info {
    const { backend } = this.#loaded;
    const { graph, program } = step;
    const slots: Slots = new Array<TensorInfo | null>(graph.values.length).fill(null);
    const fed: TensorInfo[] = [];
    for (const [name, id] of graph.inputs) {
      const array = fedArray(name, graph.values[id]!.type, feed);
      const tensor = array === null ? this.#state.get(name.slice('state/'.length))! : upload(backend, array);
      if (array !== null) fed.push(tensor);
      slots[id] = tensor;
    }
    step.run(slots);
    const info: Record<string, HostArray> = {};
    const updates: [string, TensorInfo][] = [];
    const made = new Set<TensorInfo>();
    for (const [name, id] of graph.outputs) {
      const tensor = slots[id]!;
      if (name.startsWith('state/')) {
        backend.incRef(tensor.dataId);
        updates.push([name.slice('state/'.length), tensor]);
      } else {
        info[name.slice('info/'.length)] = download(backend, tensor, graph.values[id]!.type);
      }
      const { op } = graph.values[id]!;
      if (op !== 'input' && op !== 'constant') made.add(tensor);
    }
    for (const [name, tensor] of updates)
      this.#replace(name, { ...tensor, shape: [...program.state.find((s) => s.name === name)!.type.shape] });
    for (const tensor of [...fed, ...made]) backend.disposeData(tensor.dataId);
    return info;
  }

  #replace(name: string, tensor: TensorInfo): void {
    this.#loaded.backend.disposeData(this.#state.get(name)!.dataId);
    this.#state.set(name, tensor);
  }
}
