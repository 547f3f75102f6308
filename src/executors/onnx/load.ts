/** ONNX Runtime where Node runs: whether a package of it is there, and sessions on the cores of this machine. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { StateSpec } from '../../graph/program.ts';
import type { BlockSession } from '../block.ts';
import { type RuntimePackage, VERSION } from './runtime.ts';

/** Null when the package can run here, else one sentence with the command that helps. */
export async function missing(runtime: RuntimePackage): Promise<string | null> {
  const { name } = runtime;
  try {
    createRequire(import.meta.url).resolve(name);
  } catch {
    return `The package ${name} is not installed: run \`npm install ${name}@${VERSION}\`.`;
  }
  try {
    await runtime.load(availableParallelism());
    return null;
  } catch (error) {
    return `The package ${name} is installed, but does not load (${(error as Error).message}).`;
  }
}

/** The package, and what emits models for it, which is imported only here, since most commands open no session. */
export async function loadHere(runtime: RuntimePackage) {
  const [{ OnnxSession }, loaded] = await Promise.all([import('./session.ts'), runtime.load(availableParallelism())]);
  return { OnnxSession, loaded };
}

/** A session in this thread. */
export async function openHere(runtime: RuntimePackage, state: readonly StateSpec[]): Promise<BlockSession> {
  const { OnnxSession, loaded } = await loadHere(runtime);
  return new OnnxSession(loaded, state);
}
