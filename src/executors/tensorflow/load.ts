/** Brings graphs into TensorFlow's C library, by the backend of tfjs-node, and runs them there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NumericArray, TensorType } from '../../base/host-array.ts';
import { load } from '../tfjs/load.ts';
import { TAG } from './graph-def.ts';

/** The part of tfjs-node's native module that is used: tensors by number, outside tfjs. */
interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  createTensor(shape: readonly number[], dtype: number, data: NumericArray): number;
  tensorDataSync(id: number): NumericArray;
  deleteTensor(id: number): void;
  loadSavedModel(folder: string, tag: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, tensors: readonly number[], inputs: string, outputs: string): { readonly id: number }[];
}

/** A tensor in the library. */
export type Tensor = number;

export interface Library {
  load(bytes: Uint8Array): Loaded;
  tensor(data: NumericArray, type: TensorType): Tensor;
  /** A copy of its numbers. */
  numbers(tensor: Tensor): NumericArray;
  free(tensor: Tensor): void;
}

/** A graph with variables of its own, which live until it is disposed of. */
export interface Loaded {
  run(feeds: ReadonlyMap<string, Tensor>, fetches: readonly string[]): Tensor[];
  dispose(): void;
}

export async function openLibrary(): Promise<Library> {
  const { backend } = await load('node');
  const { binding } = backend as unknown as { readonly binding: Binding };
  const types = { f32: binding.TF_FLOAT, i32: binding.TF_INT32, bool: binding.TF_BOOL } as const;
  return {
    load: (bytes) => loadGraph(binding, bytes),
    tensor: (data, { dtype, shape }) => binding.createTensor(shape, types[dtype], data),
    numbers: (tensor) => binding.tensorDataSync(tensor),
    free: (tensor) => binding.deleteTensor(tensor),
  };
}

/** The library reads graphs from folders only; the folder has served when it is read. */
function loadGraph(binding: Binding, bytes: Uint8Array): Loaded {
  const folder = mkdtempSync(join(tmpdir(), 'bprune-graph-'));
  let id: number;
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes);
    id = binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    run(feeds, fetches) {
      const port = (name: string) => `${name}:0`;
      const names = [...feeds.keys()].map(port).join(',');
      return binding.runSavedModel(id, [...feeds.values()], names, fetches.map(port).join(',')).map((t) => t.id);
    },
    dispose: () => binding.deleteSavedModel(id),
  };
}
