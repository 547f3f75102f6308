/** Loads tfjs and a backend on demand: the only place that imports them, so that nothing else pays for it. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as tfjs from '@tensorflow/tfjs-core';

export type Tf = typeof tfjs;
export type BackendName = 'cpu' | 'wasm' | 'node';

export interface Loaded {
  readonly name: BackendName;
  readonly tf: Tf;
  readonly backend: Backend;
  /** The name under which tfjs knows the backend's kernels. */
  readonly kernels: string;
}

export interface TensorInfo {
  readonly dataId: object;
  readonly shape: number[];
  readonly dtype: tfjs.DataType;
}

/** The part of a tfjs backend that the interpreter uses: memory with reference counts. */
export interface Backend {
  write(values: tfjs.BackendValues, shape: number[], dtype: tfjs.DataType): object;
  readSync(dataId: object): tfjs.BackendValues;
  incRef(dataId: object): void;
  disposeData(dataId: object, force?: boolean): boolean;
  numDataIds(): number;
}

const loaded = new Map<BackendName, Promise<Loaded>>();

/** Loads a backend once for the process. Rejects when its package is not installed or does not start. */
export function load(name: BackendName): Promise<Loaded> {
  const known = loaded.get(name) ?? loaders[name]();
  loaded.set(name, known);
  return known;
}

async function core(): Promise<Tf> {
  const tf = await import('@tensorflow/tfjs-core');
  // Production mode: no greeting on the console and no second check of shapes; graphs are verified already.
  tf.env().set('PROD', true);
  return tf;
}

async function start(tf: Tf, name: BackendName, kernels: string): Promise<Loaded> {
  const ok = await tf.setBackend(kernels);
  if (!ok) throw new Error(`the tfjs backend "${kernels}" did not start`);
  return { name, tf, backend: tf.engine().findBackend(kernels) as unknown as Backend, kernels };
}

const loaders: Readonly<Record<BackendName, () => Promise<Loaded>>> = {
  async cpu() {
    const tf = await core();
    await import('@tensorflow/tfjs-backend-cpu');
    return start(tf, 'cpu', 'cpu');
  },
  async wasm() {
    const tf = await core();
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${join(dirname(entry))}/`);
    return start(tf, 'wasm', 'wasm');
  },
  async node() {
    const require = createRequire(import.meta.url);
    const name = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].find((p) => canResolve(require, p));
    if (name === undefined) throw new Error('not installed');
    const tf = (await import(name)) as unknown as Tf & { readonly default?: Tf };
    return start(tf.default ?? tf, 'node', 'tensorflow');
  },
};

function canResolve(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Null when the backend's packages are there; nothing is loaded for the answer. */
export async function missing(name: BackendName): Promise<string | null> {
  const require = createRequire(import.meta.url);
  if (name !== 'node') {
    const found = canResolve(require, `@tensorflow/tfjs-backend-${name}`);
    return found
      ? null
      : `The package @tensorflow/tfjs-backend-${name} is not installed. Run: npm install @tensorflow/tfjs-backend-${name}@4.22.0`;
  }
  if (['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].some((p) => canResolve(require, p))) return null;
  return 'Native TensorFlow is not installed. Run: npm install @tensorflow/tfjs-node (or @tensorflow/tfjs-node-gpu)';
}
