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

/** A session in this thread. What emits models is imported only here, since most commands open none. */
export async function openHere(runtime: RuntimePackage, state: readonly StateSpec[]): Promise<BlockSession> {
  const { OnnxSession } = await import('./session.ts');
  return new OnnxSession(await runtime.load(availableParallelism()), state);
}
