/** Loads tfjs and a backend on demand: the only place that imports them, so that nothing else pays for it. */
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
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

const loaders: Readonly<Record<BackendName, () => Promise<Loaded>>> = {
  async cpu() {
    const tf = quiet(await import('@tensorflow/tfjs-core'));
    await import('@tensorflow/tfjs-backend-cpu');
    return start(tf, 'cpu', 'cpu');
  },
  async wasm() {
    const tf = quiet(await import('@tensorflow/tfjs-core'));
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${dirname(entry)}${sep}`);
    return withoutListeners(() => start(tf, 'wasm', 'wasm'));
  },
  async node() {
    const found = findNative();
    if (found === null) throw new Error('not installed');
    // Without it the C++ library writes about its optimisations to stderr.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    quiet(await import('@tensorflow/tfjs-core'));
    return start(quiet(found.require(found.name) as Tf), 'node', 'tensorflow');
  },
};

/** No greeting and no warnings on the console, and no second check of shapes: graphs are verified already. */
function quiet(tf: Tf): Tf {
  tf.env().set('PROD', true);
  tf.env().set('DEPRECATION_WARNINGS_ENABLED', false);
  return tf;
}

async function start(tf: Tf, name: BackendName, kernels: string): Promise<Loaded> {
  const ok = await tf.setBackend(kernels);
  if (!ok) throw new Error(`the tfjs backend "${kernels}" did not start`);
  return { name, tf, backend: tf.engine().findBackend(kernels) as unknown as Backend, kernels };
}

/**
 * Takes back the process listeners that `body` adds. The wasm module rethrows every uncaught error of the process from
 * inside its minified file, so that Node would print 30 kB of that file before the error itself.
 */
async function withoutListeners<T>(body: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = events.map((event) => new Set(process.listeners(event as 'uncaughtException')));
  try {
    return await body();
  } finally {
    events.forEach((event, i) => {
      for (const listener of process.listeners(event as 'uncaughtException')) {
        if (!before[i]!.has(listener)) process.removeListener(event, listener);
      }
    });
  }
}

interface Native {
  readonly name: string;
  readonly require: NodeJS.Require;
}

/** Where `bprune doctor --install tensorflow` puts native TensorFlow: in the user's cache, for all projects. */
export function nativeFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bprune', 'tensorflow');
}

/**
 * Native TensorFlow in the folder that BPRUNE_TENSORFLOW names, in the user's cache, beside bprune or in the user's own
 * project; the GPU package first.
 */
function findNative(): Native | null {
  const named = process.env.BPRUNE_TENSORFLOW;
  const folders = [...(named ? [resolve(named)] : []), nativeFolder()].map((f) => join(f, 'bprune'));
  const places = [
    ...folders.map((f) => pathToFileURL(f)),
    import.meta.url,
    pathToFileURL(join(process.cwd(), 'bprune')),
  ];
  for (const place of places) {
    const require = createRequire(place);
    const name = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].find((p) => canResolve(require, p));
    if (name !== undefined) return { name, require };
  }
  return null;
}

function canResolve(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Null when the backend can run here, else one sentence with the command that helps. For `cpu` and `wasm` nothing is
 * loaded for the answer; native TensorFlow is, since its package is often there without the library that its installer fetches.
 */
export async function missing(name: BackendName): Promise<string | null> {
  if (name !== 'node') {
    const wanted = `@tensorflow/tfjs-backend-${name}`;
    const found = canResolve(createRequire(import.meta.url), wanted);
    return found ? null : `The package ${wanted} is not installed: run \`npm install ${wanted}@4.22.0\`.`;
  }
  const native = findNative();
  if (native === null) {
    return 'Native TensorFlow is not installed: run `bprune doctor --install tensorflow` (with --gpu for an NVIDIA card).';
  }
  try {
    await load('node');
    return null;
  } catch {
    return `The package ${native.name} is installed but its native library does not load: run \`npm rebuild ${native.name} --build-addon-from-source\`.`;
  }
}
