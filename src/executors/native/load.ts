/** The library of kernels as a module of Node: compiled from the C sources beside this file when it is first needed. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NumericArray } from '../../base/host-array.ts';
import { compiled, compiler, recompiled, type Source } from './load-compiler.ts';

/** A compiled step program. */
export type Handle = { readonly handle: unique symbol };

/** What `addon.c` exports. */
export interface Library {
  /** The quick path of the normals of the key (a, b), with the tables of base/normal.ts. */
  normals(
    a: number,
    b: number,
    step: Float64Array,
    inside: Int32Array,
    out: Float32Array,
    from: number,
    end: number,
    open: Int32Array,
  ): number;
  bytes(bytes: Uint8Array, rows: Uint32Array, width: number, values: Float32Array, out: Float32Array): void;
  start(threads: number): void;
  /** Zeros that begin at a cache line. */
  allocate(bytes: number): ArrayBuffer;
  load(path: string): Handle;
  unload(program: Handle): void;
  /** Bytes that its kernels want behind the arena. */
  scratch(program: Handle): number;
  run(
    program: Handle,
    steps: number,
    state: readonly NumericArray[],
    inputs: readonly NumericArray[],
    info: readonly NumericArray[],
    arena: ArrayBuffer,
  ): void;
}

const HEADERS = 'node-api-headers';

/** Null when programs can be compiled here, else one sentence with what helps. */
export async function missing(): Promise<string | null> {
  if (process.platform === 'win32') return 'It needs Linux or macOS: use the Windows Subsystem for Linux.';
  if (compiler() === null) {
    return process.platform === 'darwin'
      ? 'No C compiler was found: run `xcode-select --install`.'
      : 'No C compiler was found (cc, gcc, clang, or what CC names): install one, e.g. with `apt install gcc libc6-dev`.';
  }
  return nodeHeaders() === null ? `The package ${HEADERS} is not installed: run \`npm install ${HEADERS}\`.` : null;
}

function nodeHeaders(): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(HEADERS)), 'include');
  } catch {
    return null;
  }
}

/** In the bundle the sources lie in a folder beside it. */
function sourceFolder(): string {
  const built = fileURLToPath(new URL('./native', import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL('./c', import.meta.url));
}

export const threads = availableParallelism();

let library: Promise<Library> | null = null;

/** One library for each thread of Node. */
export function openLibrary(): Promise<Library> {
  library ??= load().catch((error: unknown) => {
    library = null;
    throw error;
  });
  return library;
}

let started = false;

/** The same with its workers, which are those of the whole process. */
export async function openWithWorkers(): Promise<Library> {
  const opened = await openLibrary();
  if (!started) opened.start(threads);
  started = true;
  return opened;
}

async function load(): Promise<Library> {
  const folder = sourceFolder();
  const headers = nodeHeaders();
  if (headers === null) throw new Error(`the package ${HEADERS} is not installed`);
  const source: Source = {
    files: readdirSync(folder)
      .filter((name) => name.endsWith('.c'))
      .sort()
      .map((name) => join(folder, name)),
    text: null,
    headers: [folder, headers],
    suffix: '.node',
  };
  return twice(source, (path) => createRequire(import.meta.url)(path) as Library);
}

/** The step program whose C text this is. */
export async function loadProgram(using: Library, text: string): Promise<Handle> {
  const source: Source = { files: [], text, headers: [sourceFolder()], suffix: '.so' };
  return twice(source, (path) => using.load(path));
}

/** What was compiled before may not load (another C library since, say); it is then compiled once more. */
async function twice<T>(source: Source, open: (path: string) => T): Promise<T> {
  try {
    return open(await compiled(source));
  } catch (error) {
    if (error instanceof Error && error.name === 'DiagnosticError') throw error;
    return open(await recompiled(source));
  }
}
