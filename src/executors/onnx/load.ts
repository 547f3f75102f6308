/** The only file that imports ONNX Runtime; it is loaded when a session opens. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { InferenceSession, Tensor } from 'onnxruntime-node';

export type { InferenceSession, Tensor };
export type Runtime = typeof import('onnxruntime-node');

const PACKAGE = 'onnxruntime-node';

/** Null when the runtime can run here, else one sentence with the command that helps. */
export async function missing(): Promise<string | null> {
  try {
    createRequire(import.meta.url).resolve(PACKAGE);
  } catch {
    return `The package ${PACKAGE} is not installed: run \`npm install ${PACKAGE}\`.`;
  }
  try {
    await load();
    return null;
  } catch (error) {
    return `The package ${PACKAGE} is installed, but its native library does not load (${(error as Error).message}).`;
  }
}

export async function load(): Promise<Runtime> {
  const module: Runtime & { readonly default?: Runtime } = await import('onnxruntime-node');
  return module.default ?? module;
}

/**
 * One thread for each core: the runtime's own choice is one for each physical core, which on rented machines is half of them.
 * Denormal numbers, which Adam's averages reach on dead weights, count as 0: they are many times slower.
 */
export function sessionOptions(): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: availableParallelism(),
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    enableCpuMemArena: true,
    extra: { session: { set_denormal_as_zero: '1' } },
  };
}
