/** From a step program to a flat list of kernel calls with the moment at which each tensor dies. */

import { invariant } from '../../base/diagnostic.ts';
import { type HostArray, type NumericArray, sameShape, sizeOf } from '../../base/host-array.ts';
import type { Graph, OpAttrs, OpName, Value } from '../../graph/ir.ts';
import type { StepProgram } from '../../graph/program.ts';
import { type Expansions, legalize } from '../../graph/transforms/legalize.ts';
import { lastUses } from '../../graph/transforms/liveness.ts';
import { simplify } from '../../graph/transforms/simplify.ts';
import type { Feed } from '../executor.ts';
import { specialFunctions } from '../expansions.ts';
import { withoutGroups } from '../groups.ts';
import { maxPoolGradientByClasses } from '../overlapping.ts';
import { convolutionGradientsWithoutPadding, poolsWithoutPadding } from '../padding.ts';
import { type Kit, type Lowering, lowerings } from './kernels.ts';
import type { Backend, BackendName, Loaded, TensorInfo } from './load.ts';
import { nativeLowerings } from './native.ts';
import { wasmLowerings } from './wasm.ts';

/** No tfjs backend has a kernel of the stable softmax's logarithm that takes plain data. */
const expansions: Expansions = {
  ...specialFunctions,
  ...withoutGroups,
  ...poolsWithoutPadding,
  log_softmax: (b, [x]) => b.sub(x!, b.logSumExp(x!, x!.type.shape.length - 1, true)),
};

/** The kernel of wasm is wrong where max pools overlap or leave gaps; native TensorFlow has no gradients of padded convolutions. */
const further: Readonly<Record<BackendName, Expansions>> = {
  cpu: {},
  wasm: {
    max_pool_gradient: (b, [x, y, grad], attrs) =>
      sameShape(attrs.window, attrs.strides)
        ? b.maxPoolGradient(x!, y!, grad!, attrs)
        : maxPoolGradientByClasses(b, [x!, y!, grad!], attrs),
  },
  node: convolutionGradientsWithoutPadding,
};

type Lowerings = { readonly [K in OpName]: Lowering<K> | null };

const tables: Readonly<Record<BackendName, Lowerings>> = {
  cpu: lowerings,
  wasm: { ...lowerings, ...wasmLowerings },
  node: { ...lowerings, ...nativeLowerings },
};

/** Tensors of the values so far; null before a value is made and after it died. */
export type Slots = (TensorInfo | null)[];

export interface CompiledStep {
  readonly program: StepProgram;
  readonly graph: Graph;
  run(slots: Slots): void;
  /** Frees the constants. */
  dispose(): void;
}

/** Calls kernels on their data directly: no tensor objects, no scopes, 2-3 times less overhead per call than `tf.*`. */
function makeKit(loaded: Loaded): Kit & { dispose(): void } {
  const { tf, backend, kernels } = loaded;
  const functions = new Map(tf.getKernelsForBackend(kernels).map((k) => [k.kernelName, k.kernelFunc]));
  const scalars = new Map<number, TensorInfo>();
  return {
    backend,
    run(kernel, inputs, attrs = {}) {
      const f = functions.get(kernel);
      invariant(f !== undefined, `tfjs has no kernel ${kernel} on ${kernels}`);
      return f({ inputs: inputs as never, backend, attrs: attrs as never }) as TensorInfo;
    },
    free: (tensor) => {
      backend.disposeData(tensor.dataId);
    },
    scalar(value) {
      const known =
        scalars.get(value) ?? upload(backend, { type: { dtype: 'f32', shape: [] }, data: Float32Array.of(value) });
      scalars.set(value, known);
      return known;
    },
    dispose() {
      for (const tensor of scalars.values()) backend.disposeData(tensor.dataId);
      scalars.clear();
    },
  };
}

const tfTypes = { f32: 'float32', i32: 'int32', bool: 'bool' } as const;

export function upload(backend: Backend, array: HostArray): TensorInfo {
  const shape = [...array.type.shape];
  const dtype = tfTypes[array.type.dtype];
  invariant(array.data.length === sizeOf(shape), 'an array has the wrong size');
  return { dataId: backend.write(inStorage(array.data, storage[dtype]), shape, dtype), shape, dtype };
}

const storage = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

function inStorage(data: NumericArray, Kind: (typeof storage)[keyof typeof storage]) {
  return data instanceof Kind ? data : Kind.from(data);
}

export function download(backend: Backend, tensor: TensorInfo, type: HostArray['type']): HostArray {
  return { type, data: backend.readSync(tensor.dataId).slice() as HostArray['data'] };
}

export function compileStep(program: StepProgram, loaded: Loaded): CompiledStep {
  const kit = makeKit(loaded);
  const graph = legalize(legalize(simplify(program.graph), expansions), further[loaded.name]);
  const dying = lastUses(graph);
  const calls = graph.values.map((value) => callOf(value, kit, tables[loaded.name]));
  const constants = new Set(graph.values.flatMap((v, id) => (v.op === 'constant' ? [id] : [])));
  return {
    program,
    graph,
    run(slots) {
      for (let id = 0; id < calls.length; id++) {
        calls[id]!(slots, id);
        for (const dead of dying[id]!) {
          if (!constants.has(dead)) kit.free(slots[dead]!);
          slots[dead] = null;
        }
      }
    },
    dispose: () => kit.dispose(),
  };
}

function callOf(value: Value, kit: Kit, table: Lowerings): (slots: Slots, id: number) => void {
  if (value.op === 'input') return () => undefined;
  if (value.op === 'constant') {
    const tensor = kit.scalar((value.attrs as OpAttrs['constant']).value);
    return (slots, id) => {
      slots[id] = tensor;
    };
  }
  const lowering = table[value.op];
  invariant(lowering !== null, `${value.op} cannot run on tfjs`);
  const { inputs, attrs, type } = value;
  return (slots, id) => {
    const tensors = inputs.map((i) => slots[i]!);
    slots[id] = (lowering as Lowering<typeof value.op>)(kit, tensors, attrs as never, type);
  };
}

/** The array that a graph input stands for, or null for state. */
export function fedArray(name: string, type: HostArray['type'], feed: Feed): HostArray | null {
  const slash = name.indexOf('/');
  const [group, key] = [name.slice(0, slash), name.slice(slash + 1)];
  if (group === 'state') return null;
  if (group === 'scalar') {
    invariant(feed.scalars[key] !== undefined, `scalar \`${key}\` was not fed`);
    return { type, data: Float32Array.of(feed.scalars[key]) };
  }
  const array = group === 'batch' ? feed.batch[key] : feed.noise[key];
  invariant(array !== undefined, `\`${name}\` was not fed`);
  return { type, data: array.data };
}
